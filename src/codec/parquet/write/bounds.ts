// The least and greatest value of a page, a chunk or a file, in the order Parquet gives the type: numbers by
// value, NaN above all and -0 below 0 as in Java; text and bytes by unsigned bytes; long decimals by sign,
// then bytes. INT96 has no order: it has bounds only while all values are the same.
//
// Source  parquet-mr, column/statistics/*Statistics.java, schema/PrimitiveComparator.java.
import type { BytesVector } from '../../arrow/index.ts';
import { PHYSICAL } from '../schema.ts';
import type { Range } from './stage-fixed.ts';
import { truncatedMax, truncatedMin } from './truncate.ts';

/** ValueBounds as Parquet stores them: the value's own bytes, without a length. */
export class ValueBounds {
  readonly #physical: number;
  min: Uint8Array | null = null;
  max: Uint8Array | null = null;
  /** INT96 values that differ: no bounds. */
  #mixed = false;

  constructor(physical: number) {
    this.#physical = physical;
  }

  clear(): void {
    this.min = null;
    this.max = null;
    this.#mixed = false;
  }

  /** True when there was no value at all. */
  get empty(): boolean {
    return this.min === null && !this.#mixed;
  }

  /** What both hold. */
  merge(other: ValueBounds): void {
    if (other.#mixed) this.#mix();
    else if (other.min !== null && other.max !== null) this.#extend(other.min, other.max);
  }

  /**
   * Cuts bounds of text and binaries to what a column index has of a page: pages are remembered until the end
   * of their file, and a value may take megabytes. Nothing is added any more.
   */
  cutForIndex(): void {
    if (this.#physical !== PHYSICAL.BYTE_ARRAY || this.min === null || this.max === null) return;
    this.min = truncatedMin(this.min);
    this.max = truncatedMax(this.max);
  }

  /** Cuts bounds that take `bytes` together, so that they still do. Nothing is added any more. */
  cutBeyond(bytes: number): void {
    if (this.min === null || this.max === null || this.min.length + this.max.length < bytes) return;
    this.min = this.min.slice(0, bytes);
    this.max = this.max.slice(0, bytes);
  }

  /** `count` values of `width` bytes each. */
  addFixed(staged: Uint8Array, count: number, width: number): void {
    if (count === 0) return;
    const [least, greatest] = extremes(this.#physical, staged, count, width);
    const at = (index: number): Uint8Array => staged.subarray(index * width, (index + 1) * width);
    this.#extend(at(least), at(greatest));
  }

  addBoolean(hasFalse: boolean, hasTrue: boolean): void {
    if (hasFalse || hasTrue) this.#extend(hasFalse ? FALSE : TRUE, hasTrue ? TRUE : FALSE);
  }

  addBytes(vector: BytesVector, range: Range): void {
    if (range.from === range.to) return;
    const { values, offsets } = vector;
    const [least, greatest] = byteExtremes(vector, range);
    const at = (row: number): Uint8Array =>
      values.subarray(offsets[row] as number, offsets[row + 1] as number);
    this.#extend(at(least), at(greatest));
  }

  #extend(min: Uint8Array, max: Uint8Array): void {
    if (this.#mixed) return;
    const physical = this.#physical;
    if (this.min === null || this.max === null) {
      this.min = min.slice();
      this.max = max.slice();
    } else {
      if (compareStored(physical, min, this.min) < 0) this.min = min.slice();
      if (compareStored(physical, max, this.max) > 0) this.max = max.slice();
    }
    if (physical === PHYSICAL.INT96 && compareStored(physical, this.min, this.max) !== 0) this.#mix();
  }

  #mix(): void {
    this.#mixed = true;
    this.min = null;
    this.max = null;
  }
}

const FALSE = Uint8Array.of(0);
const TRUE = Uint8Array.of(1);

/** Compares two values as Parquet stores them, in the order of their type. */
export function compareStored(physical: number, a: Uint8Array, b: Uint8Array): number {
  if (physical === PHYSICAL.BYTE_ARRAY) return compareBytes(a, 0, a.length, b, 0, b.length);
  const [x, y] = [view(a), view(b)];
  switch (physical) {
    case PHYSICAL.INT32:
      return x.getInt32(0, true) - y.getInt32(0, true);
    case PHYSICAL.INT64: {
      const high = x.getInt32(4, true) - y.getInt32(4, true);
      return high === 0 ? x.getUint32(0, true) - y.getUint32(0, true) : high;
    }
    case PHYSICAL.FLOAT:
      return compareFloats(x.getFloat32(0, true), y.getFloat32(0, true));
    case PHYSICAL.DOUBLE:
      return compareFloats(x.getFloat64(0, true), y.getFloat64(0, true));
    case PHYSICAL.FIXED_LEN_BYTE_ARRAY: {
      const sign = x.getInt8(0) - y.getInt8(0);
      return sign === 0 ? compareBytes(a, 0, a.length, b, 0, b.length) : sign;
    }
    default:
      return compareBytes(a, 0, a.length, b, 0, b.length);
  }
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Java's `Double.compare`. */
function compareFloats(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b && a !== 0) return 0;
  return rank(a) - rank(b);
}

function rank(value: number): number {
  if (Number.isNaN(value)) return 2;
  return Object.is(value, -0) ? 0 : 1;
}

function compareBytes(
  a: Uint8Array,
  aFrom: number,
  aTo: number,
  b: Uint8Array,
  bFrom: number,
  bTo: number,
): number {
  const shared = Math.min(aTo - aFrom, bTo - bFrom);
  for (let i = 0; i < shared; i++) {
    const difference = (a[aFrom + i] as number) - (b[bFrom + i] as number);
    if (difference !== 0) return difference;
  }
  return aTo - aFrom - (bTo - bFrom);
}

/** Which of the values are the least and the greatest. */
function extremes(
  physical: number,
  staged: Uint8Array,
  count: number,
  width: number,
): readonly [least: number, greatest: number] {
  switch (physical) {
    case PHYSICAL.INT32:
      return intExtremes(new Int32Array(staged.buffer, staged.byteOffset, count));
    case PHYSICAL.INT64:
      return wordExtremes(new Int32Array(staged.buffer, staged.byteOffset, 2 * count), count);
    case PHYSICAL.FLOAT:
      return floatExtremes(new Float32Array(staged.buffer, staged.byteOffset, count));
    case PHYSICAL.DOUBLE:
      return floatExtremes(new Float64Array(staged.buffer, staged.byteOffset, count));
    default:
      return fixedExtremes(physical, staged, count, width);
  }
}

function intExtremes(values: Int32Array): readonly [number, number] {
  let [least, greatest] = [0, 0];
  let min = values[0] as number;
  let max = min;
  for (let i = 1; i < values.length; i++) {
    const value = values[i] as number;
    if (value < min) {
      min = value;
      least = i;
    } else if (value > max) {
      max = value;
      greatest = i;
    }
  }
  return [least, greatest];
}

/** Which of the first `count` values, of which there is one, are the least and the greatest. */
export function longExtremes(values: BigInt64Array, count: number): readonly [number, number] {
  return wordExtremes(new Int32Array(values.buffer, values.byteOffset, 2 * count), count);
}

function wordExtremes(words: Int32Array, count: number): readonly [number, number] {
  let [least, greatest] = [0, 0];
  let minLow = (words[0] as number) >>> 0;
  let minHigh = words[1] as number;
  let maxLow = minLow;
  let maxHigh = minHigh;
  for (let i = 1; i < count; i++) {
    const high = words[2 * i + 1] as number;
    const low = (words[2 * i] as number) >>> 0;
    if (high < minHigh || (high === minHigh && low < minLow)) {
      minLow = low;
      minHigh = high;
      least = i;
    } else if (high > maxHigh || (high === maxHigh && low > maxLow)) {
      maxLow = low;
      maxHigh = high;
      greatest = i;
    }
  }
  return [least, greatest];
}

function floatExtremes(values: Float32Array | Float64Array): readonly [number, number] {
  let [least, greatest] = [0, 0];
  for (let i = 1; i < values.length; i++) {
    const value = values[i] as number;
    if (compareFloats(value, values[least] as number) < 0) least = i;
    if (compareFloats(value, values[greatest] as number) > 0) greatest = i;
  }
  return [least, greatest];
}

function fixedExtremes(
  physical: number,
  staged: Uint8Array,
  count: number,
  width: number,
): readonly [number, number] {
  let [least, greatest] = [0, 0];
  const signed = physical === PHYSICAL.FIXED_LEN_BYTE_ARRAY ? 0x80 : 0;
  const compare = (i: number, j: number): number => {
    const [a, b] = [i * width, j * width];
    const sign = ((staged[a] as number) ^ signed) - ((staged[b] as number) ^ signed);
    return sign === 0 ? compareBytes(staged, a, a + width, staged, b, b + width) : sign;
  };
  for (let i = 1; i < count; i++) {
    if (compare(i, least) < 0) least = i;
    else if (compare(i, greatest) > 0) greatest = i;
  }
  return [least, greatest];
}

/** Rows of the least and the greatest text; most are told apart by their first byte. */
function byteExtremes(vector: BytesVector, range: Range): readonly [number, number] {
  const { values, offsets } = vector;
  const { rows, from, to } = range;
  let least = rows === null ? from : (rows[from] as number);
  let greatest = least;
  const firstOf = (row: number): number => {
    const at = offsets[row] as number;
    return at === offsets[row + 1] ? -1 : (values[at] as number);
  };
  let minFirst = firstOf(least);
  let maxFirst = minFirst;
  for (let k = from + 1; k < to; k++) {
    const row = rows === null ? k : (rows[k] as number);
    const at = offsets[row] as number;
    const end = offsets[row + 1] as number;
    const first = at === end ? -1 : (values[at] as number);
    if (first > minFirst && first < maxFirst) continue;
    if (first <= minFirst) {
      const other = offsets[least] as number;
      const otherEnd = offsets[least + 1] as number;
      if (first < minFirst || compareBytes(values, at, end, values, other, otherEnd) < 0) {
        least = row;
        minFirst = first;
      }
    }
    if (first >= maxFirst) {
      const other = offsets[greatest] as number;
      const otherEnd = offsets[greatest + 1] as number;
      if (first > maxFirst || compareBytes(values, at, end, values, other, otherEnd) > 0) {
        greatest = row;
        maxFirst = first;
      }
    }
  }
  return [least, greatest];
}
