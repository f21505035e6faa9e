// Raw LZ4 blocks. Never writes outside the room it was given and always ends: every sequence moves forward.
//
//   token     literals (4 bits), match length - 4 (4 bits); 15: bytes follow and add up, the first below 255
//             is the last
//   literals  as many bytes
//   offset    u16 little-endian, how far back the match begins; a block ends after literals, without one
//
// Source  lz4/lz4, lz4_Block_format.md.
import { copyLiterals, copyMatch, type Target, targetOf } from './copy.ts';

/** Bytes a block makes of one byte, at most. */
const EXPANSION_MAX = 255;

/**
 * Inflates a raw LZ4 block, or says why it cannot as text.
 *
 * Limits  at most `bytesMax` bytes come out, and no more than the format can make of the bytes given are
 *         allocated.
 * Errors  none; the text says what is wrong.
 */
export function inflateLz4(bytes: Uint8Array, bytesMax: number): Uint8Array | string {
  const target = targetOf(Math.min(bytesMax, bytes.length * EXPANSION_MAX));
  const size = inflateLz4Into(bytes, target, 0, target.size);
  return typeof size === 'string' ? size : target.bytes.subarray(0, size);
}

/**
 * Inflates a raw LZ4 block to byte `start` of `target`: how many bytes it made, at most `bytesMax` of what is
 * left of the target, or what is wrong. What the block repeats is its own, or stands from byte `oldest` on.
 */
export function inflateLz4Into(
  bytes: Uint8Array,
  target: Target,
  start: number,
  bytesMax: number,
  oldest = start,
): number | string {
  const source = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length;
  const stop = Math.min(target.size, start + bytesMax);
  let at = 0;
  let to = start;
  while (at < end) {
    const token = bytes[at++]!;
    let count = token >> 4;
    if (count === 15) {
      let more = 255;
      while (more === 255 && at < end) count += more = bytes[at++]!;
      if (more === 255) return ENDS_EARLY;
    }
    if (count > end - at) return 'LZ4 literals beyond the block';
    if (count > stop - to) return tooLong(bytesMax);
    copyLiterals(source, at, target, to, count);
    at += count;
    to += count;
    if (at === end) return to - start;
    if (end - at < 2) return ENDS_EARLY;
    const back = bytes[at]! | (bytes[at + 1]! << 8);
    at += 2;
    if (back === 0 || back > to - oldest) return 'bad LZ4 match offset';
    count = (token & 15) + 4;
    if (count === 19) {
      let more = 255;
      while (more === 255 && at < end) count += more = bytes[at++]!;
      if (more === 255) return ENDS_EARLY;
    }
    if (count > stop - to) return tooLong(bytesMax);
    copyMatch(target, to, back, count);
    to += count;
  }
  return ENDS_EARLY;
}

const ENDS_EARLY = 'LZ4 block ends early';

function tooLong(bytesMax: number): string {
  return `LZ4 block of more than ${bytesMax} bytes`;
}
