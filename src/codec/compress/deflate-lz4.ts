// LZ4 blocks, the compressing side, and Hadoop's frame around them. Layouts: lz4.ts, hadoop-lz4.ts.
import { findMatches, matchTable } from './deflate-matches.ts';

const BACK_MAX = 65_535;
/** The last bytes are literals, and no match begins in the last twelve. */
const LAST_LITERALS = 5;
const LAST_MATCH_BYTES = 12;
const LEAST_MATCH = 4;

const table = matchTable();

/**
 * Compresses one block.
 *
 * Limits  the result has at most 16 + n + n / 255 bytes.
 * Source  github.com/lz4/lz4, doc/lz4_Block_format.md.
 */
export function deflateLz4(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(16 + bytes.length + Math.ceil(bytes.length / 255));
  let to = 0;
  const sequence = (from: number, end: number, matchLength: number): void => {
    const literals = end - from;
    const extra = matchLength === 0 ? 0 : matchLength - LEAST_MATCH;
    out[to++] = (Math.min(literals, 15) << 4) | Math.min(extra, 15);
    if (literals >= 15) to = putRest(out, to, literals - 15);
    out.set(bytes.subarray(from, end), to);
    to += literals;
  };
  const lastStart = bytes.length - LAST_MATCH_BYTES;
  const window = { from: 0, to: bytes.length - LAST_LITERALS, backMax: BACK_MAX, lastStart };
  const rest = findMatches(bytes, table, window, (literalsFrom, at, back, length) => {
    sequence(literalsFrom, at, length);
    out[to++] = back & 255;
    out[to++] = back >> 8;
    if (length - LEAST_MATCH >= 15) to = putRest(out, to, length - LEAST_MATCH - 15);
  });
  sequence(rest, bytes.length, 0);
  return out.slice(0, to);
}

function putRest(out: Uint8Array, at: number, rest: number): number {
  let to = at;
  let left = rest;
  for (; left >= 255; left -= 255) out[to++] = 255;
  out[to++] = left;
  return to;
}

/** One block in Hadoop's frame: both sizes in front, big-endian. */
export function deflateHadoopLz4(bytes: Uint8Array): Uint8Array {
  const block = deflateLz4(bytes);
  const out = new Uint8Array(8 + block.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, bytes.length);
  view.setUint32(4, block.length);
  out.set(block, 8);
  return out;
}
