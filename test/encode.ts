// Batches as the lines of the golden files: row kinds first, and for changes their snapshot, partition and
// bucket.
import { constantMember, kindMember } from '../src/codec/index.ts';
import { decodePartition, partitionPath, partitionSpec } from '../src/format/index.ts';
import { type Batch, type Change, jsonLines, type TableSchema } from '../src/index.ts';

/** Lines with `_kind` first; the batches' last column is the row kind. */
export function kindLines(batches: readonly Batch[]): string[] {
  return batches.flatMap((batch) => printed(batch, []));
}

/** Lines with `_snapshot`, `_partition`, `_bucket` and `_kind` first. */
export function changeLines(changes: readonly Change[], schema: TableSchema): string[] {
  return changes.flatMap(({ snapshotId, partition, bucket, batch }) => {
    const values = decodePartition(schema, partition, 'change');
    const path = partitionPath(partitionSpec(schema, values, schema.options));
    const text = path === '' ? '' : `${path}/`;
    return printed(batch, [
      constantMember('_snapshot', Number(snapshotId)),
      constantMember('_partition', text),
      constantMember('_bucket', bucket),
    ]);
  });
}

function printed(batch: Batch, leading: readonly ReturnType<typeof constantMember>[]): string[] {
  const kinds = batch.columns.at(-1);
  if (kinds === undefined) return [];
  const shown: Batch = { ...batch, fields: batch.fields.slice(0, -1), columns: batch.columns.slice(0, -1) };
  const text = [...jsonLines(shown, { leading: [...leading, kindMember(kinds)] })].join('');
  return text.split('\n').filter((line) => line !== '');
}
