// Raw Snappy blocks. Never writes outside the announced length and always ends: every tag moves forward.
//
//   length    varint, bytes that come out
//   literals  tag ......00: length - 1 in its upper six bits; 60 to 63: in 1 to 4 bytes behind; the bytes
//   copy      tag ooolll01: length - 4, offset of 11 bits, the lower eight in the byte behind
//             tag llllll10: length - 1, offset in 2 bytes     llllll11: in 4 bytes
//
// Source  google/snappy, format_description.txt.
import { copyLiterals, copyMatch, SLACK, type Target, targetOf } from './copy.ts';

/**
 * Inflates a raw Snappy block, or says why it cannot as text.
 *
 * Limits  the announced length may be at most `bytesMax`, and at most what the format can make of the bytes
 *         given.
 */
export function inflateSnappy(bytes: Uint8Array, bytesMax: number): Uint8Array | string {
  let at = 0;
  let size = 0;
  for (let shift = 0; ; shift += 7) {
    if (shift > 28 || at >= bytes.length) return 'bad Snappy length';
    const b = bytes[at++]!;
    size += (b & 0x7f) * 2 ** shift;
    if (b < 0x80) break;
  }
  // A copy of three bytes makes 64 at most.
  if (size > bytesMax || size > (bytes.length - at) * 64) return `Snappy block announces ${size} bytes`;
  const target = targetOf(size);
  const wrong = inflate(bytes, at, target);
  return wrong ?? target.bytes.subarray(0, size);
}

function inflate(bytes: Uint8Array, start: number, target: Target): string | undefined {
  const source = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { view, size } = target;
  const end = bytes.length;
  // Up to here a tag, its numbers and a short literal can be loaded without looking at the end.
  const safe = end - SLACK;
  let at = start;
  let to = 0;
  while (at < end) {
    const tag = bytes[at++]!;
    const kind = tag & 3;
    if (kind === 0) {
      let length = (tag >> 2) + 1;
      if (length > 60) {
        const count = length - 60;
        if (count > end - at) return ENDS_EARLY;
        length = littleEndian(bytes, at, count) + 1;
        at += count;
      }
      if (length > end - at || length > size - to) return 'Snappy literal too long';
      if (length <= 16 && at <= safe) {
        view.setBigUint64(to, source.getBigUint64(at, true), true);
        view.setBigUint64(to + 8, source.getBigUint64(at + 8, true), true);
      } else {
        copyLiterals(source, at, target, to, length);
      }
      at += length;
      to += length;
      continue;
    }
    let back: number;
    let length: number;
    if (kind === 1) {
      if (at >= end) return ENDS_EARLY;
      length = ((tag >> 2) & 7) + 4;
      back = ((tag >> 5) << 8) | bytes[at]!;
      at += 1;
    } else if (kind === 2) {
      if (end - at < 2) return ENDS_EARLY;
      length = (tag >> 2) + 1;
      back = bytes[at]! | (bytes[at + 1]! << 8);
      at += 2;
    } else {
      if (end - at < 4) return ENDS_EARLY;
      length = (tag >> 2) + 1;
      back = littleEndian(bytes, at, 4);
      at += 4;
    }
    if (back === 0 || back > to || length > size - to) return 'bad Snappy copy';
    copyMatch(target, to, back, length);
    to += length;
  }
  return to === size ? undefined : ENDS_EARLY;
}

const ENDS_EARLY = 'Snappy block ends early';

function littleEndian(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = 0; i < count; i++) value += bytes[at + i]! * 2 ** (8 * i);
  return value;
}
