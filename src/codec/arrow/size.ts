// How many bytes the rows of vectors and batches take, so that budgets and batch limits count what is really
// held.
import type { Batch, Vector } from './vector.ts';

/**
 * Bytes of the rows of a vector: values, offsets and validity of its own rows. Memory that a slice merely
 * keeps alive is not counted.
 */
export function vectorBytes(vector: Vector): number {
  const { length } = vector;
  const bits = (length + 7) >> 3;
  const own = vector.validity === null ? 0 : bits;
  switch (vector.layout) {
    case 'bool':
      return own + bits;
    case 'bytes':
      return own + 4 * (length + 1) + (vector.offsets[length] ?? 0) - (vector.offsets[0] ?? 0);
    case 'list': {
      const elements = (vector.offsets[length] ?? 0) - (vector.offsets[0] ?? 0);
      const { child } = vector;
      const share = child.length === 0 ? 0 : elements / child.length;
      return own + 4 * (length + 1) + Math.ceil(vectorBytes(child) * share);
    }
    case 'struct':
      return vector.children.reduce((sum, child) => sum + vectorBytes(child), own);
    case 'i128':
      return own + 16 * length;
    default:
      return own + length * vector.values.BYTES_PER_ELEMENT;
  }
}

/** Bytes of the rows of a batch. See `vectorBytes`. */
export function batchBytes(batch: Batch): number {
  return batch.columns.reduce((sum, column) => sum + vectorBytes(column), 0);
}
