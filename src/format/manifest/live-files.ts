// Which files live: entries that add and entries that delete one file cancel each other. A file is known by
// all of (partition, bucket, level, name, extra files, embedded index, external path); the name alone is not
// enough, because an upgrade deletes and adds one name on two levels.
import { corrupt } from '../../base/index.ts';
import type { ManifestEntry } from './manifest.ts';

/** The text of the partition seen last: entries of one partition stand together. */
interface LastPartition {
  bytes: Uint8Array;
  text: string;
}

/**
 * Text that two entries have in common exactly when they speak of one file.
 *
 * Source  Paimon, manifest/FileEntry.java (Identifier).
 */
export class FileKeys {
  #last: LastPartition = { bytes: new Uint8Array(0), text: '' };

  keyOf(entry: ManifestEntry): string {
    const { file } = entry;
    const { fileName, level, extraFiles, embeddedIndex, externalPath } = file;
    let key = `${fileName.length} ${entry.bucket} ${level} ${fileName}${this.#partition(entry.partition)}`;
    if (extraFiles.length > 0) key += ` x${JSON.stringify(extraFiles)}`;
    if (embeddedIndex !== undefined) key += ` i${embeddedIndex.length} ${latin1(embeddedIndex)}`;
    if (externalPath !== undefined) key += ` p${externalPath}`;
    return key;
  }

  #partition(bytes: Uint8Array): string {
    if (this.#last.bytes !== bytes) this.#last = { bytes, text: `${bytes.length} ${partitionKey(bytes)}` };
    return this.#last.text;
  }
}

/** Text that is equal for equal partition rows, fit for keys of maps. It means nothing otherwise. */
export function partitionKey(partition: Uint8Array): string {
  return latin1(partition);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/**
 * The files deleted by entries of a scan. Between the entries of a scan there is no order: a file that is
 * deleted anywhere is gone.
 *
 * Limits  holds one key for every deleted file; bounded by the entries of the manifests it is fed.
 * Source  Paimon, manifest/FileEntry.java (readDeletedEntries), operation/AbstractFileStoreScan.java.
 */
export class DeletedFiles {
  readonly #keys = new Set<string>();
  readonly #fileKeys = new FileKeys();

  get size(): number {
    return this.#keys.size;
  }

  /** Remembers a DELETE; an ADD is ignored. */
  add(entry: ManifestEntry): void {
    if (entry.kind === 'DELETE') this.#keys.add(this.#fileKeys.keyOf(entry));
  }

  /** True for an ADD whose file was not deleted. */
  isLive(entry: ManifestEntry): boolean {
    if (entry.kind !== 'ADD') return false;
    return this.#keys.size === 0 || !this.#keys.has(this.#fileKeys.keyOf(entry));
  }
}

/**
 * Entries in order of commits, reduced to what they amount to: a DELETE takes back an ADD before it; one
 * without stays, for it speaks of an older manifest.
 *
 * Errors  `FILE_CORRUPT` naming the manifests as `file` when a file is added twice.
 * Source  Paimon, manifest/FileEntry.java (mergeEntries).
 */
export function mergeEntries(entries: Iterable<ManifestEntry>, file: string): ManifestEntry[] {
  const keys = new FileKeys();
  const merged = new Map<string, ManifestEntry>();
  for (const entry of entries) {
    const key = keys.keyOf(entry);
    const before = merged.get(key);
    if (entry.kind === 'DELETE') {
      if (before === undefined) merged.set(key, entry);
      else merged.delete(key);
    } else if (before === undefined) merged.set(key, entry);
    else throw corrupt(file, undefined, `file ${entry.file.fileName} is added twice`);
  }
  return [...merged.values()];
}
