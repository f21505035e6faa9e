// Snappy, the compressing side. Layout: snappy.ts.
import { findMatches, matchTable } from './deflate-matches.ts';

/** Copies reach back at most so far: offsets have two bytes. */
const BACK_MAX = 65_535;
/** Bytes of one copy at most. */
const COPY_MAX = 64;

const table = matchTable();

/**
 * Compresses a whole block.
 *
 * Limits  the result has at most 32 + n + n / 6 bytes.
 * Source  github.com/google/snappy, format_description.txt.
 */
export function deflateSnappy(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(32 + bytes.length + Math.ceil(bytes.length / 6));
  let to = putLength(out, bytes.length);
  const literal = (from: number, end: number): void => {
    if (end > from) to = putLiteral(out, to, bytes.subarray(from, end));
  };
  const window = { from: 0, to: bytes.length, backMax: BACK_MAX, lastStart: bytes.length - 4 };
  const rest = findMatches(bytes, table, window, (literalsFrom, at, back, length) => {
    literal(literalsFrom, at);
    for (let left = length; left > 0; left -= COPY_MAX) {
      out[to] = ((Math.min(left, COPY_MAX) - 1) << 2) | 2;
      out[to + 1] = back & 255;
      out[to + 2] = back >> 8;
      to += 3;
    }
  });
  literal(rest, bytes.length);
  return out.slice(0, to);
}

function putLength(out: Uint8Array, length: number): number {
  let at = 0;
  let rest = length;
  for (; rest > 127; rest >>>= 7) out[at++] = (rest & 127) | 128;
  out[at++] = rest;
  return at;
}

function putLiteral(out: Uint8Array, to: number, literal: Uint8Array): number {
  const last = literal.length - 1;
  let at = to;
  if (last < 60) {
    out[at++] = last << 2;
  } else {
    const bytes = last < 256 ? 1 : last < 65_536 ? 2 : last < 16_777_216 ? 3 : 4;
    out[at++] = (59 + bytes) << 2;
    for (let b = 0; b < bytes; b++) out[at++] = (last >>> (8 * b)) & 255;
  }
  out.set(literal, at);
  return at + literal.length;
}
