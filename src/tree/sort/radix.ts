// Sorts row numbers by their words: stable, in time that grows with the rows alone.
import type { SortWords } from './sort-column.ts';

/** Below this rows are put in place one by one. */
const INSERTION_MAX = 24;
/** From this on digits have 11 bits instead of 8: fewer passes, but thousands of counters. */
const WIDE_DIGITS_MIN = 4096;
const COUNTERS_MAX = 2048;

/** Sorts the row numbers of a part of `order` by words. One is used again and again. */
export class RadixSort {
  readonly #counters = new Uint32Array(COUNTERS_MAX);
  #spare: Uint32Array = new Uint32Array(0);

  /** Sorts `order[start]` to `order[end]` (excluded). Rows of equal words keep their order. */
  sort(order: Uint32Array, start: number, end: number, words: SortWords): void {
    const count = end - start;
    if (count < 2) return;
    if (count <= INSERTION_MAX) {
      insert(order, start, end, words);
      return;
    }
    const differing = differences(order, start, end, words);
    if (differing === undefined) return;
    if (this.#spare.length < count) this.#spare = new Uint32Array(Math.max(count, 8192));
    let from = order.subarray(start, end);
    let to = this.#spare.subarray(0, count);
    const bits = count >= WIDE_DIGITS_MIN ? 11 : 8;
    for (const [word, bitsSet] of [
      [words.low, differing.low],
      [words.high, differing.high],
    ] as const) {
      for (let shift = 0; shift < 32; shift += bits) {
        // A digit that is the same in all rows moves none.
        if (((bitsSet >>> shift) & ((1 << bits) - 1)) === 0) continue;
        this.#pass(from, to, word, shift, (1 << bits) - 1);
        [from, to] = [to, from];
      }
    }
    if (from.buffer !== order.buffer) order.set(from, start);
  }

  #pass(from: Uint32Array, to: Uint32Array, word: Uint32Array, shift: number, mask: number): void {
    const counters = this.#counters.fill(0, 0, mask + 1);
    const count = from.length;
    for (let i = 0; i < count; i++) {
      const digit = ((word[from[i] as number] as number) >>> shift) & mask;
      counters[digit] = (counters[digit] as number) + 1;
    }
    let sum = 0;
    for (let digit = 0; digit <= mask; digit++) {
      const rows = counters[digit] as number;
      counters[digit] = sum;
      sum += rows;
    }
    for (let i = 0; i < count; i++) {
      const row = from[i] as number;
      const digit = ((word[row] as number) >>> shift) & mask;
      const at = counters[digit] as number;
      counters[digit] = at + 1;
      to[at] = row;
    }
  }
}

function insert(order: Uint32Array, start: number, end: number, { high, low }: SortWords): void {
  for (let i = start + 1; i < end; i++) {
    const row = order[i] as number;
    const upper = high[row] as number;
    const lower = low[row] as number;
    let at = i;
    for (; at > start; at--) {
      const other = order[at - 1] as number;
      const rival = high[other] as number;
      if (rival < upper || (rival === upper && (low[other] as number) <= lower)) break;
      order[at] = other;
    }
    order[at] = row;
  }
}

/** The bits in which the words of rows differ; undefined when the rows are in order already. */
function differences(
  order: Uint32Array,
  start: number,
  end: number,
  { high, low }: SortWords,
): { readonly high: number; readonly low: number } | undefined {
  const first = order[start] as number;
  const firstHigh = high[first] as number;
  const firstLow = low[first] as number;
  let highBits = 0;
  let lowBits = 0;
  let falls = 0;
  let upperBefore = firstHigh;
  let lowerBefore = firstLow;
  for (let i = start; i < end; i++) {
    const row = order[i] as number;
    const upper = high[row] as number;
    const lower = low[row] as number;
    highBits |= upper ^ firstHigh;
    lowBits |= lower ^ firstLow;
    if (upper < upperBefore || (upper === upperBefore && lower < lowerBefore)) falls++;
    upperBefore = upper;
    lowerBefore = lower;
  }
  return falls === 0 ? undefined : { high: highBits >>> 0, low: lowBits >>> 0 };
}
