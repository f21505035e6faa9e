// From picked files to work: which are merged into new ones, and which only change their level.
import { sections } from '../sections.ts';
import { deepestLevel, type KeyOrder, type Levels, type TreeFile } from './levels.ts';
import {
  type CompactionUnit,
  type Picked,
  type PickMemory,
  type PickTime,
  pickFull,
  pickUniversal,
  type UniversalOptions,
} from './universal.ts';

/**
 * One step of a compaction.
 *
 * Shape   `rewrite`: sections in key order, each of sorted runs, merged one after the other into one row of
 *         files. `upgrade`: the file as it is, on the output level.
 */
export type CompactionStep =
  | { readonly kind: 'rewrite'; readonly sections: readonly (readonly (readonly TreeFile[])[])[] }
  | { readonly kind: 'upgrade'; readonly file: TreeFile };

/**
 * A compaction of one bucket.
 *
 * Shape   `steps` in key order. Files of the unit in no step stay as they are. `dropDelete`: nothing older
 *         lies below, so rows that take keys away have done their work.
 */
export interface CompactionTask {
  readonly outputLevel: number;
  readonly dropDelete: boolean;
  readonly steps: readonly CompactionStep[];
}

/**
 * What to plan.
 *
 * Shape   `smallBytes`: files below it are merged with their neighbours, larger ones may be kept.
 *         `rewriteAll`: no file is kept as it is. `isExpired`: files with rows that are to go by their age.
 */
export interface TaskOptions {
  readonly universal: UniversalOptions;
  readonly smallBytes: bigint;
  readonly rewriteAll: boolean;
  readonly compare: KeyOrder;
  readonly isExpired?: (file: TreeFile) => boolean;
}

/** A task, none where nothing is to be done, and the memory for the next pick. */
export interface PlannedTask {
  readonly task: CompactionTask | undefined;
  readonly memory: PickMemory;
}

/**
 * Plans the next compaction of a bucket. `full`: all of it.
 *
 * Errors  none.
 * Source  Paimon, mergetree/compact/MergeTreeCompactManager.java (triggerCompaction).
 */
export function planTask(
  levels: Levels,
  options: TaskOptions,
  now: { readonly full: boolean; readonly memory: PickMemory; readonly time: PickTime },
): PlannedTask {
  const { unit, memory } = now.full ? pickAll(levels, options, now.memory) : pickSome(levels, options, now);
  if (unit === undefined) return { task: undefined, memory };
  const { outputLevel } = unit;
  const dropDelete = outputLevel !== 0 && outputLevel >= deepestLevel(levels);
  const steps = unit.fileRewrite
    ? unit.files.map((file): CompactionStep => ({ kind: 'rewrite', sections: [[[file]]] }))
    : planSteps(unit, options, outputLevel === levels.levelCount - 1);
  return { task: { outputLevel, dropDelete, steps }, memory };
}

function pickAll(levels: Levels, options: TaskOptions, memory: PickMemory): Picked {
  const mustRewrite = (file: TreeFile): boolean => options.rewriteAll || options.isExpired?.(file) === true;
  return { unit: pickFull(levels, mustRewrite), memory };
}

function pickSome(
  levels: Levels,
  options: TaskOptions,
  now: { readonly memory: PickMemory; readonly time: PickTime },
): Picked {
  const { unit, memory } = pickUniversal(levels, options.universal, now);
  const [only, more] = unit?.files ?? [];
  const idle = only === undefined || (more === undefined && only.file.level === unit?.outputLevel);
  return { unit: idle ? undefined : unit, memory };
}

/**
 * Cuts the files into sections. Files that overlap are merged. Large files that overlap nothing change their
 * level only; small ones are merged with those before them, and every large one ends such a row.
 *
 * Source  Paimon, mergetree/compact/MergeTreeCompactTask.java.
 */
function planSteps(unit: CompactionUnit, options: TaskOptions, deepest: boolean): readonly CompactionStep[] {
  const steps: CompactionStep[] = [];
  let waiting: (readonly (readonly TreeFile[])[])[] = [];
  const upgrade = (file: TreeFile): void => {
    const { level, deleteRowCount } = file.file;
    const deletes = deepest && deleteRowCount !== 0n;
    if (deletes || options.rewriteAll || options.isExpired?.(file) === true) {
      steps.push({ kind: 'rewrite', sections: [[[file]]] });
    } else if (level !== unit.outputLevel) steps.push({ kind: 'upgrade', file });
  };
  const flush = (): void => {
    const [first] = waiting;
    if (waiting.length === 1 && first?.length === 1) for (const file of first[0] ?? []) upgrade(file);
    else if (waiting.length > 0) steps.push({ kind: 'rewrite', sections: waiting });
    waiting = [];
  };
  for (const section of sections(unit.files, options.compare)) {
    if (section.length > 1) {
      waiting.push(section);
      continue;
    }
    for (const file of section[0] ?? []) {
      if (file.file.fileSize < options.smallBytes) waiting.push([[file]]);
      else {
        flush();
        upgrade(file);
      }
    }
  }
  flush();
  return steps;
}
