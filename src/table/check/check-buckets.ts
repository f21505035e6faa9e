// The files of every bucket beside each other: bucket numbers, levels, key ranges, row ids.
import { compareRows, decodeRow, type Value } from '../../codec/index.ts';
import {
  type DataFileMeta,
  fieldsOf,
  type ManifestEntry,
  POSTPONE_BUCKET,
  partitionKey,
  trimmedPrimaryKeys,
} from '../../format/index.ts';
import { partitionText } from '../plan/bucket-files.ts';
import { groupByBucket } from '../plan/plan-snapshot.ts';
import type { CheckContext, PlacedSnapshot } from './check-context.ts';

/** Checks the live files of a snapshot bucket by bucket. */
export async function checkBuckets(
  context: CheckContext,
  placed: PlacedSnapshot,
  live: readonly ManifestEntry[],
): Promise<void> {
  const { report, schemaIds } = context;
  const totals = new Map<string, number>();
  for (const { entries } of groupByBucket(live)) {
    await report.attempt('bucket', placed.file, () => {
      for (const entry of entries) {
        const { file } = entry;
        checkBucketNumber(context, placed.file, entry, totals);
        checkFileMeta(context, placed.file, file);
        if (!schemaIds.has(file.schemaId)) {
          report.error('schema', placed.file, `file ${file.fileName} needs schema ${file.schemaId}`);
        }
      }
      checkLevels(context, placed.file, entries);
    });
  }
  checkRowIds(context, placed, live);
}

function checkBucketNumber(
  { report, table }: CheckContext,
  where: string,
  { partition, bucket, totalBuckets }: ManifestEntry,
  totals: Map<string, number>,
): void {
  if (bucket === POSTPONE_BUCKET) return;
  const name = `bucket ${bucket} of partition '${partitionText(table, partition)}'`;
  if (bucket < 0 || (totalBuckets > 0 && bucket >= totalBuckets)) {
    report.error('bucket', where, `${name} is not one of ${totalBuckets} buckets`);
  }
  const key = partitionKey(partition);
  const other = totals.get(key);
  if (other === undefined) totals.set(key, totalBuckets);
  else if (other !== totalBuckets) {
    report.error('bucket', where, `${name} is one of ${totalBuckets} buckets, others of it are of ${other}`);
  }
}

function checkFileMeta({ report, table }: CheckContext, where: string, file: DataFileMeta): void {
  const { fileName, level, rowCount, minSequenceNumber, maxSequenceNumber, deleteRowCount = 0n } = file;
  if (rowCount < 0n || file.fileSize < 0n)
    report.error('data-file', where, `file ${fileName} has a negative size`);
  if (deleteRowCount < 0n || deleteRowCount > rowCount) {
    report.error('deletes', where, `file ${fileName} has ${deleteRowCount} deletes in ${rowCount} rows`);
  }
  if (minSequenceNumber > maxSequenceNumber) {
    const what = `file ${fileName} has sequence numbers from ${minSequenceNumber} to ${maxSequenceNumber}`;
    report.error('sequence', where, what);
  }
  const top = table.options.numLevels - 1;
  if (level < 0) report.error('level', where, `file ${fileName} is on level ${level}`);
  else if (table.schema.primaryKeys.length > 0 && level > top) {
    const action = `Set 'num-levels' to at least ${level + 1}.`;
    report.error('level', where, `file ${fileName} is on level ${level}, the highest is ${top}`, action);
  }
}

/**
 * Above level 0 every key stands in one file of a level at most. Source: Paimon, mergetree/SortedRun.java
 * (validate).
 */
function checkLevels(
  { report, table }: CheckContext,
  where: string,
  entries: readonly ManifestEntry[],
): void {
  const types = fieldsOf(table.schema, trimmedPrimaryKeys(table.schema)).map((field) => field.type);
  if (types.length === 0) return;
  const byLevel = new Map<number, { name: string; min: readonly Value[]; max: readonly Value[] }[]>();
  for (const { file, bucket } of entries) {
    if (bucket === POSTPONE_BUCKET) continue;
    const min = decodeRow(types, file.minKey, file.fileName);
    const max = decodeRow(types, file.maxKey, file.fileName);
    if (compareRows(types, min, max) > 0) {
      report.error('keys', where, `file ${file.fileName} has a first key beyond its last`);
    }
    if (file.level === 0) continue;
    const level = byLevel.get(file.level) ?? [];
    level.push({ name: file.fileName, min, max });
    byLevel.set(file.level, level);
  }
  for (const [level, files] of byLevel) {
    files.sort((a, b) => compareRows(types, a.min, b.min));
    for (let i = 1; i < files.length; i++) {
      const [a, b] = [files[i - 1], files[i]];
      if (a === undefined || b === undefined || compareRows(types, a.max, b.min) < 0) continue;
      const what = `files ${a.name} and ${b.name} on level ${level} overlap in their keys`;
      report.error(
        'level',
        where,
        what,
        'Java refuses to read the bucket; roll back to a snapshot before it.',
      );
    }
  }
}

/** Row ids are given once. */
function checkRowIds({ report }: CheckContext, placed: PlacedSnapshot, live: readonly ManifestEntry[]): void {
  const numbered = live.flatMap(({ file }) =>
    file.firstRowId === undefined
      ? []
      : [{ name: file.fileName, from: file.firstRowId, rows: file.rowCount }],
  );
  numbered.sort((a, b) => (a.from < b.from ? -1 : 1));
  const { nextRowId } = placed.snapshot;
  for (const [i, { name, from, rows }] of numbered.entries()) {
    const before = numbered[i - 1];
    if (before !== undefined && before.from + before.rows > from) {
      report.error('row-id', placed.file, `files ${before.name} and ${name} have row ids in common`);
    }
    if (nextRowId !== undefined && from + rows > nextRowId) {
      report.error('row-id', placed.file, `file ${name} has row ids beyond nextRowId ${nextRowId}`);
    }
  }
}
