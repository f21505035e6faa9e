// Rows a deletion vector names, taken out of batches by their position in the file.
import { type Batch, take } from '../../codec/index.ts';
import type { DeletionVector } from '../../format/index.ts';

/**
 * The batch without its deleted rows; undefined when none is left.
 *
 * Shape   `position` gives the physical 0-based position in the file of a row of the batch.
 */
export function dropDeleted(
  batch: Batch,
  deletion: DeletionVector,
  position: (row: number) => number,
): Batch | undefined {
  const rows = new Int32Array(batch.rowCount);
  let kept = 0;
  for (let row = 0; row < batch.rowCount; row++) {
    if (!deletion.has(position(row))) rows[kept++] = row;
  }
  if (kept === batch.rowCount) return batch;
  if (kept === 0) return undefined;
  const picked = rows.subarray(0, kept);
  return {
    fields: batch.fields,
    rowCount: kept,
    columns: batch.columns.map((column) => take(column, picked)),
  };
}
