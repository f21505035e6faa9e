// What one snapshot added or changed, as splits whose rows keep the kinds they were written with.
import type { ManifestEntry, Predicate, Snapshot } from '../../format/index.ts';
import type { Table } from '../table.ts';
import { splitConditions } from './conditions.ts';
import { headFilters, hidesLevelZero } from './entry-filters.ts';
import { appendSplits, type SplitGroup } from './generate-splits.ts';
import { type Bucket, groupByBucket, splitBucket } from './plan-snapshot.ts';
import type { ReportBuilder } from './report.ts';
import { type EntryFilter, type ScanMode, type Scanned, scanEntries } from './scan-entries.ts';
import type { DataSplit, DiffSplit, Split } from './split.ts';

/**
 * Which part of a snapshot, and for whom. `filter`: as in a batch read, but only partitions and buckets are
 * left out by it.
 */
export interface DeltaRequest {
  readonly mode: Exclude<ScanMode, 'all'>;
  readonly filter?: Predicate;
  /** A following stream sees level 0; an incremental batch read hides it as every batch read does. */
  readonly streaming: boolean;
  readonly report: ReportBuilder;
  readonly signal?: AbortSignal;
}

/** The entries of a snapshot's delta or changelog. */
export async function scanDelta(table: Table, snapshot: Snapshot, request: DeltaRequest): Promise<Scanned> {
  const conditions = splitConditions(table.schema, request.filter);
  const shared = await headFilters(table, { streaming: request.streaming }, conditions);
  const hides = !request.streaming && hidesLevelZero(table);
  const filter: EntryFilter = {
    ...shared,
    head: (head) => shared.head?.(head) ?? (hides && head.level === 0 ? 'level' : undefined),
  };
  return scanEntries(table, snapshot, {
    mode: request.mode,
    filter,
    report: request.report,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
}

/**
 * Splits of a following stream: one a bucket, so that its rows come in the order they were written.
 * Unaware-bucket append tables have but one bucket and are cut like a batch read.
 *
 * Source  Paimon, MergeTreeSplitGenerator.java, AppendOnlySplitGenerator.java (splitForStreaming).
 */
export function streamSplits(table: Table, scanned: Scanned, snapshotId: bigint): readonly DataSplit[] {
  const append = table.schema.primaryKeys.length === 0;
  return groupByBucket(scanned.added).flatMap((bucket) => {
    const files = bucket.entries.map((entry) => entry.file);
    const groups: readonly SplitGroup[] =
      append && table.options.bucket === -1
        ? appendSplits(files, table.options, 'as-written')
        : [{ way: 'as-written', files }];
    return asWritten(bucket, groups, snapshotId);
  });
}

/** Splits of an incremental read: cut like those of a batch read, rows kept as they were written. */
export function incrementalSplits(table: Table, scanned: Scanned, snapshotId: bigint): readonly DataSplit[] {
  return groupByBucket(scanned.added).flatMap((bucket) => {
    const files = bucket.entries.map((entry) => entry.file);
    return asWritten(bucket, splitBucket(table, files), snapshotId);
  });
}

/**
 * What an overwrite took away and brought, by bucket. Source: Paimon, SnapshotReaderImpl.java
 * (readChanges).
 */
export function overwriteSplits(scanned: Scanned, snapshotId: bigint): readonly Split[] {
  return groupByBucket([...scanned.deleted, ...scanned.added]).map(({ first, entries }): DiffSplit => {
    const files = (kind: ManifestEntry['kind']): DiffSplit['before'] =>
      entries.filter((entry) => entry.kind === kind).map((entry) => ({ file: entry.file }));
    return {
      kind: 'diff',
      way: 'overwrite',
      snapshotId,
      partition: first.partition,
      bucket: first.bucket,
      totalBuckets: first.totalBuckets,
      before: files('DELETE'),
      after: files('ADD'),
    };
  });
}

function asWritten(bucket: Bucket, groups: readonly SplitGroup[], snapshotId: bigint): DataSplit[] {
  const { partition, bucket: number, totalBuckets } = bucket.first;
  return groups.map(({ files }) => ({
    kind: 'data',
    way: 'as-written',
    snapshotId,
    partition,
    bucket: number,
    totalBuckets,
    files: files.map((file) => ({ file })),
  }));
}
