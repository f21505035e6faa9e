// Values of a fixed width on their way from a vector into a page: the bytes Parquet stores, one after the
// other.
import { type DataType, LakeError } from '../../../base/index.ts';
import {
  type FloatVector,
  type IntVector,
  type LongVector,
  type Vector,
  type WideVector,
  wideAt,
} from '../../arrow/index.ts';
import { PHYSICAL } from '../schema.ts';
import type { WriteLeaf } from './file-schema.ts';

/** Which rows: value k is row `rows[k]`, row k when `rows` is null; `from` to `to` of them. */
export interface Range {
  readonly rows: Int32Array | null;
  readonly from: number;
  readonly to: number;
}

/** Bytes of every value of a leaf that has a fixed width. */
export function widthOf({ physical, node }: WriteLeaf): number {
  switch (physical) {
    case PHYSICAL.INT32:
    case PHYSICAL.FLOAT:
      return 4;
    case PHYSICAL.INT96:
      return 12;
    case PHYSICAL.FIXED_LEN_BYTE_ARRAY:
      return node.typeLength;
    default:
      return 8;
  }
}

/** Puts a range of values at the start of `out`, which has room and begins at a multiple of 8. */
export type Stage = (vector: Vector, range: Range, out: Uint8Array) => void;

/** How a type's values are stored. `length`: bytes of a value of a FIXED leaf. */
export function stageOf(type: DataType, length: number): Stage {
  switch (type.kind) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'DATE':
    case 'TIME':
      return stageInts;
    case 'FLOAT':
      return stageFloats;
    case 'DOUBLE':
    case 'BIGINT':
      return stageLongs;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      if (type.precision > 6) return stageInt96;
      return type.precision > 3 ? stageLongs : stageMillis;
    case 'DECIMAL':
      if (type.precision <= 9) return stageLowWords;
      if (type.precision <= 18) return stageLongs;
      return (vector, range, out) => stageBigEndian(vector as WideVector, range, out, length);
    default:
      throw new LakeError('BUG', `${type.kind} has no fixed width`);
  }
}

function words(out: Uint8Array): Int32Array {
  return new Int32Array(out.buffer, out.byteOffset, out.byteLength >> 2);
}

const stageInts: Stage = (vector, { rows, from, to }, out) => {
  const { values } = vector as IntVector;
  const into = words(out);
  if (rows === null && values instanceof Int32Array) into.set(values.subarray(from, to));
  else if (rows === null) for (let k = from; k < to; k++) into[k - from] = values[k] as number;
  else for (let k = from; k < to; k++) into[k - from] = values[rows[k] as number] as number;
};

const stageFloats: Stage = (vector, { rows, from, to }, out) => {
  const { values } = vector as FloatVector;
  // As bits: a NaN keeps its own.
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const into = words(out);
  if (rows === null) into.set(bits.subarray(from, to));
  else for (let k = from; k < to; k++) into[k - from] = bits[rows[k] as number] as number;
};

const stageLongs: Stage = (vector, { rows, from, to }, out) => {
  const { values } = vector as LongVector | FloatVector;
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  const into = words(out);
  if (rows === null) {
    into.set(bits.subarray(2 * from, 2 * to));
    return;
  }
  for (let k = from; k < to; k++) {
    const at = 2 * (rows[k] as number);
    into[2 * (k - from)] = bits[at] as number;
    into[2 * (k - from) + 1] = bits[at + 1] as number;
  }
};

const stageLowWords: Stage = (vector, { rows, from, to }, out) => {
  const { values } = vector as LongVector;
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  const into = words(out);
  for (let k = from; k < to; k++)
    into[k - from] = bits[2 * (rows === null ? k : (rows[k] as number))] as number;
};

const TWO_32 = 4294967296;
/** High words of microseconds that a double holds exactly, with room. */
const HIGH_SAFE = 0x100000;

/** Microseconds as milliseconds, towards the past. */
const stageMillis: Stage = (vector, { rows, from, to }, out) => {
  const { values } = vector as LongVector;
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  const into = words(out);
  for (let k = from; k < to; k++) {
    const row = rows === null ? k : (rows[k] as number);
    const high = bits[2 * row + 1] as number;
    const at = 2 * (k - from);
    if (high < HIGH_SAFE && high >= -HIGH_SAFE) {
      const millis = Math.floor((high * TWO_32 + ((bits[2 * row] as number) >>> 0)) / 1000);
      into[at] = millis | 0;
      into[at + 1] = Math.floor(millis / TWO_32);
    } else {
      const micros = values[row] as bigint;
      const millis = micros / 1000n - (micros % 1000n < 0n ? 1n : 0n);
      into[at] = Number(BigInt.asIntN(32, millis));
      into[at + 1] = Number(millis >> 32n);
    }
  }
};

const NANOS_OF_MILLI = 1_000_000n;
const MILLIS_OF_DAY = 86_400_000n;
const JULIAN_OF_1970 = 2_440_588n;

/**
 * Nanoseconds since 1970 as nanoseconds of a day and a Julian day. Before 1970 Java rounds the day towards
 * 1970, so the nanoseconds are negative there; so are they here.
 */
const stageInt96: Stage = (vector, { rows, from, to }, out) => {
  const view = new DataView(out.buffer, out.byteOffset, out.byteLength);
  for (let k = from; k < to; k++) {
    const nanos = wideAt(vector as WideVector, rows === null ? k : (rows[k] as number));
    const over = nanos % NANOS_OF_MILLI;
    const millis = nanos / NANOS_OF_MILLI - (over < 0n ? 1n : 0n);
    const inMilli = over < 0n ? over + NANOS_OF_MILLI : over;
    const at = 12 * (k - from);
    view.setBigInt64(at, (millis % MILLIS_OF_DAY) * NANOS_OF_MILLI + inMilli, true);
    view.setInt32(at + 8, Number(BigInt.asIntN(32, millis / MILLIS_OF_DAY + JULIAN_OF_1970)), true);
  }
};

/** 128-bit integers as `length` bytes, the most significant first. */
function stageBigEndian(vector: WideVector, range: Range, out: Uint8Array, length: number): void {
  const { rows, from, to } = range;
  const { values } = vector;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  for (let k = from; k < to; k++) {
    const at = 16 * (rows === null ? k : (rows[k] as number));
    const end = length * (k - from + 1);
    for (let b = 0; b < length; b++) out[end - 1 - b] = bytes[at + b] as number;
  }
}
