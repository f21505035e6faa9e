// From one snapshot of one branch to the splits a batch read of it consists of.
import type { DataFileMeta, ManifestEntry, Predicate, Snapshot } from '../../format/index.ts';
import { partitionKey } from '../../format/index.ts';
import { explainMissing } from '../expired-read.ts';
import type { Table } from '../table.ts';
import { bucketDirectory, keySections, partitionText } from './bucket-files.ts';
import { deletionFiles } from './deletion-files.ts';
import { type EntryFilters, entryFilters } from './entry-filters.ts';
import { appendSplits, mergeTreeSplits, type SplitGroup } from './generate-splits.ts';
import { type BucketReport, type PlanReport, REPORT_BUCKETS_MAX, ReportBuilder } from './report.ts';
import { type Scanned, scanEntries } from './scan-entries.ts';
import { type DataSplit, filesOf, type Split, type SplitFile } from './split.ts';

/**
 * What a plan is asked for. `filter` over the table's schema; rows that do not match may be left out, never
 * others.
 */
export interface SnapshotRequest {
  readonly filter?: Predicate;
  readonly createdFromMs?: bigint;
  /** Only these partitions. */
  readonly partition?: (partition: Uint8Array) => boolean;
  /** Only files of these levels; batch reads leave it out. */
  readonly level?: (level: number) => boolean;
  /** See `FilterRequest.streaming`. */
  readonly streaming?: boolean;
  readonly signal?: AbortSignal;
}

/** The files of one bucket, in scan order. */
export interface BucketFiles {
  readonly partition: Uint8Array;
  readonly bucket: number;
  readonly totalBuckets: number;
  readonly files: readonly DataFileMeta[];
}

/** Splits and the account of how they came to be. */
export interface SnapshotPlan {
  readonly splits: readonly Split[];
  readonly report: PlanReport;
}

/**
 * Plans a batch read of a snapshot.
 *
 * Shape   splits in the order their partitions and buckets first appear in the manifests: the same snapshot
 *         always gives the same plan.
 * Errors  `FILE_MISSING`, `FILE_CORRUPT`, `CANCELLED`.
 * Source  Paimon, table/source/snapshot/SnapshotReaderImpl.java (read), table/source/DataTableBatchScan.java.
 */
export async function planSnapshot(
  table: Table,
  snapshot: Snapshot | undefined,
  request: SnapshotRequest,
): Promise<SnapshotPlan> {
  const report = new ReportBuilder();
  if (snapshot === undefined) return { splits: [], report: finishReport(table, undefined, report, []) };
  try {
    const splits = await snapshotSplits(table, snapshot, request, report);
    return { splits, report: finishReport(table, snapshot, report, splits) };
  } catch (error) {
    throw await explainMissing(table, snapshot.id, error);
  }
}

async function snapshotSplits(
  table: Table,
  snapshot: Snapshot,
  request: SnapshotRequest,
  report: ReportBuilder,
): Promise<readonly Split[]> {
  const buckets = await liveBuckets(table, snapshot, request, report);
  const findDeletion = await deletionFiles(table, snapshot, bucketDirectory(table));
  const splits: DataSplit[] = [];
  for (const bucket of buckets) {
    for (const group of splitBucket(table, bucket.files)) {
      splits.push({
        kind: 'data',
        way: group.way,
        snapshotId: snapshot.id,
        partition: bucket.partition,
        bucket: bucket.bucket,
        totalBuckets: bucket.totalBuckets,
        files: group.files.map((file) =>
          splitFile(file, findDeletion(bucket.partition, bucket.bucket, file.fileName)),
        ),
      });
    }
  }
  return splits;
}

/** The live files of a snapshot that a batch read sees, by bucket. */
export async function liveBuckets(
  table: Table,
  snapshot: Snapshot,
  request: SnapshotRequest,
  report: ReportBuilder,
): Promise<readonly BucketFiles[]> {
  const filters = await entryFilters(table, request, report);
  const scanned = await scanEntries(table, snapshot, {
    mode: 'all',
    filter: filters.entry,
    report,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  return wholeBuckets(scanned, filters, report);
}

/** The splits of one bucket's files for a batch read. */
export function splitBucket(table: Table, files: readonly DataFileMeta[]): readonly SplitGroup[] {
  if (table.schema.primaryKeys.length === 0) return appendSplits(files, table.options, 'raw');
  return mergeTreeSplits(files, table.options, keySections(table.schema));
}

/** A file of a split. */
export function splitFile(file: DataFileMeta, deletion: SplitFile['deletion']): SplitFile {
  return deletion === undefined ? { file } : { file, deletion };
}

/** The entries of one bucket. */
export interface Bucket {
  readonly first: ManifestEntry;
  readonly entries: ManifestEntry[];
}

/** Entries by bucket, in the order the buckets first appear. */
export function groupByBucket(entries: readonly ManifestEntry[]): readonly Bucket[] {
  const buckets = new Map<string, Bucket>();
  for (const entry of entries) {
    const key = `${entry.bucket} ${partitionKey(entry.partition)}`;
    const found = buckets.get(key);
    if (found === undefined) buckets.set(key, { first: entry, entries: [entry] });
    else found.entries.push(entry);
  }
  return [...buckets.values()];
}

/** Leaves out what only a look at all files of a bucket allows: see `EntryFilters.wholeBucket`. */
function wholeBuckets(
  scanned: Scanned,
  filters: EntryFilters,
  report: ReportBuilder,
): readonly BucketFiles[] {
  const result: BucketFiles[] = [];
  for (const { first, entries } of groupByBucket(scanned.added)) {
    const kept = filters.wholeBucket(entries, scanned.unmarked);
    report.files.valueStats += entries.length - kept.length;
    if (kept.length === 0) continue;
    const { partition, bucket, totalBuckets } = first;
    result.push({ partition, bucket, totalBuckets, files: kept.map((entry) => entry.file) });
  }
  return result;
}

/** The report of a finished plan. */
export function finishReport(
  table: Table,
  snapshot: Snapshot | undefined,
  builder: ReportBuilder,
  splits: readonly Split[],
): PlanReport {
  const buckets = new Map<
    string,
    { partition: string; bucket: number; files: number; raw: number; merge: number }
  >();
  const sums = { raw: 0, merge: 0, other: 0, filesRead: 0, deletionVectors: 0 };
  let bytes = 0n;
  for (const split of splits) {
    const way = split.way === 'raw' || split.way === 'merge' ? split.way : 'other';
    sums[way]++;
    const key = `${split.bucket} ${partitionKey(split.partition)}`;
    let bucket = buckets.get(key);
    if (bucket === undefined) {
      const partition = buckets.size < REPORT_BUCKETS_MAX ? partitionText(table, split.partition) : '';
      bucket = { partition, bucket: split.bucket, files: 0, raw: 0, merge: 0 };
      buckets.set(key, bucket);
    }
    if (way !== 'other') bucket[way]++;
    for (const { file, deletion } of filesOf(split)) {
      bucket.files++;
      sums.filesRead++;
      bytes += file.fileSize;
      if (deletion !== undefined) sums.deletionVectors++;
    }
  }
  const listed: BucketReport[] = [...buckets.values()].slice(0, REPORT_BUCKETS_MAX);
  return {
    ...(snapshot === undefined ? {} : { snapshotId: snapshot.id }),
    mode: snapshot === undefined ? 'empty' : 'snapshot',
    manifests: { total: builder.manifestCount, pruned: { ...builder.manifests } },
    files: { total: builder.fileCount, pruned: { ...builder.files } },
    splits: { raw: sums.raw, merge: sums.merge, other: sums.other },
    filesRead: sums.filesRead,
    bytes,
    deletionVectors: sums.deletionVectors,
    buckets: listed,
    bucketCount: buckets.size,
    notes: [...builder.notes],
  };
}
