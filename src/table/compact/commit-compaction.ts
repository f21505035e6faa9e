// The commit of compactions. Buckets that others changed meanwhile are given up, with the files made for
// them; the rest is committed all the same.
import { asLakeError, LakeError } from '../../base/index.ts';
import {
  type DataFileMeta,
  type EntryHead,
  type ManifestEntry,
  partitionKey,
  type Snapshot,
} from '../../format/index.ts';
import { checkConflicts, commit } from '../commit/index.ts';
import { liveEntries } from '../plan/live-entries.ts';
import { removeOrLeave } from '../remove-files.ts';
import type { Table } from '../table.ts';
import { flag } from '../table-options.ts';
import { type BucketChange, type BucketState, changeEntries } from './bucket-change.ts';

/** Whose commit it is. */
export interface CompactionCommit {
  readonly commitUser: string;
  readonly commitIdentifier: bigint;
  readonly signal: AbortSignal | undefined;
}

/** A bucket whose compaction lost a race, and to what. */
export interface LostBucket {
  readonly change: BucketChange;
  readonly reason: string;
}

/** `snapshot` undefined when nothing was left to commit. */
export interface CommittedCompaction {
  readonly snapshot: Snapshot | undefined;
  readonly lost: readonly LostBucket[];
}

/**
 * Commits changes of buckets as one COMPACT snapshot.
 *
 * Limits  holds the entries of the changed partitions.
 * Errors  COMMIT_UNKNOWN: the files stay. COMMIT_CONFLICT when other writers are faster all the time, and
 *         whatever else a commit throws: nothing was committed and the files are removed.
 * Source  Paimon, operation/FileStoreCommitImpl.java (commit).
 */
export async function commitCompaction(
  table: Table,
  changes: readonly BucketChange[],
  by: CompactionCommit,
): Promise<CommittedCompaction> {
  const lost: LostBucket[] = [];
  let left = changes;
  try {
    while (left.length > 0) {
      try {
        const snapshot = await commitOnce(table, left, by);
        return { snapshot, lost };
      } catch (error) {
        if (asLakeError(error).code !== 'COMMIT_CONFLICT') throw error;
        const losers = await findLosers(table, left, by.signal);
        if (losers.length === 0) throw error;
        for (const { change } of losers) await removeFiles(table, [change]);
        lost.push(...losers);
        const gone = new Set(losers.map(({ change }) => change));
        left = left.filter((change) => !gone.has(change));
      }
    }
    return { snapshot: undefined, lost };
  } catch (error) {
    if (asLakeError(error).code !== 'COMMIT_UNKNOWN') await removeFiles(table, left);
    throw error;
  }
}

/** Removes the files made for changes that are not committed, as far as that can be. */
export async function removeFiles(table: Table, changes: readonly BucketChange[]): Promise<void> {
  await removeOrLeave(
    table.store,
    changes.flatMap(({ created }) => created),
  );
}

function commitOnce(
  table: Table,
  changes: readonly BucketChange[],
  { commitUser, commitIdentifier, signal }: CompactionCommit,
): Promise<Snapshot | undefined> {
  const dropStats = flag(table.options.raw, 'manifest.delete-file-drop-stats', false);
  const entries = changeEntries(changes, { dropStats });
  return commit(table, {
    commitUser,
    commitIdentifier,
    kind: 'COMPACT',
    changes: async () => entries,
    checkConflicts: true,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Why a bucket is not what it was any more: a file of it is gone; undefined when all are there. */
export async function lostMeanwhile(table: Table, state: BucketState): Promise<string | undefined> {
  const latest = await table.snapshots.latest();
  const key = partitionKey(state.partition);
  const base: ManifestEntry[] = [];
  const accept = (head: EntryHead): boolean =>
    head.bucket === state.bucket && partitionKey(head.partition) === key;
  if (latest !== undefined) {
    for await (const entries of liveEntries(table, latest, { accept })) base.push(...entries);
  }
  return goneReason(state.files, base);
}

/** The changes that do not fit the newest snapshot any more. */
async function findLosers(
  table: Table,
  changes: readonly BucketChange[],
  signal: AbortSignal | undefined,
): Promise<readonly LostBucket[]> {
  const latest = await table.snapshots.latest();
  const touched = new Set(changes.map(({ bucket }) => partitionKey(bucket.partition)));
  const live = new Map<string, ManifestEntry[]>();
  const totals = new Map<string, number>();
  const accept = ({ partition }: { readonly partition: Uint8Array }): boolean =>
    touched.has(partitionKey(partition));
  if (latest !== undefined) {
    for await (const entries of liveEntries(table, latest, { accept, signal })) {
      for (const entry of entries) {
        const partition = partitionKey(entry.partition);
        totals.set(partition, entry.totalBuckets);
        const key = `${entry.bucket} ${partition}`;
        const there = live.get(key);
        if (there === undefined) live.set(key, [entry]);
        else there.push(entry);
      }
    }
  }
  return changes.flatMap((change): LostBucket[] => {
    const partition = partitionKey(change.bucket.partition);
    const base = live.get(`${change.bucket.bucket} ${partition}`) ?? [];
    const reason = conflictOf(table, change, base, totals.get(partition));
    return reason === undefined ? [] : [{ change, reason }];
  });
}

function conflictOf(
  table: Table,
  change: BucketChange,
  base: readonly ManifestEntry[],
  totalBuckets: number | undefined,
): string | undefined {
  const { bucket } = change;
  if (totalBuckets !== undefined && totalBuckets !== bucket.totalBuckets)
    return `the partition has ${totalBuckets} buckets now, not ${bucket.totalBuckets}`;
  const gone = goneReason(change.before, base);
  if (gone !== undefined) return gone;
  try {
    checkConflicts({
      schema: table.schema,
      base,
      delta: changeEntries([change], { dropStats: false }),
      kind: 'COMPACT',
    });
    return undefined;
  } catch (error) {
    if (error instanceof LakeError && error.code === 'COMMIT_CONFLICT') return error.message;
    throw error;
  }
}

function goneReason(before: readonly DataFileMeta[], base: readonly ManifestEntry[]): string | undefined {
  const there = new Set(base.map(({ file }) => `${file.level} ${file.fileName}`));
  const gone = before.find((file) => !there.has(`${file.level} ${file.fileName}`));
  return gone === undefined ? undefined : `file ${gone.fileName} is not there any more`;
}
