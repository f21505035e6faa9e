// Rows removed without a look at them: all of a table, or whole partitions. One commit that lists their files
// as deleted; nothing is read or written but metadata.
import { LakeError, uuid } from '../../base/index.ts';
import type { Snapshot } from '../../format/index.ts';
import { BATCH_COMMIT_IDENTIFIER, commit, committedBefore } from '../commit/index.ts';
import type { PartitionValues } from '../plan/partition-values.ts';
import type { Table } from '../table.ts';
import { dropChanges } from './overwrite.ts';

/** How the commit is made. `commitUser`, `commitIdentifier`: as in `WriteOptions`. */
export interface TruncateOptions {
  readonly commitUser?: string;
  readonly commitIdentifier?: bigint;
  readonly signal?: AbortSignal;
}

/**
 * What became of it.
 *
 * Shape   `already` when `snapshot` holds an earlier commit of the same user and identifier, or a later one.
 *         `fileCount`, `rowCount`: data files that went and the rows in them, as written, not merged.
 */
export interface TruncateResult {
  readonly snapshot: Snapshot | undefined;
  readonly already: boolean;
  readonly fileCount: number;
  readonly rowCount: bigint;
}

/**
 * Removes all rows of a table. It is committed also when there are none, as in Java.
 *
 * Limits  holds the descriptions of all live files, about 1 kB each.
 * Errors  COMMIT_CONFLICT, COMMIT_UNKNOWN.
 * Source  Paimon, operation/FileStoreCommitImpl.java (truncateTable).
 */
export function truncateTable(table: Table, options: TruncateOptions = {}): Promise<TruncateResult> {
  return drop(table, [{}], options);
}

/**
 * Removes the partitions that have the values of one of `partitions`; an empty list or record is refused.
 *
 * Errors  as `truncateTable`; ARGUMENT_INVALID for a column that is no partition key.
 * Source  Paimon, operation/FileStoreCommitImpl.java (dropPartitions).
 */
export async function dropPartitions(
  table: Table,
  partitions: readonly PartitionValues[],
  options: TruncateOptions = {},
): Promise<TruncateResult> {
  if (partitions.length === 0 || partitions.some((values) => Object.keys(values).length === 0))
    throw new LakeError('ARGUMENT_INVALID', 'Say which partitions to drop, as column=value.');
  return drop(table, partitions, options);
}

async function drop(
  table: Table,
  partitions: readonly PartitionValues[],
  { commitUser = uuid(), commitIdentifier = BATCH_COMMIT_IDENTIFIER, signal }: TruncateOptions,
): Promise<TruncateResult> {
  const { changes, replaces, removed } = dropChanges(table, partitions);
  if (commitIdentifier !== BATCH_COMMIT_IDENTIFIER) {
    const before = await committedBefore(table, commitUser, commitIdentifier);
    if (before !== undefined) return { snapshot: before, already: true, fileCount: 0, rowCount: 0n };
  }
  const snapshot = await commit(table, {
    commitUser,
    commitIdentifier,
    kind: 'OVERWRITE',
    changes,
    checkConflicts: true,
    dropsIndexes: replaces,
    ...(signal === undefined ? {} : { signal }),
  });
  return { snapshot, already: false, ...removed };
}
