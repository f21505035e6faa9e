// Which buckets of a table are compacted, and what they hold.
import { LakeError } from '../../base/index.ts';
import {
  columnsOf,
  type DataFileMeta,
  type EntryHead,
  type Predicate,
  partitionKey,
  type Snapshot,
} from '../../format/index.ts';
import { liveEntries } from '../plan/live-entries.ts';
import {
  type PartitionTest,
  type PartitionValues,
  partitionsLike,
  partitionsWhere,
} from '../plan/partition-values.ts';
import type { Table } from '../table.ts';
import type { BucketState } from './bucket-change.ts';

/** A choice of buckets; all by default. See `CompactTableOptions`. */
export interface BucketChoice {
  readonly partitions?: readonly PartitionValues[];
  readonly where?: Predicate;
  readonly buckets?: readonly number[];
}

/**
 * The choice as a test of entries.
 *
 * Errors  ARGUMENT_INVALID for a column that is no partition key, and a bucket that is no whole number from
 *         0.
 */
export function chosenBuckets(table: Table, choice: BucketChoice): (head: EntryHead) => boolean {
  const tests: PartitionTest[] = [];
  if (choice.partitions !== undefined) tests.push(partitionsLike(table, choice.partitions));
  if (choice.where !== undefined) {
    for (const name of columnsOf(choice.where)) {
      if (table.schema.partitionKeys.includes(name)) continue;
      throw new LakeError('ARGUMENT_INVALID', `Partitions are chosen by their columns; ${name} is none.`);
    }
    tests.push(partitionsWhere(table, choice.where));
  }
  const buckets = choice.buckets === undefined ? undefined : new Set(choice.buckets);
  for (const bucket of buckets ?? []) {
    if (Number.isSafeInteger(bucket) && bucket >= 0) continue;
    throw new LakeError('ARGUMENT_INVALID', `A bucket is a whole number from 0, not ${bucket}.`);
  }
  return ({ partition, bucket }) =>
    (buckets === undefined || buckets.has(bucket)) && tests.every((test) => test(partition));
}

/**
 * The chosen buckets with their live files, in the order they are met.
 *
 * Limits  about 1 kB a file.
 */
export async function bucketStates(
  table: Table,
  latest: Snapshot,
  chosen: (head: EntryHead) => boolean,
  signal: AbortSignal | undefined,
): Promise<readonly BucketState[]> {
  const states = new Map<string, BucketState & { readonly files: DataFileMeta[] }>();
  for await (const entries of liveEntries(table, latest, { accept: chosen, signal })) {
    for (const { partition, bucket, totalBuckets, file } of entries) {
      const key = `${bucket} ${partitionKey(partition)}`;
      const state = states.get(key);
      if (state === undefined) states.set(key, { partition, bucket, totalBuckets, files: [file] });
      else state.files.push(file);
    }
  }
  return [...states.values()];
}
