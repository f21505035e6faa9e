// Memory for values of fixed width, seen as bytes, as 32-bit words and as what a vector shows.
import { type Layout, unsetBytes, type Vector } from '../../arrow/index.ts';

/** Layouts whose values all take as many bytes. */
export type FixedLayout = Exclude<Layout, 'bool' | 'bytes' | 'list' | 'struct'>;

/** Bytes of a value of each layout. */
export const LAYOUT_BYTES: Readonly<Record<FixedLayout, number>> = {
  i8: 1,
  i16: 2,
  i32: 4,
  f32: 4,
  i64: 8,
  f64: 8,
  i128: 16,
};

/** One piece of memory, three ways. `capacity`: values of `width` bytes that fit. */
export interface FixedStore {
  readonly width: number;
  readonly capacity: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly words: Int32Array;
  readonly byteLength: number;
}

/** Memory for so many values. */
export function fixedStore(width: number, capacity: number): FixedStore {
  const byteLength = Math.ceil((capacity * width) / 16) * 16;
  const bytes = unsetBytes(byteLength);
  return { width, capacity, bytes, words: new Int32Array(bytes.buffer), byteLength };
}

/** The first `length` values as a vector. */
export function fixedVector(
  layout: FixedLayout,
  { bytes: { buffer } }: FixedStore,
  length: number,
  validity: Uint8Array | null,
): Vector {
  switch (layout) {
    case 'i8':
      return { layout, length, validity, values: new Int8Array(buffer, 0, length) };
    case 'i16':
      return { layout, length, validity, values: new Int16Array(buffer, 0, length) };
    case 'i32':
      return { layout, length, validity, values: new Int32Array(buffer, 0, length) };
    case 'i64':
      return { layout, length, validity, values: new BigInt64Array(buffer, 0, length) };
    case 'f32':
      return { layout, length, validity, values: new Float32Array(buffer, 0, length) };
    case 'f64':
      return { layout, length, validity, values: new Float64Array(buffer, 0, length) };
    case 'i128':
      return { layout, length, validity, values: new BigInt64Array(buffer, 0, 2 * length) };
  }
}

/**
 * Moves the `count` values that begin at row `row` to the rows of `row..row + rows` whose bit is set, last
 * one first. Rows between keep anything.
 */
export function spread(
  store: FixedStore,
  place: { readonly row: number; readonly rows: number; readonly count: number },
  bits: Uint8Array,
): void {
  const { width, words, bytes } = store;
  const { row, rows, count } = place;
  if (width === 4) spreadWords(words, 1, row, rows, count, bits);
  else if (width === 8) spreadWords(words, 2, row, rows, count, bits);
  else if (width === 16) spreadWords(words, 4, row, rows, count, bits);
  else if (width === 1) spreadArray(bytes, row, rows, count, bits);
  else spreadArray(new Uint16Array(bytes.buffer), row, rows, count, bits);
}

function spreadWords(
  words: Int32Array,
  per: number,
  row: number,
  rows: number,
  count: number,
  bits: Uint8Array,
): void {
  let from = row + count - 1;
  for (let to = row + rows - 1; to > from; to--) {
    if ((((bits[to >> 3] as number) >> (to & 7)) & 1) === 0) continue;
    const source = from * per;
    const target = to * per;
    for (let k = 0; k < per; k++) words[target + k] = words[source + k] as number;
    from--;
  }
}

function spreadArray(
  values: Uint8Array | Uint16Array,
  row: number,
  rows: number,
  count: number,
  bits: Uint8Array,
): void {
  let from = row + count - 1;
  for (let to = row + rows - 1; to > from; to--) {
    if ((((bits[to >> 3] as number) >> (to & 7)) & 1) === 0) continue;
    values[to] = values[from--] as number;
  }
}

/**
 * Puts the values with these ids at rows `row..`.
 *
 * Shape   false when an id is not below `size`.
 */
export function gatherFixed(
  from: FixedStore,
  size: number,
  ids: Int32Array,
  to: FixedStore,
  place: { readonly row: number; readonly count: number },
): boolean {
  const { row, count } = place;
  for (let i = 0; i < count; i++) if ((ids[i] as number) >>> 0 >= size) return false;
  switch (from.width) {
    case 4:
      gatherOne(from.words, ids, to.words, row, count);
      break;
    case 8:
      gatherTwo(from.words, ids, to.words, row, count);
      break;
    case 16:
      gatherFour(from.words, ids, to.words, row, count);
      break;
    case 1:
      gatherOne(from.bytes, ids, to.bytes, row, count);
      break;
    default:
      gatherOne(new Uint16Array(from.bytes.buffer), ids, new Uint16Array(to.bytes.buffer), row, count);
  }
  return true;
}

function gatherOne<T extends Int32Array | Uint16Array | Uint8Array>(
  from: T,
  ids: Int32Array,
  to: T,
  row: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) to[row + i] = from[ids[i] as number] as number;
}

function gatherTwo(from: Int32Array, ids: Int32Array, to: Int32Array, row: number, count: number): void {
  for (let i = 0, w = 2 * row; i < count; i++, w += 2) {
    const id = 2 * (ids[i] as number);
    to[w] = from[id] as number;
    to[w + 1] = from[id + 1] as number;
  }
}

function gatherFour(from: Int32Array, ids: Int32Array, to: Int32Array, row: number, count: number): void {
  for (let i = 0, w = 4 * row; i < count; i++, w += 4) {
    const id = 4 * (ids[i] as number);
    to[w] = from[id] as number;
    to[w + 1] = from[id + 1] as number;
    to[w + 2] = from[id + 2] as number;
    to[w + 3] = from[id + 3] as number;
  }
}
