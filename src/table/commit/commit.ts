// One commit: changes become a snapshot that follows the latest one. Nobody's snapshot is overwritten; a lost
// race is tried again on top of the winner.
import { dirname } from 'node:path';
import { asLakeError, checkAborted, inTurns, LakeError, nowMs, random, sleep } from '../../base/index.ts';
import {
  type CommitKind,
  decodeIndexManifest,
  type ManifestEntry,
  parseTableStatistics,
  partitionKey,
  printSnapshot,
  type Snapshot,
} from '../../format/index.ts';
import { requireSameTable } from '../data-file/index.ts';
import { branchDirectory } from '../directories.ts';
import { readOptionalText } from '../metadata-file.ts';
import { liveEntries } from '../plan/live-entries.ts';
import { listManifests, readManifestFile } from '../plan/scan-entries.ts';
import type { Table } from '../table.ts';
import { durationMs, integer } from '../table-options.ts';
import { checkConflicts } from './check-conflicts.ts';
import { ManifestFiles } from './manifest-files.ts';
import { mergeManifests } from './merge-manifests.ts';
import { outlastRenames } from './outlast-renames.ts';
import { syncDirectories } from './sync-directories.ts';

/** The identifier batch commits have in common. */
export const BATCH_COMMIT_IDENTIFIER = 2n ** 63n - 1n;

/**
 * What to commit.
 *
 * Shape   `changes` gives the entries for a latest snapshot, in the order of the manifest, and is asked again
 *         after a lost race; undefined when there is nothing to commit. `checkConflicts` as Java does for
 *         COMPACT and OVERWRITE. `dropsIndexes`: partitions whose index files go. `changelog`: entries of
 *         changelog files, kept beside the changes. `watermark` milliseconds.
 */
export interface CommitRequest {
  readonly commitUser: string;
  readonly commitIdentifier: bigint;
  readonly kind: CommitKind;
  readonly changes: (latest: Snapshot | undefined) => Promise<readonly ManifestEntry[] | undefined>;
  readonly checkConflicts: boolean;
  readonly changelog?: readonly ManifestEntry[];
  readonly dropsIndexes?: (partition: Uint8Array) => boolean;
  readonly watermark?: bigint;
  readonly signal?: AbortSignal;
}

/**
 * Commits, and gives the snapshot the changes are in: a new one, or the one of an attempt that had succeeded
 * without our knowing. Undefined when there was nothing to commit.
 *
 * Limits  `commit.max-retries` (10) races may be lost, within `commit.timeout`.
 * Errors  COMMIT_CONFLICT; COMMIT_UNKNOWN when the snapshot may or may not be there: keep the files. After
 *         any other error nothing was committed and the manifests of the attempt are gone.
 * Source  Paimon, operation/FileStoreCommitImpl.java (tryCommit, tryCommitOnce).
 */
export async function commit(table: Table, request: CommitRequest): Promise<Snapshot | undefined> {
  const retry = retryOptions(table.options.raw);
  const startedMs = nowMs();
  let lost: { readonly latest: Snapshot | undefined } | undefined;
  for (let retries = 0; ; retries++) {
    checkAborted(request.signal);
    const latest = await table.snapshots.latest();
    if (lost !== undefined && latest !== undefined) {
      const done = await ownSnapshot(table, request, (lost.latest?.id ?? 0n) + 1n, latest.id);
      if (done !== undefined) return done;
    }
    const entries = await request.changes(latest);
    if (entries === undefined) return undefined;
    const snapshot = await commitOnce(table, request, latest, entries);
    if (snapshot !== undefined) return snapshot;
    lost = { latest };
    if (retries >= retry.max || nowMs() - startedMs > retry.timeoutMs) {
      const message = `The commit lost ${retries + 1} races against other writers and gives up.`;
      throw new LakeError('COMMIT_CONFLICT', message, { attempts: retries + 1 });
    }
    const wait = Math.min(retry.minWaitMs * 2 ** retries, retry.maxWaitMs);
    await sleep(wait + Math.floor(wait * 0.2 * random()), request.signal);
  }
}

/**
 * The snapshot that holds this user's commit of that identifier or a later one, batch commits aside: what a
 * writer that starts again must not commit once more. Source: Paimon, FileStoreCommitImpl.java
 * (filterCommitted).
 */
export async function committedBefore(
  table: Table,
  commitUser: string,
  commitIdentifier: bigint,
): Promise<Snapshot | undefined> {
  const latest = await table.snapshots.latestId();
  for (let id = latest ?? 0n; id > 0n; id--) {
    const snapshot = await table.snapshots.tryRead(id);
    if (snapshot === undefined) return undefined;
    // Batch commits have the greatest number there is, and say nothing about others.
    if (snapshot.commitUser !== commitUser || snapshot.commitIdentifier === BATCH_COMMIT_IDENTIFIER) continue;
    if (snapshot.commitIdentifier < commitIdentifier) return undefined;
    await ensureDurable(table, id);
    return snapshot;
  }
  return undefined;
}

interface RetryOptions {
  readonly max: number;
  readonly timeoutMs: number;
  readonly minWaitMs: number;
  readonly maxWaitMs: number;
}

function retryOptions(raw: Readonly<Record<string, string>>): RetryOptions {
  return {
    max: integer(raw, 'commit.max-retries', 10),
    timeoutMs: durationMs(raw, 'commit.timeout', undefined) ?? Number.POSITIVE_INFINITY,
    minWaitMs: durationMs(raw, 'commit.min-retry-wait', undefined) ?? 10,
    maxWaitMs: durationMs(raw, 'commit.max-retry-wait', undefined) ?? 10_000,
  };
}

async function ownSnapshot(
  table: Table,
  { commitUser, commitIdentifier, kind }: CommitRequest,
  from: bigint,
  to: bigint,
): Promise<Snapshot | undefined> {
  // Two batch commits of one user are two commits.
  if (commitIdentifier === BATCH_COMMIT_IDENTIFIER) return undefined;
  for (let id = from; id <= to; id++) {
    const snapshot = await table.snapshots.tryRead(id);
    const own =
      snapshot?.commitUser === commitUser &&
      snapshot.commitIdentifier === commitIdentifier &&
      snapshot.commitKind === kind;
    if (!own) continue;
    await ensureDurable(table, id);
    return snapshot;
  }
  return undefined;
}

/** One attempt; undefined when another writer was faster. */
async function commitOnce(
  table: Table,
  request: CommitRequest,
  latest: Snapshot | undefined,
  entries: readonly ManifestEntry[],
): Promise<Snapshot | undefined> {
  if (request.checkConflicts && latest !== undefined) {
    const base = await entriesOfPartitions(table, latest, entries, request.signal);
    checkConflicts({ schema: table.schema, base, delta: entries, kind: request.kind });
  }
  const files = new ManifestFiles(table);
  let snapshot: Snapshot;
  try {
    snapshot = await prepare(table, request, latest, { entries, files });
  } catch (error) {
    await files.removeAll();
    throw error;
  }
  let published: boolean;
  try {
    published = await publish(table, snapshot, { entries, files });
  } catch (error) {
    if (asLakeError(error).code !== 'COMMIT_UNKNOWN') await files.removeAll();
    throw error;
  }
  if (published) return snapshot;
  await files.removeAll();
  return undefined;
}

interface Changes {
  readonly entries: readonly ManifestEntry[];
  readonly files: ManifestFiles;
}

async function prepare(
  table: Table,
  request: CommitRequest,
  latest: Snapshot | undefined,
  { entries, files }: Changes,
): Promise<Snapshot> {
  const before = latest === undefined ? [] : await listManifests(table, latest, 'all');
  const base = await files.writeList(await mergeManifests(table, files, before));
  const delta = await files.writeList(await files.writeManifests(entries));
  const { changelog = [] } = request;
  const changes =
    changelog.length === 0 ? undefined : await files.writeList(await files.writeManifests(changelog));
  const schema = await table.schemas.latest();
  if (schema === undefined) throw new LakeError('TABLE_MISSING', `${table.path}: the table was dropped.`);
  await requireSameTable(table);
  const deltaRecordCount = recordCount(entries);
  const watermark = greater(request.watermark, latest?.watermark);
  const statistics = await inheritedStatistics(table, latest, schema.id);
  const indexManifest = await keptIndexes(table, request, latest?.indexManifest, files);
  return {
    version: 3,
    id: (latest?.id ?? 0n) + 1n,
    schemaId: schema.id,
    baseManifestList: base.name,
    baseManifestListSize: base.size,
    deltaManifestList: delta.name,
    deltaManifestListSize: delta.size,
    ...(changes === undefined
      ? {}
      : { changelogManifestList: changes.name, changelogManifestListSize: changes.size }),
    ...(indexManifest === undefined ? {} : { indexManifest }),
    commitUser: request.commitUser,
    commitIdentifier: request.commitIdentifier,
    commitKind: request.kind,
    timeMillis: BigInt(nowMs()),
    totalRecordCount: (latest?.totalRecordCount ?? 0n) + deltaRecordCount,
    deltaRecordCount,
    ...(changes === undefined ? {} : { changelogRecordCount: recordCount(changelog) }),
    ...(watermark === undefined ? {} : { watermark }),
    ...(statistics === undefined ? {} : { statistics }),
    nextRowId: latest?.nextRowId ?? 0n,
  };
}

/**
 * The index manifest of the new snapshot: the one before, as long as no index file goes. Source: Paimon,
 * manifest/IndexManifestFile.java (writeIndexFiles).
 */
async function keptIndexes(
  table: Table,
  { dropsIndexes }: CommitRequest,
  name: string | undefined,
  files: ManifestFiles,
): Promise<string | undefined> {
  if (name === undefined || dropsIndexes === undefined) return name;
  const { path, bytes } = await readManifestFile(table, name);
  const all = decodeIndexManifest(bytes, path);
  const kept = all.filter((entry) => !dropsIndexes(entry.partition));
  return kept.length === all.length ? name : files.writeIndexManifest(kept);
}

function snapshotPath(table: Table, id: bigint): string {
  return `${branchDirectory(table.path, table.branch)}/snapshot/snapshot-${id}`;
}

/** True when the snapshot is there, durable and ours. */
async function publish(table: Table, snapshot: Snapshot, { entries, files }: Changes): Promise<boolean> {
  const path = snapshotPath(table, snapshot.id);
  let ready = false;
  const after = async (): Promise<void> => {
    await inTurns([() => files.settle(), () => syncDirectories(table, entries)], 2, (work) => work());
    ready = true;
  };
  try {
    const bytes = new TextEncoder().encode(printSnapshot(snapshot));
    if (!(await table.store.publish(path, bytes, { after }))) return false;
    if (!(await outlastRenames(table, { path, snapshot }))) return false;
  } catch (error) {
    // What it needs is not durable, so it has no name.
    if (!ready) throw error;
    await judgeFailure(table, snapshot, error);
  }
  await writeLatestHint(table, dirname(path), snapshot.id);
  return true;
}

/** Returns when the snapshot is there in spite of the error; throws when it is not, or nobody can tell. */
async function judgeFailure(table: Table, snapshot: Snapshot, error: unknown): Promise<void> {
  let found: Snapshot | undefined;
  try {
    found = await table.snapshots.tryRead(snapshot.id);
  } catch (second) {
    const why = asLakeError(error).message;
    const message = `Snapshot ${snapshot.id} may or may not have been committed: ${why}`;
    throw new LakeError('COMMIT_UNKNOWN', message, { snapshot: snapshot.id }, second);
  }
  if (found?.deltaManifestList !== snapshot.deltaManifestList) throw error;
  if (error instanceof LakeError && error.code === 'SYNC_FAILED') throw mayVanish(snapshot.id, error);
  await ensureDurable(table, snapshot.id);
}

/**
 * Before it is said that a snapshot holds a commit: its writer may have been stopped between its name and its
 * sync.
 */
async function ensureDurable(table: Table, id: bigint): Promise<void> {
  try {
    await table.store.sync(snapshotPath(table, id));
  } catch (error) {
    throw mayVanish(id, error);
  }
}

function mayVanish(id: bigint, cause: unknown): LakeError {
  const why = asLakeError(cause).message;
  const message = `Snapshot ${id} is there, but may not survive a crash: ${why}`;
  return new LakeError('COMMIT_UNKNOWN', message, { snapshot: id }, cause);
}

/** The hint is only that: a commit does not fail for it, readers list the directory without it. */
async function writeLatestHint(table: Table, directory: string, id: bigint): Promise<void> {
  try {
    await table.store.writeHint(`${directory}/LATEST`, String(id));
  } catch (error) {
    if (!(error instanceof LakeError)) throw error;
  }
}

/** The live entries of the partitions that the changes touch. */
async function entriesOfPartitions(
  table: Table,
  latest: Snapshot,
  changes: readonly ManifestEntry[],
  signal: AbortSignal | undefined,
): Promise<readonly ManifestEntry[]> {
  const touched = new Set(changes.map((entry) => partitionKey(entry.partition)));
  const accept = ({ partition }: { readonly partition: Uint8Array }): boolean =>
    touched.has(partitionKey(partition));
  const found: ManifestEntry[] = [];
  for await (const entries of liveEntries(table, latest, { accept, signal })) {
    for (const entry of entries) found.push(entry);
  }
  return found;
}

function recordCount(entries: readonly ManifestEntry[]): bigint {
  return entries.reduce((sum, { kind, file }) => sum + (kind === 'ADD' ? file.rowCount : -file.rowCount), 0n);
}

function greater(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a > b ? a : b;
}

/** The statistics of the last snapshot, unless the schema has changed since they were made. */
async function inheritedStatistics(
  table: Table,
  latest: Snapshot | undefined,
  schemaId: number,
): Promise<string | undefined> {
  if (latest?.statistics === undefined) return undefined;
  const path = `${table.path}/statistics/${latest.statistics}`;
  const text = await readOptionalText(table.store, path);
  if (text === undefined) return undefined;
  return parseTableStatistics(text, path).schemaId === BigInt(schemaId) ? latest.statistics : undefined;
}
