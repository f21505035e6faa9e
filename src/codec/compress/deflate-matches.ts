// Finds repetitions for compressors of the LZ77 kind: greedy, by a table of the places where four bytes were
// seen last. The longer nothing is found, the larger the steps.

/** What a compressor does with what is found: `literals` bytes as they are, then a copy. */
export type TakeMatch = (literalsFrom: number, matchAt: number, back: number, length: number) => void;

/** Where to look, and how far back a copy may reach. */
export interface MatchWindow {
  readonly from: number;
  /** No match reaches beyond. */
  readonly to: number;
  readonly backMax: number;
  /** No match begins beyond. */
  readonly lastStart: number;
}

const HASH_BITS = 14;
const HASH_FACTOR = 0x1e35a7bd;
const LEAST_MATCH = 4;

/** A table for `findMatches`, used again and again. */
export function matchTable(): Int32Array {
  return new Int32Array(1 << HASH_BITS);
}

/** Calls `take` for each match, in order; gives where the literals behind the last one begin. */
export function findMatches(
  bytes: Uint8Array,
  table: Int32Array,
  window: MatchWindow,
  take: TakeMatch,
): number {
  const { from, to, backMax, lastStart } = window;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shift = 32 - HASH_BITS;
  table.fill(-1);
  let literalsFrom = from;
  let misses = 32;
  for (let at = from; at <= lastStart; ) {
    const word = view.getUint32(at, true);
    const slot = Math.imul(word, HASH_FACTOR) >>> shift;
    const seen = table[slot] as number;
    table[slot] = at;
    if (seen < 0 || at - seen > backMax || view.getUint32(seen, true) !== word) {
      at += misses++ >> 5;
      continue;
    }
    let end = at + LEAST_MATCH;
    for (let other = seen + LEAST_MATCH; end < to && bytes[end] === bytes[other]; other++) end++;
    take(literalsFrom, at, at - seen, end - at);
    literalsFrom = end;
    at = end;
    misses = 32;
  }
  return literalsFrom;
}
