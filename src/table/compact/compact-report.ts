// What became of a compaction, in numbers.
import type { DataFileMeta, Snapshot } from '../../format/index.ts';
import { partitionText } from '../plan/bucket-files.ts';
import type { Table } from '../table.ts';
import type { BucketChange, BucketState } from './bucket-change.ts';
import type { CommittedCompaction } from './commit-compaction.ts';

/** A bucket whose compaction was given up, and why. `partition`: as its directory is named. */
export interface AbandonedBucket {
  readonly partition: string;
  readonly bucket: number;
  readonly reason: string;
}

/**
 * What became of a compaction.
 *
 * Shape   `snapshot` undefined when there was nothing to commit; `already` when it holds an earlier commit of
 *         the same user and identifier, or a later one. Files and bytes are those of the commit: a file that
 *         only changed its level counts on both sides. `upgradedFiles`: those. `abandoned`: buckets that
 *         other writers changed meanwhile; files made for them were removed.
 */
export interface CompactReport {
  readonly snapshot: Snapshot | undefined;
  readonly already: boolean;
  readonly bucketCount: number;
  readonly filesBefore: number;
  readonly filesAfter: number;
  readonly upgradedFiles: number;
  readonly bytesBefore: bigint;
  readonly bytesAfter: bigint;
  readonly abandoned: readonly AbandonedBucket[];
}

/** The report of changes that were committed. */
export function reportOf(
  changes: readonly BucketChange[],
  rest: Pick<CompactReport, 'snapshot' | 'already' | 'abandoned'>,
): CompactReport {
  const before = changes.flatMap((change) => change.before);
  const after = changes.flatMap((change) => change.after);
  const names = new Set(before.map((file) => file.fileName));
  return {
    ...rest,
    bucketCount: changes.length,
    filesBefore: before.length,
    filesAfter: after.length,
    upgradedFiles: after.filter((file) => names.has(file.fileName)).length,
    bytesBefore: bytesOf(before),
    bytesAfter: bytesOf(after),
  };
}

/** The report of a commit. `abandoned`: buckets that were given up before it. */
export function committedReport(
  table: Table,
  changes: readonly BucketChange[],
  { snapshot, lost }: CommittedCompaction,
  abandoned: readonly AbandonedBucket[] = [],
): CompactReport {
  const gone = new Set(lost.map(({ change }) => change));
  const late = lost.map(({ change, reason }) => abandonedBucket(table, change.bucket, reason));
  const rest = { snapshot, already: false, abandoned: [...abandoned, ...late] };
  return reportOf(
    changes.filter((change) => !gone.has(change)),
    rest,
  );
}

/** A bucket that was given up, for people. */
export function abandonedBucket(table: Table, state: BucketState, reason: string): AbandonedBucket {
  return { partition: partitionText(table, state.partition), bucket: state.bucket, reason };
}

function bytesOf(files: readonly DataFileMeta[]): bigint {
  return files.reduce((sum, file) => sum + file.fileSize, 0n);
}
