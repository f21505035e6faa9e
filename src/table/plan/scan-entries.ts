// The entries of a snapshot's manifests: read with a few reads ahead, filtered as early as can be, adds and
// deletes cancelled out.
import { checkAborted, corrupt, MANIFEST_READS_IN_FLIGHT } from '../../base/index.ts';
import {
  DeletedFiles,
  decodeManifest,
  decodeManifestList,
  type EntryHead,
  type ManifestEntry,
  type ManifestFileMeta,
  type SimpleStats,
  type Snapshot,
} from '../../format/index.ts';
import { checkFileName, manifestPath } from '../directories.ts';
import type { Table } from '../table.ts';
import type { FileReason, ManifestReason, ReportBuilder } from './report.ts';

/** Bytes of one manifest or manifest list: Java writes 8 MB, merging may leave larger ones. */
const MANIFEST_BYTES_MAX = 512 * 1024 * 1024;

/** Which lists of a snapshot are read: what it holds, what it added, or its changelog. */
export type ScanMode = 'all' | 'delta' | 'changelog';

/**
 * What to leave out, each with the reason it is counted under.
 *
 * Shape   `manifest` by what the list says of a whole manifest; `head` before a file is described (must
 *         judge the ADD and the DELETE of a file alike); `file` by the file's own metadata, for ADD entries
 *         only.
 */
export interface EntryFilter {
  readonly manifest?: (meta: ManifestFileMeta) => ManifestReason | undefined;
  readonly head?: (head: EntryHead) => 'partition' | 'bucket' | 'level' | undefined;
  readonly file?: (entry: ManifestEntry) => FileReason | undefined;
  /** True when `file` or `mark` look at statistics. */
  readonly needsStats?: boolean;
  /** Marks kept entries, before their statistics are dropped. */
  readonly mark?: (entry: ManifestEntry) => boolean;
}

/**
 * The entries of one scan.
 *
 * Shape   `added`: live files, statistics dropped to keep large plans small; `unmarked`: those of them that
 *         `EntryFilter.mark` said no to. `deleted` only for modes `delta` and `changelog`, where adds and
 *         deletes are not cancelled.
 */
export interface Scanned {
  readonly added: readonly ManifestEntry[];
  readonly unmarked: ReadonlySet<ManifestEntry>;
  readonly deleted: readonly ManifestEntry[];
}

/**
 * Reads the entries of a snapshot.
 *
 * Shape   in the order of the manifest lists. Mode `all` gives files that are added and not deleted anywhere.
 * Limits  `MANIFEST_READS_IN_FLIGHT` manifests in memory at once; keeps about 1 kB a live file.
 * Errors  `FILE_MISSING`, `FILE_CORRUPT` naming the manifest; `CANCELLED`.
 * Source  Paimon, operation/AbstractFileStoreScan.java, operation/ManifestsReader.java.
 */
export async function scanEntries(
  table: Table,
  snapshot: Snapshot,
  scan: {
    readonly mode: ScanMode;
    readonly filter: EntryFilter;
    readonly report: ReportBuilder;
    readonly signal?: AbortSignal;
  },
): Promise<Scanned> {
  const { mode, filter, report, signal } = scan;
  const metas = await listManifests(table, snapshot, mode);
  report.manifestCount += metas.length;
  const wanted = metas.filter((meta) => {
    const reason = filter.manifest?.(meta);
    if (reason !== undefined) report.manifests[reason]++;
    return reason === undefined;
  });
  const gone = new DeletedFiles();
  const added: ManifestEntry[] = [];
  const unmarked = new Set<ManifestEntry>();
  const deleted: ManifestEntry[] = [];
  const accept = headFilter(filter, report);
  const slim = filter.needsStats === true ? withoutStats : (entry: ManifestEntry) => entry;
  const onEntry = (entry: ManifestEntry): void => {
    if (entry.kind === 'DELETE') {
      if (mode === 'all') gone.add(entry);
      else deleted.push(slim(entry));
      return;
    }
    const reason = filter.file?.(entry);
    if (reason !== undefined) {
      report.files[reason]++;
      return;
    }
    const kept = slim(entry);
    added.push(kept);
    if (filter.mark?.(entry) === false) unmarked.add(kept);
  };
  const stats = filter.needsStats === true;
  for await (const { path, bytes } of readAhead(table, wanted, signal)) {
    decodeManifest(bytes, path, { accept, onEntry, stats });
  }
  const live = gone.size === 0 ? added : added.filter((entry) => gone.isLive(entry));
  report.fileCount -= added.length - live.length;
  return { added: live, unmarked, deleted };
}

/** The manifests of a snapshot in the order of its lists. */
export async function listManifests(
  table: Table,
  snapshot: Snapshot,
  mode: ScanMode,
): Promise<readonly ManifestFileMeta[]> {
  const base = [snapshot.baseManifestList, snapshot.baseManifestListSize] as const;
  const delta = [snapshot.deltaManifestList, snapshot.deltaManifestListSize] as const;
  const changelog = [snapshot.changelogManifestList, snapshot.changelogManifestListSize] as const;
  const lists = mode === 'all' ? [base, delta] : [mode === 'delta' ? delta : changelog];
  const metas: ManifestFileMeta[] = [];
  for (const [name, size] of lists) {
    if (name === undefined) continue;
    const { path, bytes } = await readManifestFile(table, name, size);
    for (const meta of decodeManifestList(bytes, path)) metas.push(meta);
  }
  return metas;
}

/**
 * The bytes of a file in the table's manifest directory. `size`: what names it says that it has so many
 * bytes; Avro alone does not tell a file that lost its last blocks.
 */
export async function readManifestFile(
  table: Table,
  name: string,
  size?: bigint,
): Promise<{ readonly path: string; readonly bytes: Uint8Array }> {
  checkFileName(name);
  const path = manifestPath(table.path, name);
  const bytes = await table.store.readFile(path, { bytesMax: MANIFEST_BYTES_MAX });
  if (size !== undefined && BigInt(bytes.length) !== size) {
    const at = Math.min(bytes.length, Number(size));
    throw corrupt(path, at, `the file has ${bytes.length} bytes, what names it says ${size}`);
  }
  return { path, bytes };
}

function headFilter(filter: EntryFilter, report: ReportBuilder): (head: EntryHead) => boolean {
  return (head) => {
    const reason = filter.head?.(head);
    if (head.kind === 'ADD') {
      report.fileCount++;
      if (reason !== undefined) report.files[reason]++;
    }
    return reason === undefined;
  };
}

/** Manifests in order, the next few being read meanwhile. */
export async function* readAhead(
  table: Table,
  metas: readonly ManifestFileMeta[],
  signal: AbortSignal | undefined,
): AsyncGenerator<{ readonly path: string; readonly bytes: Uint8Array }, void, undefined> {
  const pending: Promise<{ readonly path: string; readonly bytes: Uint8Array }>[] = [];
  let next = 0;
  const fill = (): void => {
    while (pending.length < MANIFEST_READS_IN_FLIGHT && next < metas.length) {
      const { fileName, fileSize } = metas[next++] as ManifestFileMeta;
      const read = readManifestFile(table, fileName, fileSize);
      // A failure is reported when its turn comes, not as an unhandled rejection before.
      read.catch(() => undefined);
      pending.push(read);
    }
  };
  for (;;) {
    checkAborted(signal);
    fill();
    const read = pending.shift();
    if (read === undefined) return;
    yield await read;
  }
}

const NO_BYTES = new Uint8Array(0);
const NO_STATS: SimpleStats = { minValues: NO_BYTES, maxValues: NO_BYTES, nullCounts: undefined };

function withoutStats(entry: ManifestEntry): ManifestEntry {
  return {
    ...entry,
    file: { ...entry.file, keyStats: NO_STATS, valueStats: NO_STATS, valueStatsCols: undefined },
  };
}
