// The rows of data files against what metadata says of them.
import { checkAborted, type Field } from '../../base/index.ts';
import type { Batch } from '../../codec/index.ts';
import { verifyParquetPages } from '../../engine/index.ts';
import type { ManifestEntry, Snapshot, TableSchema } from '../../format/index.ts';
import { SEQUENCE_NUMBER_FIELD, VALUE_KIND_FIELD } from '../../tree/index.ts';
import { dataFilePath } from '../directories.ts';
import { bucketDirectory } from '../plan/bucket-files.ts';
import { liveEntries, manifestEntries } from '../plan/live-entries.ts';
import { listManifests } from '../plan/scan-entries.ts';
import { bucketContext } from '../read/read-context.ts';
import { formatOf, readFile } from '../read/read-file.ts';
import { type CheckContext, firstTime } from './check-context.ts';
import { fileExpectations, keyCopies, type RowCheck } from './row-checks.ts';

/** Reads every data file and changelog file of a snapshot that was not read before. */
export async function checkDataFiles(
  context: CheckContext,
  snapshot: Snapshot,
  onProgress: ((line: string) => void) | undefined,
): Promise<void> {
  const { table, signal } = context;
  for await (const entries of liveEntries(table, snapshot, { signal })) {
    for (const entry of entries) await checkDataFile(context, snapshot, entry, 'data', onProgress);
  }
  const changelog = await listManifests(table, snapshot, 'changelog');
  for await (const entries of manifestEntries(table, changelog, { signal })) {
    for (const entry of entries) await checkDataFile(context, snapshot, entry, 'changelog', onProgress);
  }
}

async function checkDataFile(
  context: CheckContext,
  snapshot: Snapshot,
  entry: ManifestEntry,
  role: 'data' | 'changelog',
  onProgress: ((line: string) => void) | undefined,
): Promise<void> {
  const { table, report } = context;
  const { file, partition, bucket } = entry;
  const directory = bucketDirectory(table)(partition, bucket);
  await report.attempt('data-file', `${directory}/${file.fileName}`, async () => {
    const path = dataFilePath(file, directory, table.options.raw);
    if (!firstTime(context.readFiles, path)) return;
    onProgress?.(path.slice(table.path.length + 1));
    const stat = await table.store.stat(path);
    // Told before.
    if (stat?.kind !== 'file' || BigInt(stat.size) !== file.fileSize) return;
    const format = formatOf(file.fileName);
    if (format === 'parquet' && context.engine !== undefined) await verifyParquetPages(path, context.signal);
    const schema = await table.schemas.byId(file.schemaId);
    const fields = readFields(table.schema, schema);
    const checks = fileExpectations({ table, schema, entry, role, fields });
    await report.attempt('data-file', path, () =>
      readRows(context, snapshot, entry, { schema, fields, checks }),
    );
    for (const { rule, finish } of checks) {
      const what = finish();
      if (what !== undefined) report.error(rule, path, what);
    }
  });
}

interface RowsRead {
  readonly schema: TableSchema;
  readonly fields: readonly Field[];
  readonly checks: readonly RowCheck[];
}

/** Reads a file as it was written: with the columns of its own schema. */
async function readRows(
  context: CheckContext,
  snapshot: Snapshot,
  entry: ManifestEntry,
  { schema, fields, checks }: RowsRead,
): Promise<void> {
  const { table, signal, engine } = context;
  if (engine === undefined) return;
  const { partition, bucket, totalBuckets, file } = entry;
  const stored = [...schema.fields, ...keyCopies(schema)];
  const written = { ...table, schema: { ...schema, fields: stored, options: table.schema.options } };
  const split = {
    kind: 'data',
    way: 'as-written',
    snapshotId: snapshot.id,
    partition,
    bucket,
    totalBuckets,
    files: [{ file }],
  } as const;
  const read = { table: written, engine: await engine(), ...(signal === undefined ? {} : { signal }) };
  const bucketOf = bucketContext(table, split);
  const batches: AsyncIterable<Batch> = readFile(read, bucketOf, { file }, { fields, conjuncts: [] });
  for await (const batch of batches) {
    checkAborted(signal);
    for (const check of checks) check.batch(batch);
  }
}

/**
 * The columns a file of the schema holds, in the order they are read. Source: Paimon,
 * table/SpecialFields.java.
 */
function readFields(now: TableSchema, written: TableSchema): readonly Field[] {
  if (now.primaryKeys.length === 0) return written.fields;
  return [...written.fields, ...keyCopies(written), SEQUENCE_NUMBER_FIELD, VALUE_KIND_FIELD];
}
