// The first key column of a batch as doubles that never contradict the real order, so that most comparisons
// of a merge are one subtraction. Equal doubles are decided by the real comparison unless `exact`.
import { type BytesVector, isValid, type Vector } from '../codec/index.ts';

/**
 * Doubles in key order.
 *
 * Shape   `values[i] < values[j]` implies row i is lower than row j; there may be more values than rows.
 *         `exact`: equal doubles are equal cells too.
 */
export interface KeyPrefix {
  readonly values: Float64Array;
  readonly exact: boolean;
}

/** The prefix of a key column, written into `into` where there is room. */
export function keyPrefix(vector: Vector, into?: Float64Array): KeyPrefix {
  const room = into !== undefined && into.length >= vector.length;
  const prefix = validPrefix(vector, room ? into : new Float64Array(vector.length));
  if (vector.validity === null) return prefix;
  for (let i = 0; i < vector.length; i++) {
    if (!isValid(vector, i)) prefix.values[i] = Number.NEGATIVE_INFINITY;
  }
  return { values: prefix.values, exact: false };
}

function validPrefix(vector: Vector, values: Float64Array): KeyPrefix {
  switch (vector.layout) {
    case 'i8':
    case 'i16':
    case 'i32':
    case 'f32':
    case 'f64':
      values.set(vector.values.subarray(0, vector.length));
      return { values, exact: true };
    case 'i64':
      return longPrefix(vector.values, vector.length, values);
    case 'i128':
      return widePrefix(vector.values, vector.length, values);
    case 'bool':
      for (let i = 0; i < vector.length; i++) values[i] = ((vector.values[i >> 3] as number) >> (i & 7)) & 1;
      return { values, exact: true };
    case 'bytes':
      return bytesPrefix(vector, values);
    default:
      return { values: values.fill(0), exact: false };
  }
}

const TWO_32 = 4294967296;
/** High words within it make a double that is exact. */
const SAFE_HIGH = 2097152;

function longPrefix(longs: BigInt64Array, length: number, values: Float64Array): KeyPrefix {
  const words = new Int32Array(longs.buffer, longs.byteOffset, length * 2);
  let outside = 0;
  for (let i = 0; i < length; i++) {
    const high = words[2 * i + 1] as number;
    values[i] = high * TWO_32 + ((words[2 * i] as number) >>> 0);
    if (high >= SAFE_HIGH || high < -SAFE_HIGH) outside++;
  }
  return { values, exact: outside === 0 };
}

// Rounded once for what fits in 65 bits, and by the high half only beyond, so that rounding never turns an
// order around.
function widePrefix(longs: BigInt64Array, length: number, values: Float64Array): KeyPrefix {
  const words = new Int32Array(longs.buffer, longs.byteOffset, length * 4);
  const two64 = TWO_32 * TWO_32;
  for (let i = 0; i < length; i++) {
    const high = (words[4 * i + 3] as number) * TWO_32 + ((words[4 * i + 2] as number) >>> 0);
    const low = ((words[4 * i + 1] as number) >>> 0) * TWO_32 + ((words[4 * i] as number) >>> 0);
    values[i] = high === 0 ? low : high === -1 ? low - two64 : high * two64;
  }
  return { values, exact: false };
}

/** Bytes that fit in a double's 53 bits. */
const PREFIX_BYTES = 6;

function bytesPrefix({ offsets, values: bytes, length }: BytesVector, values: Float64Array): KeyPrefix {
  for (let i = 0; i < length; i++) {
    const start = offsets[i] as number;
    const size = (offsets[i + 1] as number) - start;
    let value = 0;
    for (let k = 0; k < PREFIX_BYTES; k++)
      value = value * 256 + (k < size ? (bytes[start + k] as number) : 0);
    values[i] = value;
  }
  return { values, exact: false };
}
