// Removing orphans: files that nothing refers to, left by crashes, failed commits, rollbacks and branches.
// Safe beside writers: only files older than any write that may still be going on are looked at.
import { posix } from 'node:path';
import { checkAborted, corrupt, LakeError, nowMs } from '../../base/index.ts';
import { murmurHashBytes } from '../../codec/index.ts';
import { branchDirectory } from '../directories.ts';
import { SchemaLog } from '../schemas.ts';
import type { Table } from '../table.ts';
import { DELETED_PREFIX, UNFINISHED_PREFIX } from './branches.ts';
import { cleanEmptyBuckets } from './empty-directories.ts';
import { Eraser, type UpkeepOptions, type UpkeepReport } from './eraser.ts';
import { type Candidate, fileDirectories, isOldAndEmpty, oldFiles } from './orphan-places.ts';
import { dropUsedNames } from './used-names.ts';

const DAY_MS = 86_400_000;
/** Old files compared in one pass; a table with more is gone through in several. */
const PASS_FILES_MAX = 500_000;

/**
 * Which files may go.
 *
 * Units   `olderThanMs`: last changed before this moment, milliseconds since the epoch; default a day ago. It
 *         must be longer ago than any write takes.
 */
export interface OrphanOptions extends UpkeepOptions {
  readonly olderThanMs?: number;
  /** Old files compared in one pass, 300 bytes each: fewer take more time. Default 500,000. */
  readonly passFilesMax?: number;
}

/** `bytes`: size of the files removed. */
export interface OrphanReport extends UpkeepReport {
  readonly bytes: number;
}

/**
 * Removes the files of a table that no snapshot, tag or kept changelog of any branch refers to, and
 * directories that are empty.
 *
 * Shape   looks at manifests, indexes, statistics and the buckets of all partitions, below external paths
 *         too, and at files in snapshot and changelog directories that are neither. Foreign files there go
 *         too.
 * Limits  holds at most 500,000 old files at once (about 300 bytes each); a table with more is listed and its
 *         manifests are read once for every so many. One manifest's bytes at a time.
 * Errors  `ARGUMENT_INVALID` for a moment that is not past; whatever in any branch cannot be read ends it
 *         before a file of that pass is removed: a branch without schema is `FILE_CORRUPT`; `CANCELLED`.
 * Source  Paimon, operation/OrphanFilesClean.java, LocalOrphanFilesClean.java.
 */
export async function removeOrphans(table: Table, options: OrphanOptions = {}): Promise<OrphanReport> {
  const now = nowMs();
  const beforeMs = options.olderThanMs ?? now - DAY_MS;
  if (!(beforeMs < now)) {
    const message =
      'Files may only be orphans that were last changed before now: younger ones may be of a write.';
    throw new LakeError('ARGUMENT_INVALID', message, { olderThanMs: beforeMs });
  }
  const eraser = new Eraser(table.store, options);
  const branches = await validBranches(table);
  let bytes = 0;
  for (const branch of branches) bytes += await cleanLogs(table, branch, beforeMs, eraser);
  await sweepBranches(table, beforeMs, eraser);
  const passMax = Math.max(1, options.passFilesMax ?? PASS_FILES_MAX);
  for (let pass = 0, passes = 1; pass < passes; pass++) {
    const found = await collect(table, { beforeMs, pass, passes, passMax, eraser });
    passes = found.passes;
    const unused = new Set(found.candidates.keys());
    const { signal } = options;
    await dropUsedNames(table, branches, unused, { signal, onProgress: (line) => eraser.progress(line) });
    bytes += await removeNamed(table, found.candidates, unused, eraser);
  }
  return { ...eraser.report, bytes };
}

/** All branches, undefined for main. Source: OrphanFilesClean.java (validBranches). */
async function validBranches(table: Table): Promise<readonly (string | undefined)[]> {
  const branches = await table.snapshots.branches();
  for (const branch of branches) {
    const schemas = new SchemaLog(table.store, table.path, branch);
    if ((await schemas.latest()) !== undefined) continue;
    throw corrupt(
      branchDirectory(table.path, branch),
      undefined,
      'the branch has no schema, so what it uses is not known; delete or repair it first',
    );
  }
  return [undefined, ...branches];
}

/** A temporary file of ours or of Java's. */
const TEMPORARY = /^\..+\.[0-9a-f]{8}-[0-9a-f-]{27}\.tmp$/;

/**
 * Removes what is neither snapshot nor hint from the directories of snapshots and changelogs, and what
 * crashes left beside schemas, tags and consumers.
 */
async function cleanLogs(
  table: Table,
  branch: string | undefined,
  beforeMs: number,
  eraser: Eraser,
): Promise<number> {
  let bytes = 0;
  for (const folder of ['snapshot', 'changelog', 'schema', 'tag', 'consumer']) {
    const log = folder === 'snapshot' || folder === 'changelog';
    const own = (name: string): boolean =>
      log ? name.startsWith(`${folder}-`) || name === 'EARLIEST' || name === 'LATEST' : !TEMPORARY.test(name);
    const directory = `${branchDirectory(table.path, branch)}/${folder}`;
    for await (const { path, size } of oldFiles(table, directory, beforeMs, (name) => !own(name))) {
      checkAborted(eraser.options.signal);
      await eraser.removeAll([path], 'temporary files');
      bytes += size;
    }
  }
  return bytes;
}

/** Removes what a crash left of branches that were deleted, or not finished. */
async function sweepBranches(table: Table, beforeMs: number, eraser: Eraser): Promise<void> {
  for await (const { name, kind } of table.store.list(`${table.path}/branch`)) {
    if (kind !== 'directory') continue;
    const path = `${table.path}/branch/${name}`;
    const left =
      name.startsWith(DELETED_PREFIX) ||
      (name.startsWith(UNFINISHED_PREFIX) && (await lastChangedMs(table, path)) < beforeMs);
    if (left) await eraser.write(() => table.store.removeTree(path));
  }
}

async function lastChangedMs(table: Table, path: string): Promise<number> {
  return (await table.store.stat(path))?.modifiedMs ?? Number.POSITIVE_INFINITY;
}

interface Pass {
  readonly beforeMs: number;
  readonly pass: number;
  readonly passes: number;
  readonly passMax: number;
  readonly eraser: Eraser;
}

/** Old files by name: those of one pass, which is decided by a hash of the name. */
type Candidates = Map<string, readonly Candidate[]>;

async function collect(
  table: Table,
  { beforeMs, pass, passes: known, passMax, eraser }: Pass,
): Promise<{ readonly candidates: Candidates; readonly passes: number }> {
  const candidates: Candidates = new Map();
  const { signal } = eraser.options;
  let passes = known;
  let looked = 0;
  for await (const directory of fileDirectories(table, signal)) {
    if (pass === 0 && (await isOldAndEmpty(table, directory, beforeMs))) {
      await removeUpwards(table, directory, eraser);
      continue;
    }
    const mine = (name: string): boolean => passes === 1 || passOf(name, passes) === pass;
    for await (const file of oldFiles(table, directory, beforeMs, mine)) {
      checkAborted(signal);
      const name = posix.basename(file.path);
      candidates.set(name, [...(candidates.get(name) ?? []), file]);
      if (++looked % 1024 === 0) eraser.progress(`found ${looked} old files`);
      if (pass > 0 || candidates.size <= passMax) continue;
      passes *= 2;
      for (const other of candidates.keys()) if (!mine(other)) candidates.delete(other);
    }
  }
  return { candidates, passes };
}

function passOf(name: string, passes: number): number {
  return (murmurHashBytes(new TextEncoder().encode(name)) >>> 0) % passes;
}

async function removeNamed(
  table: Table,
  candidates: Candidates,
  unused: ReadonlySet<string>,
  eraser: Eraser,
): Promise<number> {
  let bytes = 0;
  const paths: string[] = [];
  const buckets = new Set<string>();
  for (const name of unused) {
    for (const { path, size } of candidates.get(name) ?? []) {
      paths.push(path);
      bytes += size;
      const directory = posix.dirname(path);
      if (directory.includes('bucket-')) buckets.add(directory);
    }
  }
  await eraser.removeAll(paths, 'orphans');
  await cleanEmptyBuckets(table, eraser, buckets);
  return bytes;
}

/** Removes an empty directory and those above it that become empty, up to the table's own. */
async function removeUpwards(table: Table, directory: string, eraser: Eraser): Promise<void> {
  const below = `${table.path}/`;
  for (let at = directory; ; at = posix.dirname(at)) {
    if (at === table.path || !(await eraser.removeEmpty(at))) return;
    if (!posix.dirname(at).startsWith(below)) return;
  }
}
