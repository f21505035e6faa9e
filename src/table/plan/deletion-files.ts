// Which data files of a snapshot have deleted rows, and where the vectors that say so lie.
import {
  DELETION_VECTORS_INDEX,
  decodeIndexManifest,
  type IndexManifestEntry,
  partitionKey,
  type Snapshot,
} from '../../format/index.ts';
import { checkFileName, externalFilePath } from '../directories.ts';
import type { Table } from '../table.ts';
import { readManifestFile } from './scan-entries.ts';
import type { DeletionFile } from './split.ts';

/** Finds the deletion vector of a data file of a bucket. */
export type FindDeletion = (
  partition: Uint8Array,
  bucket: number,
  fileName: string,
) => DeletionFile | undefined;

/**
 * Reads the deletion vectors a snapshot's index manifest lists.
 *
 * Shape   `bucketDirectory` gives a bucket's directory, where index files lie when the table says so.
 * Limits  one entry a data file with deleted rows.
 * Source  Paimon, table/source/snapshot/SnapshotReaderImpl.java (scanDvIndex), index/IndexFileHandler.java.
 */
export async function deletionFiles(
  table: Table,
  snapshot: Snapshot | undefined,
  bucketDirectory: (partition: Uint8Array, bucket: number) => string,
): Promise<FindDeletion> {
  if (!table.options.deletionVectors || snapshot?.indexManifest === undefined) return () => undefined;
  const { path, bytes } = await readManifestFile(table, snapshot.indexManifest);
  const found = new Map<string, DeletionFile>();
  for (const entry of decodeIndexManifest(bytes, path)) {
    if (entry.indexType !== DELETION_VECTORS_INDEX || entry.kind !== 'ADD') continue;
    const file = indexFilePath(table, entry, bucketDirectory);
    for (const vector of entry.deletionVectors ?? []) {
      const { offset, length, cardinality } = vector;
      const deletion = { path: file, offset, length, ...(cardinality === undefined ? {} : { cardinality }) };
      found.set(keyOf(entry.partition, entry.bucket, vector.dataFileName), deletion);
    }
  }
  return (partition, bucket, fileName) => found.get(keyOf(partition, bucket, fileName));
}

/** Where an index file lies. Errors: `PATH_OUTSIDE_TABLE`. */
export function indexFilePath(
  table: Table,
  entry: IndexManifestEntry,
  bucketDirectory: (partition: Uint8Array, bucket: number) => string,
): string {
  if (entry.externalPath !== undefined) return externalFilePath(entry.externalPath, table.options.raw);
  checkFileName(entry.fileName);
  if (table.options.indexInDataDirectory)
    return `${bucketDirectory(entry.partition, entry.bucket)}/${entry.fileName}`;
  return `${table.path}/index/${entry.fileName}`;
}

function keyOf(partition: Uint8Array, bucket: number, fileName: string): string {
  return `${bucket} ${fileName} ${partitionKey(partition)}`;
}
