// BIT_PACKED: levels of a fixed number of bits, most significant bit first. Deprecated since 2013; levels of
// v1 pages alone were ever written this way, so they are made the runs that all others are.
//
// Source  apache/parquet-format, Encodings.md, "Bit-packed (Deprecated) (BIT_PACKED = 4)".
import type { Fail } from './rle-hybrid.ts';

/** Bytes of `count` levels of at most `maximum`. */
export function bitPackedSize(maximum: number, count: number): number {
  return Math.ceil((count * bitsOf(maximum)) / 8);
}

/**
 * The same levels as one run for `HybridReader`.
 *
 * Shape   `bytes`: `bitPackedSize` of them. `maximum` at most 255.
 * Errors  `fail` for more levels than a run can have.
 */
export function runsOfBitPacked(bytes: Uint8Array, maximum: number, count: number, fail: Fail): Uint8Array {
  const groups = Math.ceil(count / 8);
  if (groups >= 2 ** 31) throw fail(`${count} levels`);
  const width = bitsOf(maximum);
  const head: number[] = [];
  for (let rest = 2 * groups + 1; ; rest = Math.floor(rest / 128)) {
    head.push(rest < 128 ? rest : (rest % 128) | 128);
    if (rest < 128) break;
  }
  const out = new Uint8Array(head.length + groups * width);
  out.set(head);
  for (let i = 0; i < count; i++) {
    const from = i * width;
    const to = 8 * head.length + from;
    // Levels of up to 8 bits begin and end in two bytes, here and there.
    const byte = Math.floor(from / 8);
    const two = ((bytes[byte] ?? 0) << 8) | (bytes[byte + 1] ?? 0);
    const level = (two >>> (16 - width - (from % 8))) & ((1 << width) - 1);
    const at = Math.floor(to / 8);
    const shifted = level << (to % 8);
    out[at] = (out[at] as number) | (shifted & 255);
    if (shifted > 255) out[at + 1] = (out[at + 1] as number) | (shifted >>> 8);
  }
  return out;
}

function bitsOf(maximum: number): number {
  return 32 - Math.clz32(maximum);
}
