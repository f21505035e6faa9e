// The live files of a snapshot one manifest at a time, for whoever must not hold them all: system tables and
// check.
import {
  DeletedFiles,
  decodeManifest,
  type EntryHead,
  type ManifestEntry,
  type ManifestFileMeta,
  type Snapshot,
} from '../../format/index.ts';
import type { Table } from '../table.ts';
import { listManifests, readAhead } from './scan-entries.ts';

/** What to give. `accept` must judge the ADD and the DELETE of a file alike. */
export interface EntriesRequest {
  readonly accept?: (head: EntryHead) => boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * All entries of manifests, one manifest at a time, with statistics.
 *
 * Limits  one decoded manifest and `MANIFEST_READS_IN_FLIGHT` read ones are held.
 * Errors  `FILE_MISSING`, `FILE_CORRUPT` naming the manifest; `CANCELLED`.
 */
export async function* manifestEntries(
  table: Table,
  metas: readonly ManifestFileMeta[],
  request: EntriesRequest & { readonly stats?: boolean } = {},
): AsyncGenerator<readonly ManifestEntry[], void, undefined> {
  for await (const { path, bytes } of readAhead(table, metas, request.signal)) {
    const entries: ManifestEntry[] = [];
    const { accept, stats = true } = request;
    decodeManifest(bytes, path, { accept, stats, onEntry: (entry) => entries.push(entry) });
    yield entries;
  }
}

/**
 * The files of a snapshot that are added and not deleted, one manifest's at a time, with statistics.
 *
 * Shape   manifests that delete something are read twice: first for what they delete.
 * Limits  holds one key for every DELETE entry, and what `manifestEntries` holds.
 * Errors  as `manifestEntries`.
 */
export async function* liveEntries(
  table: Table,
  snapshot: Snapshot,
  request: EntriesRequest = {},
): AsyncGenerator<readonly ManifestEntry[], void, undefined> {
  const metas = await listManifests(table, snapshot, 'all');
  const gone = new DeletedFiles();
  const accept = (head: EntryHead): boolean =>
    head.kind === 'DELETE' && (request.accept === undefined || request.accept(head));
  const deleting = metas.filter((meta) => meta.numDeletedFiles > 0n);
  for await (const entries of manifestEntries(table, deleting, { ...request, accept, stats: false })) {
    for (const entry of entries) gone.add(entry);
  }
  for await (const entries of manifestEntries(table, metas, request)) {
    yield entries.filter((entry) => gone.isLive(entry));
  }
}
