// Where the files that manifests and index manifests name lie.
import { posix } from 'node:path';
import { LakeError } from '../../base/index.ts';
import { type IndexManifestEntry, type ManifestEntry, partitionKey } from '../../format/index.ts';
import { checkFileName, dataFilePath } from '../directories.ts';
import { bucketDirectory } from '../plan/bucket-files.ts';
import { indexFilePath } from '../plan/deletion-files.ts';
import type { Table } from '../table.ts';
import type { Eraser } from './eraser.ts';

/** Directories of buckets remembered: entries of one bucket mostly stand together. */
const DIRECTORIES_MAX = 10_000;

/** Finds the files of entries. What lies outside the table is noted and never given out. */
export class FilePlaces {
  readonly #table: Table;
  readonly #eraser: Eraser;
  readonly #directory: (partition: Uint8Array, bucket: number) => string;
  readonly #directories = new Map<string, string>();

  constructor(table: Table, eraser: Eraser) {
    this.#table = table;
    this.#eraser = eraser;
    this.#directory = bucketDirectory(table);
  }

  /** The directory of a bucket. */
  bucket(partition: Uint8Array, bucket: number): string {
    const key = `${bucket} ${partitionKey(partition)}`;
    const known = this.#directories.get(key);
    if (known !== undefined) return known;
    const directory = this.#directory(partition, bucket);
    if (this.#directories.size >= DIRECTORIES_MAX) this.#directories.clear();
    this.#directories.set(key, directory);
    return directory;
  }

  /** The data file of an entry, undefined when it is outside the table. */
  data({ partition, bucket, file }: ManifestEntry): string | undefined {
    return this.#attempt(file.fileName, () =>
      dataFilePath(file, this.bucket(partition, bucket), this.#table.options.raw),
    );
  }

  /** The files that belong to a data file, which lie beside it. */
  extras(entry: ManifestEntry): readonly string[] {
    const data = entry.file.extraFiles.length === 0 ? undefined : this.data(entry);
    if (data === undefined) return [];
    const beside = posix.dirname(data);
    return entry.file.extraFiles.flatMap((name) => {
      const path = this.#attempt(name, () => {
        checkFileName(name);
        return `${beside}/${name}`;
      });
      return path === undefined ? [] : [path];
    });
  }

  index(entry: IndexManifestEntry): string | undefined {
    return this.#attempt(entry.fileName, () =>
      indexFilePath(this.#table, entry, (partition, bucket) => this.bucket(partition, bucket)),
    );
  }

  #attempt(name: string, place: () => string): string | undefined {
    try {
      return place();
    } catch (error) {
      const outside =
        error instanceof LakeError &&
        (error.code === 'PATH_OUTSIDE_TABLE' || error.code === 'FEATURE_UNSUPPORTED');
      if (!outside) throw error;
      this.#eraser.note(`${name} was left: ${error.message}`);
      return undefined;
    }
  }
}
