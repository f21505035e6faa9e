// The commit of rows that were collected: their files, the compaction that is due, and the snapshots that
// make both visible.
import { asLakeError } from '../../base/index.ts';
import type { DataFileMeta, ManifestEntry, Snapshot } from '../../format/index.ts';
import { commit } from '../commit/index.ts';
import {
  type BucketChange,
  bucketKeyOf,
  type CompactionRules,
  commitWritten,
  compactWritten,
  type WithRoom,
  type WrittenCompaction,
} from '../compact/index.ts';
import type { WritePlan } from '../data-file/index.ts';
import { liveEntries } from '../plan/live-entries.ts';
import { removeOrLeave, removeRemains } from '../remove-files.ts';
import type { Table } from '../table.ts';
import { rememberCommit } from './next-sequences.ts';
import { type Overwrite, overwriteChanges, upgradeOverwriting } from './overwrite.ts';
import type { Target } from './place-rows.ts';
import type { RowBuffer } from './row-buffer.ts';
import type { TargetFiles } from './target-files.ts';
import { type WrittenFiles, writeTargets } from './write-targets.ts';

/**
 * The rows, where they go, and how their buckets are compacted: not at all without `rules`.
 *
 * Shape   `unique`, `begun` as `writeTargets` has them. `paths`: files made so far that nobody knows of;
 *         empty in the end unless it is unknown what became of the commit.
 */
export interface RowsToCommit {
  readonly table: Table;
  readonly plan: WritePlan;
  readonly rules: CompactionRules | undefined;
  readonly buffer: RowBuffer;
  readonly targets: readonly Target[];
  readonly unique: boolean;
  readonly begun: TargetFiles | undefined;
  readonly paths: string[];
  readonly withCompactionRoom: WithRoom;
}

/** See `WriteOptions`. */
export interface RowsCommit {
  readonly commitUser: string;
  readonly commitIdentifier: bigint;
  readonly watermark?: bigint;
  readonly overwrite?: Overwrite;
  readonly signal?: AbortSignal;
}

/** See `WriteResult`. */
export interface CommittedRows {
  readonly snapshot: Snapshot | undefined;
  readonly fileCount: number;
  readonly compaction?: WrittenCompaction;
}

/**
 * Writes files, compacts what is due, and commits: first the rows, then the compaction.
 *
 * Limits  where buckets are compacted: the descriptions of their files, about 1 kB each.
 * Errors  those of `writeTargets`, `compactWritten` and `commit`: nothing was committed then, and the files
 *         are removed unless that is unknown.
 * Source  Paimon, table/sink/TableWriteImpl.java (prepareCommit), operation/FileStoreCommitImpl.java.
 */
export async function commitRows(rows: RowsToCommit, options: RowsCommit): Promise<CommittedRows> {
  const { table, plan, buffer, targets, unique, begun, paths } = rows;
  const { overwrite, signal, commitUser, commitIdentifier } = options;
  try {
    const { data: adds, changelog } = await writeTargets({
      table,
      plan,
      buffer,
      targets,
      unique,
      begun,
      fromScratch: overwrite !== undefined,
      signal,
      onFile: (path) => paths.push(path),
    });
    const changes = await compacted(rows, adds, options);
    const created = changes.flatMap((change) => change.created);
    paths.push(...created);
    const data = changes.length > 0 ? adds : upgraded(table, adds, options);
    const snapshot = await publish(table, { data, changelog }, options);
    // What fails from here on must not take the rows' files with it: they are the table's now.
    paths.splice(0, paths.length, ...created);
    if (snapshot !== undefined) rememberCommit(table, snapshot, adds);
    const compaction = await commitWritten(table, changes, { commitUser, commitIdentifier, signal });
    paths.length = 0;
    const done = { snapshot, fileCount: adds.length };
    return compaction === undefined ? done : { ...done, compaction };
  } catch (error) {
    const { code } = asLakeError(error);
    const unknown = paths.splice(0);
    if (code !== 'COMMIT_UNKNOWN') await removeOrLeave(table.store, unknown);
    if (code === 'TABLE_MISSING') await removeRemains(table.store, table.path);
    throw error;
  }
}

async function compacted(
  { table, plan, rules, targets, withCompactionRoom }: RowsToCommit,
  adds: readonly ManifestEntry[],
  { overwrite, signal }: RowsCommit,
): Promise<readonly BucketChange[]> {
  if (rules === undefined || adds.length === 0) return [];
  const live = overwrite === undefined ? await liveFiles(table, targets, signal) : new Map();
  return await compactWritten({ table, plan, rules, adds, live, signal }, withCompactionRoom);
}

/** By bucket: the files it held before rows came to it. */
async function liveFiles(
  table: Table,
  targets: readonly Target[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, readonly DataFileMeta[]>> {
  const files = new Map<string, DataFileMeta[]>(targets.map((target) => [bucketKeyOf(target), []]));
  const latest = await table.snapshots.latest();
  if (latest === undefined) return files;
  const accept = (head: Pick<ManifestEntry, 'partition' | 'bucket'>): boolean => files.has(bucketKeyOf(head));
  for await (const entries of liveEntries(table, latest, { accept, signal })) {
    for (const entry of entries) files.get(bucketKeyOf(entry))?.push(entry.file);
  }
  return files;
}

function upgraded(
  table: Table,
  adds: readonly ManifestEntry[],
  { overwrite }: RowsCommit,
): readonly ManifestEntry[] {
  return overwrite === undefined ? adds : upgradeOverwriting(table, adds);
}

function publish(
  table: Table,
  { data: adds, changelog }: WrittenFiles,
  { overwrite, watermark, signal, commitUser, commitIdentifier }: RowsCommit,
): Promise<Snapshot | undefined> {
  const request = {
    commitUser,
    commitIdentifier,
    ...(watermark === undefined ? {} : { watermark }),
    ...(signal === undefined ? {} : { signal }),
  };
  if (overwrite === undefined) {
    const changes = async () => (adds.length === 0 ? undefined : adds);
    return commit(table, { ...request, kind: 'APPEND', changes, changelog, checkConflicts: false });
  }
  const { changes, replaces } = overwriteChanges(table, overwrite, adds);
  const dropsIndexes = replaces;
  return commit(table, { ...request, kind: 'OVERWRITE', changes, dropsIndexes, checkConflicts: true });
}
