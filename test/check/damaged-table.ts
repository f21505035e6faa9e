// Copies of golden tables that tests may damage: files by name, metadata by a function over what it says.
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseJson, printJson } from '../../src/codec/index.ts';
import {
  decodeManifest,
  decodeManifestList,
  type ManifestEntry,
  type ManifestFileMeta,
  type SimpleStats,
} from '../../src/format/index.ts';
import { avroFile, avroSchema } from './avro-file.ts';

const GOLDEN = join(import.meta.dirname, '../data/golden/warehouse/golden.db');

/** A table's copy below a warehouse directory. */
export class DamagedTable {
  readonly path: string;

  constructor(warehouse: string, table: string) {
    this.path = join(warehouse, 'golden.db', table);
    rmSync(this.path, { recursive: true, force: true });
    cpSync(join(GOLDEN, table), this.path, { recursive: true });
  }

  /** The files a pattern names, below the table, in order. */
  files(pattern: string): string[] {
    const names = globSync(pattern, { cwd: this.path });
    return names.sort();
  }

  /** The last file a pattern names. */
  last(pattern: string): string {
    const name = this.files(pattern).at(-1);
    if (name === undefined) throw new Error(`no ${pattern} in ${this.path}`);
    return name;
  }

  remove(name: string): void {
    rmSync(join(this.path, name), { recursive: true });
  }

  bytes(name: string, change: (bytes: Buffer) => Uint8Array): void {
    const path = join(this.path, name);
    writeFileSync(path, change(readFileSync(path)));
  }

  text(name: string, text: string): void {
    writeFileSync(join(this.path, name), text);
  }

  /** Changes members of a JSON file. */
  json(name: string, change: (json: Record<string, unknown>) => void): void {
    const path = join(this.path, name);
    const json = parseJson(readFileSync(path, 'utf8'), name) as Record<string, unknown>;
    const copy = structuredClone(json);
    change(copy);
    writeFileSync(path, printJson(copy));
  }

  /**
   * Rewrites a manifest; lists and snapshots say afterwards what it holds, so that only the change itself is
   * wrong.
   */
  manifest(
    name: string,
    change: (entries: Draft<ManifestEntry>[]) => Draft<ManifestEntry>[] | undefined,
  ): void {
    const path = join(this.path, name);
    let entries: Draft<ManifestEntry>[] = [];
    decodeManifest(readFileSync(path), name, { onEntry: (e) => entries.push({ ...e, file: { ...e.file } }) });
    entries = change(entries) ?? entries;
    const bytes = avroFile(avroSchema(readFileSync(path)), entries.map(rawEntry));
    writeFileSync(path, bytes);
    const deleted = entries.filter(({ kind }) => kind === 'DELETE').length;
    this.lists((meta) => {
      if (meta.fileName !== basename(name)) return;
      meta.fileSize = BigInt(bytes.length);
      meta.numAddedFiles = BigInt(entries.length - deleted);
      meta.numDeletedFiles = BigInt(deleted);
      meta.minBucket = meta.maxBucket = meta.minLevel = meta.maxLevel = undefined;
    });
  }

  /** Rewrites all manifest lists, and their sizes in snapshots. */
  lists(change: (meta: Draft<ManifestFileMeta>) => void): void {
    const sizes = new Map<string, number>();
    for (const name of this.files('manifest/manifest-list-*')) {
      const path = join(this.path, name);
      const metas = decodeManifestList(readFileSync(path), name).map(
        (meta): Draft<ManifestFileMeta> => ({ ...meta }),
      );
      metas.forEach(change);
      const bytes = avroFile(avroSchema(readFileSync(path)), metas.map(rawMeta));
      writeFileSync(path, bytes);
      sizes.set(basename(name), bytes.length);
    }
    for (const name of [...this.files('snapshot/snapshot-*'), ...this.files('tag/tag-*')]) {
      this.json(name, (json) => {
        for (const member of ['baseManifestList', 'deltaManifestList', 'changelogManifestList']) {
          const size = sizes.get(String(json[member]));
          if (size !== undefined) json[`${member}Size`] = size;
        }
      });
    }
  }
}

/** Writable, two levels deep. */
export type Draft<T> = {
  -readonly [K in keyof T]: K extends 'file' ? { -readonly [F in keyof T[K]]: T[K][F] } : T[K];
};

function rawEntry({ kind, partition, bucket, totalBuckets, file }: Draft<ManifestEntry>): object {
  return {
    _VERSION: 2,
    _KIND: kind === 'ADD' ? 0 : 1,
    _PARTITION: partition,
    _BUCKET: bucket,
    _TOTAL_BUCKETS: totalBuckets,
    _FILE: {
      _FILE_NAME: file.fileName,
      _FILE_SIZE: file.fileSize,
      _ROW_COUNT: file.rowCount,
      _MIN_KEY: file.minKey,
      _MAX_KEY: file.maxKey,
      _KEY_STATS: rawStats(file.keyStats),
      _VALUE_STATS: rawStats(file.valueStats),
      _MIN_SEQUENCE_NUMBER: file.minSequenceNumber,
      _MAX_SEQUENCE_NUMBER: file.maxSequenceNumber,
      _SCHEMA_ID: file.schemaId,
      _LEVEL: file.level,
      _EXTRA_FILES: file.extraFiles,
      _CREATION_TIME: file.creationTimeMs,
      _DELETE_ROW_COUNT: file.deleteRowCount,
      _EMBEDDED_FILE_INDEX: file.embeddedIndex,
      _FILE_SOURCE: file.fileSource,
      _VALUE_STATS_COLS: file.valueStatsCols,
      _EXTERNAL_PATH: file.externalPath,
      _FIRST_ROW_ID: file.firstRowId,
      _WRITE_COLS: file.writeCols,
    },
  };
}

function rawMeta(meta: Draft<ManifestFileMeta>): object {
  return {
    _VERSION: 2,
    _FILE_NAME: meta.fileName,
    _FILE_SIZE: meta.fileSize,
    _NUM_ADDED_FILES: meta.numAddedFiles,
    _NUM_DELETED_FILES: meta.numDeletedFiles,
    _PARTITION_STATS: rawStats(meta.partitionStats),
    _SCHEMA_ID: meta.schemaId,
    _MIN_BUCKET: meta.minBucket,
    _MAX_BUCKET: meta.maxBucket,
    _MIN_LEVEL: meta.minLevel,
    _MAX_LEVEL: meta.maxLevel,
  };
}

function rawStats({ minValues, maxValues, nullCounts }: SimpleStats): object {
  return {
    _MIN_VALUES: minValues,
    _MAX_VALUES: maxValues,
    _NULL_COUNTS: nullCounts?.map((count) => count ?? null) ?? null,
  };
}
