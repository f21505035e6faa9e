// Some columns and the first rows of a batch.
import type { Field } from '../base/index.ts';
import { type Batch, sliceBatch, type Vector } from '../codec/index.ts';

/** The columns of these fields, in that order, of at most `limit` rows. */
export function projectBatch(batch: Batch, fields: readonly Field[], limit: number): Batch {
  const columns = fields.map(
    (field) => batch.columns[batch.fields.findIndex((f) => f.name === field.name)] as Vector,
  );
  const whole: Batch = { fields, rowCount: batch.rowCount, columns };
  return batch.rowCount > limit ? sliceBatch(whole, 0, limit) : whole;
}
