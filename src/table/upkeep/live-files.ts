// The data files a snapshot holds: handed over one by one, or as a set to ask.
import {
  DeletedFiles,
  decodeManifest,
  type ManifestEntry,
  partitionKey,
  type Snapshot,
} from '../../format/index.ts';
import { listManifests, readAhead } from '../plan/scan-entries.ts';
import type { Table } from '../table.ts';

/**
 * Hands over every file of a snapshot, in the order of its manifests.
 *
 * Limits  reads the manifests twice, holds one of them and a key for every DELETE in them; nothing is kept
 *         of live files.
 * Errors  `FILE_MISSING`, `FILE_CORRUPT` naming the manifest; `CANCELLED`.
 * Source  Paimon, operation/FileDeletionBase.java (readMergedDataFiles).
 */
export async function forEachLive(
  table: Table,
  snapshot: Snapshot,
  onFile: (entry: ManifestEntry) => void | Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const metas = await listManifests(table, snapshot, 'all');
  const gone = new DeletedFiles();
  const withDeletes = metas.filter((meta) => meta.numDeletedFiles > 0n);
  for await (const { path, bytes } of readAhead(table, withDeletes, signal)) {
    decodeManifest(bytes, path, {
      stats: false,
      accept: (head) => head.kind === 'DELETE',
      onEntry: (entry) => gone.add(entry),
    });
  }
  for await (const { path, bytes } of readAhead(table, metas, signal)) {
    const live: ManifestEntry[] = [];
    decodeManifest(bytes, path, {
      stats: false,
      accept: (head) => head.kind === 'ADD',
      onEntry: (entry) => {
        if (gone.isLive(entry)) live.push(entry);
      },
    });
    for (const entry of live) await onFile(entry);
  }
}

/**
 * Data files by partition, bucket and name.
 *
 * Limits  about 120 bytes a file.
 */
export class FileSet {
  readonly #buckets = new Map<string, Set<string>>();

  add({ partition, bucket, file }: ManifestEntry): void {
    const key = `${bucket} ${partitionKey(partition)}`;
    let names = this.#buckets.get(key);
    if (names === undefined) {
      names = new Set();
      this.#buckets.set(key, names);
    }
    names.add(file.fileName);
  }

  has({ partition, bucket, file }: ManifestEntry): boolean {
    return this.#buckets.get(`${bucket} ${partitionKey(partition)}`)?.has(file.fileName) ?? false;
  }
}

/** The files of some snapshots as a set. Errors: as `forEachLive`. */
export async function liveFiles(
  table: Table,
  snapshots: readonly Snapshot[],
  signal?: AbortSignal,
): Promise<FileSet> {
  const files = new FileSet();
  for (const snapshot of snapshots) {
    await forEachLive(table, snapshot, (entry) => files.add(entry), signal);
  }
  return files;
}
