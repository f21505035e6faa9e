// Random lives of one bucket from a seed: files come in, compactions are triggered. Java plays the same
// scripts (`compaction-scripts`).
import { Dice } from '../upkeep/random-script.ts';

/** A file of a script. `made`: milliseconds; `deletes` missing where no count was written. */
export interface ScriptFile {
  readonly name: string;
  readonly bytes: number;
  readonly level: number;
  readonly min: number;
  readonly max: number;
  readonly minSeq: number;
  readonly maxSeq: number;
  readonly made: number;
  readonly deletes?: number;
}

/** The options of a script, as `TreeScript.java` reads them. */
export interface ScriptOptions {
  readonly amplification: number;
  readonly ratio: number;
  readonly trigger: number;
  readonly levels: number;
  readonly small: number;
  readonly rewriteAll: boolean;
  readonly interval?: number;
  readonly total?: number;
  readonly incremental?: number;
  readonly offPeakStart: number;
  readonly offPeakEnd: number;
  readonly offPeakRatio: number;
  readonly forceUp: boolean;
  readonly forceUpInterval?: number;
}

export type ScriptStep = { readonly add: ScriptFile } | { readonly full: boolean; readonly now: number };

/** The files a bucket begins with, and what happens to it. `hour`: of the day, all the time. */
export interface Script {
  readonly options: ScriptOptions;
  readonly hour: number;
  readonly files: readonly ScriptFile[];
  readonly steps: readonly ScriptStep[];
}

/** The script of a seed. */
export function randomScript(seed: number): Script {
  const dice = new Dice(seed);
  // The first rolls of neighbouring seeds are alike.
  for (let i = 0; i < 8; i++) dice.roll(2);
  const options = randomOptions(dice);
  const maker = new FileMaker(dice);
  const files: ScriptFile[] = [];
  for (let level = 1; level < options.levels + (dice.roll(10) === 0 ? 1 : 0); level++) {
    if (dice.roll(2) === 0) files.push(...maker.run(level));
  }
  for (let n = dice.roll(5); n > 0; n--) files.push(maker.file());
  let now = 1_700_000_000_000;
  const steps = Array.from({ length: 4 + dice.roll(20) }, (): ScriptStep => {
    now += dice.roll(100_000);
    if (dice.roll(3) > 0) return { add: maker.file() };
    return { full: dice.roll(6) === 0, now };
  });
  return { options, hour: dice.roll(24), files, steps };
}

function randomOptions(dice: Dice): ScriptOptions {
  const trigger = 1 + dice.roll(6);
  const sometimes = <T>(value: T): T | undefined => (dice.roll(4) === 0 ? value : undefined);
  const hours = dice.roll(2) === 0 ? [-1, -1] : [dice.roll(24), dice.roll(24)];
  const interval = sometimes(dice.roll(200_000));
  const total = sometimes(sizeOf(dice, 30));
  const incremental = sometimes(sizeOf(dice, 30));
  const forceUpInterval = sometimes(1 + dice.roll(4));
  return {
    amplification: dice.pick([200, 200, 200, 50, 0, 1000, 2_147_483_647]),
    ratio: dice.pick([1, 1, 0, 20, 100, -1, 10_000]),
    trigger,
    levels: dice.roll(2) === 0 ? Math.max(2, trigger + 1) : 2 + dice.roll(6),
    small: sizeOf(dice, 30),
    rewriteAll: dice.roll(10) === 0,
    ...(interval === undefined ? {} : { interval }),
    ...(total === undefined ? {} : { total }),
    ...(incremental === undefined ? {} : { incremental }),
    offPeakStart: hours[0] as number,
    offPeakEnd: hours[1] as number,
    offPeakRatio: dice.roll(200),
    forceUp: dice.roll(4) === 0,
    ...(forceUpInterval === undefined ? {} : { forceUpInterval }),
  };
}

/** A size of up to so many bits, small ones as often as large ones. */
function sizeOf(dice: Dice, bits: number): number {
  return 1 + dice.roll(2 ** (1 + dice.roll(bits)));
}

/** Makes files whose sequence numbers grow, though not always. */
class FileMaker {
  readonly #dice: Dice;
  #names = 0;
  #sequence = 0;
  /** Most scripts have sizes of one order, some any. */
  readonly #bits: number;

  constructor(dice: Dice) {
    this.#dice = dice;
    this.#bits = dice.pick([3, 10, 30, 30, 45]);
  }

  file(): ScriptFile {
    const min = this.#dice.roll(100);
    return this.#make(0, min, min + this.#dice.roll(this.#dice.pick([1, 10, 100])));
  }

  /** The files of a level above 0: no two have a key in common. */
  run(level: number): readonly ScriptFile[] {
    const files: ScriptFile[] = [];
    let key = this.#dice.roll(30);
    for (let n = 1 + this.#dice.roll(5); n > 0; n--) {
      const max = key + this.#dice.roll(30);
      files.push(this.#make(level, key, max));
      key = max + 1 + this.#dice.roll(5);
    }
    return files;
  }

  #make(level: number, min: number, max: number): ScriptFile {
    const dice = this.#dice;
    // Other writers' numbers: the same ones again.
    if (dice.roll(8) > 0) this.#sequence += 1 + dice.roll(10);
    const deletes = dice.pick([0, 0, 0, 5, undefined]);
    return {
      name: `f${this.#names++}`,
      bytes: sizeOf(dice, this.#bits),
      level,
      min,
      max,
      minSeq: this.#sequence - dice.roll(3),
      maxSeq: this.#sequence,
      made: dice.roll(3),
      ...(deletes === undefined ? {} : { deletes }),
    };
  }
}
