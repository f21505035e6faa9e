// Parquet's hybrid of run lengths and bit packing, the runs cut as parquet-mr cuts them.
//
//   run      varint count * 2        the value in ceil(width / 8) bytes, little-endian
//   packed   byte groups * 2 + 1     groups of 8 values of `width` bits, least significant first
//
// Source  parquet-mr, column/values/rle/RunLengthBitPackingHybridEncoder.java.
import type { ByteOutput } from './byte-output.ts';

/** Groups of eight in one packed run: its header is one byte. */
const GROUPS_MAX = 63;
/** So many equal values in a row become a run. */
const REPEATS_MIN = 8;

/** Bits that hold every number up to `max`. */
export function bitWidth(max: number): number {
  return 32 - Math.clz32(max);
}

/** Appends the first `count` values. */
export function encodeRuns(
  values: Int32Array | Uint8Array,
  count: number,
  width: number,
  out: ByteOutput,
): void {
  let headerAt = -1;
  let groups = 0;
  let at = 0;
  while (at < count) {
    // A run counts only from where the next group would begin.
    const value = values[at] as number;
    let end = at + 1;
    while (end < count && values[end] === value) end++;
    if (end - at >= REPEATS_MIN) {
      if (headerAt >= 0) out.bytes[headerAt] = (groups << 1) | 1;
      headerAt = -1;
      encodeRun(value, end - at, width, out);
      at = end;
      continue;
    }
    if (headerAt >= 0 && groups === GROUPS_MAX) {
      out.bytes[headerAt] = (groups << 1) | 1;
      headerAt = -1;
    }
    if (headerAt < 0) {
      out.room(1);
      headerAt = out.length++;
      groups = 0;
    }
    at = packGroup(values, at, count, width, out);
    groups++;
  }
  if (headerAt >= 0) out.bytes[headerAt] = (groups << 1) | 1;
}

/** Appends `count` times the same value, as `encodeRuns` would. */
export function encodeRepeated(value: number, count: number, width: number, out: ByteOutput): void {
  if (count >= REPEATS_MIN) encodeRun(value, count, width, out);
  else encodeRuns(new Uint8Array(count).fill(value), count, width, out);
}

function encodeRun(value: number, count: number, width: number, out: ByteOutput): void {
  out.varint(count * 2);
  const bytes = out.room(4);
  for (let shift = 0; shift < width; shift += 8) bytes[out.length++] = (value >>> shift) & 255;
}

/** Packs eight values, zeros behind the last; where the next group begins. */
function packGroup(
  values: Int32Array | Uint8Array,
  from: number,
  count: number,
  width: number,
  out: ByteOutput,
): number {
  const bytes = out.room(width);
  const end = Math.min(from + 8, count);
  let at = out.length;
  let low = 0;
  let bits = 0;
  for (let i = from; i < from + 8; i++) {
    const value = i < end ? (values[i] as number) : 0;
    low |= value << bits;
    const used = 32 - bits;
    bits += width;
    while (bits >= 8) {
      if (bits >= 32) {
        bytes[at] = low & 255;
        bytes[at + 1] = (low >>> 8) & 255;
        bytes[at + 2] = (low >>> 16) & 255;
        bytes[at + 3] = low >>> 24;
        at += 4;
        bits -= 32;
        low = used < 32 ? value >>> used : 0;
      } else {
        bytes[at++] = low & 255;
        low >>>= 8;
        bits -= 8;
      }
    }
  }
  out.length += width;
  return end;
}
