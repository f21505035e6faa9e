// Raw Snappy blocks. Never writes outside the announced length and always ends: every tag moves forward.

/**
 * Inflates a raw Snappy block, or says why it cannot as text.
 *
 * Limits  the announced length may be at most `bytesMax`, and at most what the format can make of the bytes
 *         given.
 * Source  google/snappy, format_description.txt.
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
  const out = new Uint8Array(size);
  const end = bytes.length;
  let to = 0;
  while (at < end) {
    const tag = bytes[at++]!;
    const extra = tag >> 2;
    if ((tag & 3) === 0) {
      let length = extra + 1;
      if (extra >= 60) {
        const count = extra - 59;
        if (at + count > end) return 'Snappy block ends early';
        length = littleEndian(bytes, at, count) + 1;
        at += count;
      }
      if (length > end - at || length > size - to) return 'Snappy literal too long';
      if (length <= 32) for (let i = 0; i < length; i++) out[to + i] = bytes[at + i]!;
      else out.set(bytes.subarray(at, at + length), to);
      at += length;
      to += length;
      continue;
    }
    const width = (tag & 3) === 3 ? 4 : tag & 3;
    if (at + width > end) return 'Snappy block ends early';
    const short = width === 1;
    const length = short ? (extra & 7) + 4 : extra + 1;
    const back = short ? ((tag >> 5) << 8) | bytes[at]! : littleEndian(bytes, at, width);
    at += width;
    if (back === 0 || back > to || length > size - to) return 'bad Snappy copy';
    if (back >= length) out.copyWithin(to, to - back, to - back + length);
    else for (let i = 0; i < length; i++) out[to + i] = out[to + i - back]!;
    to += length;
  }
  return to === size ? out : 'Snappy block ends early';
}

function littleEndian(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = 0; i < count; i++) value += bytes[at + i]! * 2 ** (8 * i);
  return value;
}
