// A few entries of a leaf inside lists or structs, between their page and the batch: which of them have
// slots, and which slots hold values.
import { assert } from '../../../base/index.ts';
import type { PageLevels } from '../column/flat-levels.ts';
import type { PageParts } from '../column/page-parts.ts';
import { HybridReader } from '../encoding/index.ts';
import type { Depth } from './assemble.ts';

/** Entries held at once. */
export const WINDOW_ENTRIES = 2048;

/**
 * Levels of a leaf, from the page that was opened last. `repetition` and `definition`: those of `count`
 * entries.
 */
export class LevelWindow implements PageLevels {
  left = 0;
  allValid = false;
  count = 0;
  readonly repetition = new Uint8Array(WINDOW_ENTRIES);
  readonly definition = new Uint8Array(WINDOW_ENTRIES);
  /** Entries of the page that were not read yet. */
  unread = 0;
  readonly #depth: Depth;
  readonly #maximum: number;
  #repetitions: HybridReader | undefined;
  #definitions: HybridReader | undefined;
  #fail: PageParts['fail'] | undefined;
  /** The next entry whose slot was not read. */
  #next = 0;

  /** `depth` of the slots; `maximum`: the definition of a value. */
  constructor(depth: Depth, maximum: number) {
    this.#depth = depth;
    this.#maximum = maximum;
  }

  open({ valueCount, repetition, definition, fail }: PageParts): void {
    const { repeats } = this.#depth;
    this.unread = valueCount;
    this.allValid = false;
    this.#fail = fail;
    this.#repetitions = repeats === 0 ? undefined : new HybridReader(repetition, bitsFor(repeats), fail);
    this.#definitions = new HybridReader(definition, bitsFor(this.#maximum), fail);
  }

  /** Reads the next entries of the page. Those before were used up. */
  fill(): void {
    const step = Math.min(this.unread, WINDOW_ENTRIES);
    this.#repetitions?.readBytes(this.repetition, 0, step);
    this.#definitions?.readBytes(this.definition, 0, step);
    this.unread -= step;
    this.count = step;
    this.#next = 0;
    const { repeats, present } = this.#depth;
    const maximum = this.#maximum;
    let slots = 0;
    let values = 0;
    let wrong = 0;
    for (let i = 0; i < step; i++) {
      const depth = this.definition[i] as number;
      // Either is negative for a level beyond its maximum.
      wrong |= (repeats - (this.repetition[i] as number)) | (maximum - depth);
      if (depth >= present) slots++;
      if (depth === maximum) values++;
    }
    if (wrong < 0) throw this.fail('a level beyond its maximum');
    this.left = slots;
    this.allValid = values === slots;
  }

  /** The entry behind the one that has the `slots`-th slot from entry `from` on. */
  behind(from: number, slots: number): number {
    const { present } = this.#depth;
    let at = from;
    for (let left = slots; left > 0; at++) if ((this.definition[at] as number) >= present) left--;
    return at;
  }

  readBits(bits: Uint8Array, at: number, slots: number): number {
    const { present } = this.#depth;
    const maximum = this.#maximum;
    const end = at + slots;
    let next = this.#next;
    let values = 0;
    for (let to = at; to < end; next++) {
      const depth = this.definition[next] as number;
      if (depth < present) continue;
      if (depth === maximum) {
        bits[to >> 3] = (bits[to >> 3] as number) | (1 << (to & 7));
        values++;
      }
      to++;
    }
    this.#next = next;
    this.left -= slots;
    return values;
  }

  skipValid(slots: number): void {
    this.#next = this.behind(this.#next, slots);
    this.left -= slots;
  }

  /** An error about the page. */
  fail(what: string): Error {
    assert(this.#fail !== undefined, 'levels before a page');
    return this.#fail(what);
  }
}

/** Bits that hold levels up to a maximum. */
function bitsFor(maximum: number): number {
  return 32 - Math.clz32(maximum);
}
