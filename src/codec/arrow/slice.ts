// Parts of vectors and vectors put together. A slice shares memory with its vector; only bits that do not
// start at a byte are copied.
import { LakeError } from '../../base/index.ts';
import { OFFSET_MAX } from './gather-bytes.ts';
import {
  type Batch,
  type BoolVector,
  type BytesVector,
  isValid,
  type ListVector,
  type StructVector,
  type Vector,
} from './vector.ts';

/**
 * Rows `start` (included) to `end` (excluded) of a vector. `0 <= start <= end <= vector.length` is the
 * caller's duty.
 */
export function sliceVector(vector: Vector, start: number, end: number): Vector {
  if (start === 0 && end === vector.length) return vector;
  const length = end - start;
  const validity = vector.validity === null ? null : sliceBits(vector.validity, start, end);
  switch (vector.layout) {
    case 'bool':
      return { ...vector, length, validity, values: sliceBits(vector.values, start, end) };
    case 'i128':
      return { ...vector, length, validity, values: vector.values.subarray(2 * start, 2 * end) };
    case 'bytes':
      return { ...vector, length, validity, offsets: vector.offsets.subarray(start, end + 1) };
    case 'list':
      return { ...vector, length, validity, offsets: vector.offsets.subarray(start, end + 1) };
    case 'struct': {
      const children = vector.children.map((child) => sliceVector(child, start, end));
      return { ...vector, length, validity, children };
    }
    default:
      return { ...vector, length, validity, values: vector.values.subarray(start, end) } as Vector;
  }
}

/** Rows `start` (included) to `end` (excluded) of a batch. */
export function sliceBatch(batch: Batch, start: number, end: number): Batch {
  if (start === 0 && end === batch.rowCount) return batch;
  const columns = batch.columns.map((column) => sliceVector(column, start, end));
  return { fields: batch.fields, rowCount: end - start, columns };
}

/** Bits `start` to `end`, the first one at bit 0. Shares memory when `start` is a multiple of 8. */
function sliceBits(bits: Uint8Array, start: number, end: number): Uint8Array {
  const bytes = (end - start + 7) >> 3;
  const from = start >> 3;
  const shift = start & 7;
  if (shift === 0) return bits.subarray(from, from + bytes);
  const out = new Uint8Array(bytes);
  for (let i = 0; i < bytes; i++) {
    const low = (bits[from + i] as number) >> shift;
    out[i] = low | ((bits[from + i + 1] ?? 0) << (8 - shift));
  }
  return out;
}

/**
 * The rows of all vectors, one vector after the other. One vector is returned as it is.
 *
 * Shape   `vectors` is never empty and all have one layout.
 * Errors  LIMIT_EXCEEDED when variable-length data would exceed `OFFSET_MAX` bytes or elements.
 */
export function concatVectors(vectors: readonly Vector[]): Vector {
  const first = vectors[0];
  if (first === undefined) throw new LakeError('BUG', 'concatVectors needs at least one vector');
  if (vectors.length === 1) return first;
  const length = vectors.reduce((sum, v) => sum + v.length, 0);
  const validity = concatValidity(vectors, length);
  switch (first.layout) {
    case 'bool':
      return {
        layout: 'bool',
        length,
        validity,
        values: concatBools(vectors as readonly BoolVector[], length),
      };
    case 'bytes':
      return concatBytes(vectors as readonly BytesVector[], length, validity);
    case 'list':
      return concatLists(vectors as readonly ListVector[], length, validity);
    case 'struct': {
      const children = first.children.map((_, c) =>
        concatVectors(vectors.map((v) => (v as StructVector).children[c] as Vector)),
      );
      return { layout: 'struct', length, validity, children };
    }
    default:
      return concatFixed(vectors as readonly FixedVector[], length, validity);
  }
}

/** The rows of all batches as one batch. `batches` is never empty and all have the same fields. */
export function concatBatches(batches: readonly Batch[]): Batch {
  const first = batches[0];
  if (first === undefined) throw new LakeError('BUG', 'concatBatches needs at least one batch');
  if (batches.length === 1) return first;
  const columns = first.columns.map((_, c) => concatVectors(batches.map((b) => b.columns[c] as Vector)));
  return { fields: first.fields, rowCount: batches.reduce((sum, b) => sum + b.rowCount, 0), columns };
}

type FixedVector = Extract<
  Vector,
  { readonly layout: 'i8' | 'i16' | 'i32' | 'i64' | 'f32' | 'f64' | 'i128' }
>;

function concatFixed(vectors: readonly FixedVector[], length: number, validity: Uint8Array | null): Vector {
  const first = vectors[0] as FixedVector;
  const width = first.layout === 'i128' ? 2 : 1;
  // An empty slice of the same kind of array, grown to the size needed.
  const ArrayOf = first.values.constructor as new (length: number) => FixedVector['values'];
  const values = new ArrayOf(length * width);
  let at = 0;
  for (const vector of vectors) {
    (values as Int32Array).set((vector.values as Int32Array).subarray(0, vector.length * width), at);
    at += vector.length * width;
  }
  return { layout: first.layout, length, validity, values } as Vector;
}

function concatValidity(vectors: readonly Vector[], length: number): Uint8Array | null {
  if (vectors.every((v) => v.validity === null)) return null;
  const out = new Uint8Array((length + 7) >> 3);
  let at = 0;
  for (const vector of vectors) {
    for (let i = 0; i < vector.length; i++, at++) {
      if (isValid(vector, i)) out[at >> 3] = (out[at >> 3] as number) | (1 << (at & 7));
    }
  }
  return out;
}

function concatBools(vectors: readonly BoolVector[], length: number): Uint8Array {
  const out = new Uint8Array((length + 7) >> 3);
  let at = 0;
  for (const { values, length: rows } of vectors) {
    for (let i = 0; i < rows; i++, at++) {
      const bit = ((values[i >> 3] as number) >> (i & 7)) & 1;
      out[at >> 3] = (out[at >> 3] as number) | (bit << (at & 7));
    }
  }
  return out;
}

/** Offsets of all rows, starting at 0. */
function concatOffsets(vectors: readonly (BytesVector | ListVector)[], length: number): Int32Array {
  const out = new Int32Array(length + 1);
  let at = 0;
  let base = 0;
  for (const { offsets, length: rows } of vectors) {
    const start = offsets[0] ?? 0;
    if (base + (offsets[rows] ?? 0) - start > OFFSET_MAX) {
      const message = `One column would hold more than ${OFFSET_MAX} bytes or elements`;
      throw new LakeError('LIMIT_EXCEEDED', message, { limit: 'OFFSET_MAX' });
    }
    for (let i = 1; i <= rows; i++) out[at + i] = base + (offsets[i] as number) - start;
    at += rows;
    base = out[at] as number;
  }
  return out;
}

function concatBytes(
  vectors: readonly BytesVector[],
  length: number,
  validity: Uint8Array | null,
): BytesVector {
  const offsets = concatOffsets(vectors, length);
  const values = new Uint8Array(offsets[length] as number);
  let at = 0;
  for (const vector of vectors) {
    const part = vector.values.subarray(vector.offsets[0] ?? 0, vector.offsets[vector.length] ?? 0);
    values.set(part, at);
    at += part.length;
  }
  return { layout: 'bytes', length, validity, offsets, values };
}

function concatLists(
  vectors: readonly ListVector[],
  length: number,
  validity: Uint8Array | null,
): ListVector {
  const offsets = concatOffsets(vectors, length);
  const parts = vectors.map((v) => sliceVector(v.child, v.offsets[0] ?? 0, v.offsets[v.length] ?? 0));
  return { layout: 'list', length, validity, offsets, child: concatVectors(parts) };
}
