// The names of new files made durable, before a snapshot that needs them has its own.
import { posix } from 'node:path';
import { inTurns, SYNCS_IN_FLIGHT } from '../../base/index.ts';
import type { ManifestEntry } from '../../format/index.ts';
import { bucketDirectory } from '../plan/bucket-files.ts';
import type { Table } from '../table.ts';

/**
 * Makes the names durable that lead to added files: in their buckets' directories and in every directory
 * above up to the table's. Who made these does not matter: another writer may have been stopped before it
 * synced them.
 *
 * Errors  SYNC_FAILED; FILE_MISSING when a bucket's directory is gone.
 */
export async function syncDirectories(table: Table, entries: readonly ManifestEntry[]): Promise<void> {
  const bucketOf = bucketDirectory(table);
  const directories = new Set([table.path]);
  for (const { kind, partition, bucket, file } of entries) {
    if (kind !== 'ADD' || file.externalPath !== undefined) continue;
    let at = bucketOf(partition, bucket);
    while (!directories.has(at) && at.startsWith(`${table.path}/`)) {
      directories.add(at);
      at = posix.dirname(at);
    }
  }
  await inTurns(directories, SYNCS_IN_FLIGHT, (directory) => table.store.syncNames(directory));
}
