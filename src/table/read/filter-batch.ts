// The rows of a batch that match a condition, judged exactly.
import { type Batch, take, type Vector, valueAt } from '../../codec/index.ts';
import type { Literal, Predicate } from '../../format/index.ts';
import { evaluateRow } from '../plan/predicates.ts';

/** The batch with the matching rows only; a condition that is unknown for a row does not match it. */
export function filterBatch(batch: Batch, predicate: Predicate): Batch {
  const columns = new Map(
    batch.fields.map((field, i) => [field.name, { field, vector: batch.columns[i] as Vector }]),
  );
  let row = 0;
  const get = (name: string): Literal | null => {
    const column = columns.get(name);
    const value = column === undefined ? null : valueAt(column.vector, row);
    if (
      value instanceof Uint8Array &&
      (column?.field.type.kind === 'VARCHAR' || column?.field.type.kind === 'CHAR')
    ) {
      return decoder.decode(value);
    }
    return value as Literal | null;
  };
  const rows = new Int32Array(batch.rowCount);
  let kept = 0;
  for (; row < batch.rowCount; row++) if (evaluateRow(predicate, get) === true) rows[kept++] = row;
  if (kept === batch.rowCount) return batch;
  const picked = rows.subarray(0, kept);
  return {
    fields: batch.fields,
    rowCount: kept,
    columns: batch.columns.map((column) => take(column, picked)),
  };
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
