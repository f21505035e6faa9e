// Plain values of fixed width as Paimon's vectors hold them. 64- and 128-bit numbers are made of 32-bit
// words: nothing is allocated for a value.
//
//   INT32 INT64 FLOAT DOUBLE   little-endian
//   INT96                      8 bytes nanoseconds of the day (signed), 4 bytes Julian day, little-endian
//   FIXED_LEN_BYTE_ARRAY       decimals: big-endian two's complement
//
// Source  apache/parquet-format, Encodings.md, LogicalTypes.md.
import { LakeError } from '../../../base/index.ts';
import type { Fail } from '../encoding/index.ts';
import type { FixedStore } from './fixed-store.ts';

/**
 * Decodes `count` plain values that begin at byte `at` of `source` to rows `row..` of `store`. The caller has
 * checked that they are there.
 */
export type FixedDecode = (
  source: Uint8Array,
  at: number,
  store: FixedStore,
  place: { readonly row: number; readonly count: number },
  fail: Fail,
) => void;

/** The same bytes. */
export const copyValues: FixedDecode = (source, at, { bytes, width }, { row, count }) => {
  bytes.set(source.subarray(at, at + count * width), row * width);
};

/** INT32 cut to its lowest byte or its lowest two. */
export const narrowInts: FixedDecode = (source, at, { bytes, width }, { row, count }) => {
  if (width === 1) {
    for (let i = 0; i < count; i++) bytes[row + i] = source[at + 4 * i] as number;
    return;
  }
  for (let i = 0, s = at, t = 2 * row; i < count; i++, s += 4, t += 2) {
    bytes[t] = source[s] as number;
    bytes[t + 1] = source[s + 1] as number;
  }
};

/** INT32 as 64-bit or 128-bit number. */
export const widenInts: FixedDecode = (source, at, { words, width }, { row, count }) => {
  const view = viewOf(source);
  const per = width >> 2;
  for (let i = 0, w = row * per; i < count; i++, w += per) {
    const value = view.getInt32(at + 4 * i, true);
    words[w] = value;
    for (let k = 1; k < per; k++) words[w + k] = value >> 31;
  }
};

/** INT64 as 128-bit number. */
export const widenLongs: FixedDecode = (source, at, { words }, { row, count }) => {
  const view = viewOf(source);
  for (let i = 0, w = 4 * row, s = at; i < count; i++, w += 4, s += 8) {
    const high = view.getInt32(s + 4, true);
    words[w] = view.getInt32(s, true);
    words[w + 1] = high;
    words[w + 2] = high >> 31;
    words[w + 3] = high >> 31;
  }
};

const WORD = 4294967296;

/** INT64 times 1000 as 64-bit number: milliseconds as microseconds. Errors: VALUE_OUT_OF_RANGE. */
export const millisToMicros: FixedDecode = (source, at, { words }, { row, count }) => {
  const view = viewOf(source);
  for (let i = 0, w = 2 * row, s = at; i < count; i++, w += 2, s += 8) {
    const low = view.getInt32(s, true);
    // 16 bits at a time: products stay below 2^31.
    const first = (low & 0xffff) * 1000;
    const second = (low >>> 16) * 1000 + (first >>> 16);
    const high = view.getInt32(s + 4, true) * 1000 + (second >>> 16);
    if (high !== (high | 0)) {
      const value = view.getBigInt64(s, true);
      throw new LakeError('VALUE_OUT_OF_RANGE', `Timestamp ${value} does not fit 64-bit microseconds.`);
    }
    words[w] = (second << 16) | (first & 0xffff);
    words[w + 1] = high;
  }
};

/** INT64 times `factor`, at most a million, as 128-bit number: timestamps as nanoseconds. */
export function toNanos(factor: number): FixedDecode {
  return (source, at, { words }, { row, count }) => {
    const view = viewOf(source);
    for (let i = 0, w = 4 * row, s = at; i < count; i++, w += 4, s += 8) {
      const low = view.getUint32(s, true) * factor;
      putHigh(words, w, view.getInt32(s + 4, true) * factor + Math.floor(low / WORD));
      words[w] = (low % WORD) | 0;
    }
  };
}

/** Words 1 to 3 of a 128-bit number: what stands above its lowest word, an integer below 2^53. */
function putHigh(words: Int32Array, w: number, high: number): void {
  const top = Math.floor(high / WORD);
  words[w + 1] = (high - top * WORD) | 0;
  words[w + 2] = top;
  words[w + 3] = top < 0 ? -1 : 0;
}

const EPOCH_JULIAN_DAY = 2_440_588;
const DAY_NANOS = 86_400_000_000_000;
/** Nanoseconds of a day, without the 16 bits of zeros they end in. */
const DAY_NANOS_UPPER = 86_400_000_000_000 / 65_536;

/** INT96 as 128-bit nanoseconds. */
export const int96ToNanos: FixedDecode = (source, at, { words }, { row, count }) => {
  const view = viewOf(source);
  for (let i = 0, w = 4 * row, s = at; i < count; i++, w += 4, s += 12) {
    const days = view.getInt32(s + 8, true) - EPOCH_JULIAN_DAY;
    const upper = Math.floor(days / 65_536);
    // days * DAY_NANOS_UPPER * 2^16, in two parts that are exact.
    const lower = (days - upper * 65_536) * DAY_NANOS_UPPER;
    const carried = Math.floor(lower / 65_536);
    const low = (lower - carried * 65_536) * 65_536 + view.getUint32(s, true);
    const high = upper * DAY_NANOS_UPPER + carried + view.getInt32(s + 4, true) + (low >= WORD ? 1 : 0);
    words[w] = low | 0;
    putHigh(words, w, high);
  }
};

/** Days whose microseconds are safe integers, and then some left for those of a day. */
const DAYS_SAFE = 100_000;
const DAY_MICROS = 86_400_000_000;

/**
 * INT96 as microseconds, rounded down to a multiple of `step`. Errors: VALUE_OUT_OF_RANGE for timestamps that
 * do not fit.
 */
export function int96ToMicros(step: number): FixedDecode {
  return (source, at, { words }, { row, count }) => {
    const view = viewOf(source);
    for (let i = 0, w = 2 * row, s = at; i < count; i++, w += 2, s += 12) {
      const days = view.getInt32(s + 8, true) - EPOCH_JULIAN_DAY;
      const nanos = view.getInt32(s + 4, true) * WORD + view.getUint32(s, true);
      if (Math.abs(days) <= DAYS_SAFE && nanos >= 0 && nanos < DAY_NANOS) {
        const micros = Math.floor((days * DAY_MICROS + Math.floor(nanos / 1000)) / step) * step;
        const high = Math.floor(micros / WORD);
        words[w] = (micros - high * WORD) | 0;
        words[w + 1] = high;
        continue;
      }
      const micros =
        floorTo(BigInt(days) * BigInt(DAY_MICROS) * 1000n + view.getBigInt64(s, true), 1000n * BigInt(step)) /
        1000n;
      if (BigInt.asIntN(64, micros) !== micros)
        throw new LakeError('VALUE_OUT_OF_RANGE', `Timestamp ${micros} does not fit 64-bit microseconds.`);
      words[w] = Number(BigInt.asIntN(32, micros));
      words[w + 1] = Number(micros >> 32n);
    }
  };
}

/** The greatest multiple of `step` that is at most `value`. */
function floorTo(value: bigint, step: bigint): bigint {
  const rest = value % step;
  return value - (rest < 0n ? rest + step : rest);
}

/** Big-endian numbers of `length` bytes. Errors: FILE_CORRUPT for one that is wider than its type. */
export function bigEndian(length: number): FixedDecode {
  return (source, at, store, { row, count }, fail) => {
    for (let i = 0; i < count; i++) putBigEndian(source, at + i * length, length, store, row + i, fail);
  };
}

/** Puts the big-endian number in `length` bytes at `at` into a row. */
export function putBigEndian(
  source: Uint8Array,
  at: number,
  length: number,
  { words, width }: FixedStore,
  row: number,
  fail: Fail,
): void {
  const sign = length > 0 && (source[at] as number) > 127 ? -1 : 0;
  const per = width >> 2;
  let from = at + length;
  for (let k = 0, w = row * per; k < per; k++, w++) {
    let word = sign;
    for (let shift = 0; shift < 32 && from > at; shift += 8) {
      word = (word & ~(255 << shift)) | ((source[--from] as number) << shift);
    }
    words[w] = word;
  }
  if (from === at) return;
  const top = (words[row * per + per - 1] as number) >> 31;
  while (from > at) if ((source[--from] as number) !== (sign & 255)) throw fail('a decimal beyond its type');
  if (top !== sign) throw fail('a decimal beyond its type');
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
