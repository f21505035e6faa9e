// Manifests and manifest lists written into a table's directory under names of their own, remembered so that
// an attempt that failed leaves nothing behind.
import { LakeError, SYNCS_IN_FLIGHT, syncMarker, uuid } from '../../base/index.ts';
import { compareValues, decodeRow, encodeRow, type Value } from '../../codec/index.ts';
import {
  encodeIndexManifest,
  encodeManifestList,
  type IndexManifestEntry,
  ManifestEncoder,
  type ManifestEncoding,
  type ManifestEntry,
  type ManifestFileMeta,
  partitionFields,
} from '../../format/index.ts';
import { manifestPath } from '../directories.ts';
import { removeOrLeave } from '../remove-files.ts';
import type { Table } from '../table.ts';
import { integer, memorySize } from '../table-options.ts';

/** Entries between two looks at the size of the manifest, as in Java (RollingFileWriter). */
const ROLL_CHECK_ENTRIES = 1000;
const MANIFEST_BYTES_TARGET = 8 * 1024 * 1024;

/** A written manifest list: its name and bytes, as a snapshot names it. */
export interface WrittenList {
  readonly name: string;
  readonly size: bigint;
}

/**
 * Writes the manifests of one commit.
 *
 * Shape   files are on their way when a call returns; `settle` waits until all are durable.
 * Limits  holds one manifest being filled and `SYNCS_IN_FLIGHT` being written, compressed.
 * Errors  those of the store, by the next call or by `settle`; FEATURE_UNSUPPORTED naming option
 *         `manifest.compression`.
 * Source  Paimon, manifest/ManifestFile.java, ManifestList.java.
 */
export class ManifestFiles {
  readonly #table: Table;
  readonly #id = uuid();
  readonly #encoding: ManifestEncoding;
  readonly #bytesTarget: number;
  #manifests = 0;
  #lists = 0;
  readonly #written: string[] = [];
  /** Files being made durable while the next are prepared. */
  readonly #pending = new Set<Promise<void>>();
  #failed: { readonly error: unknown } | undefined;

  constructor(table: Table) {
    this.#table = table;
    this.#encoding = manifestEncoding(table.options.raw);
    this.#bytesTarget = memorySize(table.options.raw, 'manifest.target-file-size', MANIFEST_BYTES_TARGET);
  }

  /** Writes entries in their order, a new manifest whenever one is large enough. None for no entries. */
  async writeManifests(entries: readonly ManifestEntry[]): Promise<readonly ManifestFileMeta[]> {
    const writer = this.openManifests();
    await writer.append(entries);
    return writer.finish();
  }

  /** The same for entries that come in parts. */
  openManifests(): RollingManifests {
    return new RollingManifests({
      open: () => new OpenManifest(this.#table, this.#encoding),
      write: (open) => this.#write(open),
      bytesTarget: this.#bytesTarget,
    });
  }

  /** Writes a manifest list, also an empty one. */
  async writeList(metas: readonly ManifestFileMeta[]): Promise<WrittenList> {
    const bytes = encodeManifestList(metas, this.#encoding);
    const name = `manifest-list-${this.#id}-${this.#lists++}`;
    await this.#put(name, bytes);
    return { name, size: BigInt(bytes.length) };
  }

  /** Writes an index manifest, also an empty one; its name. */
  async writeIndexManifest(entries: readonly IndexManifestEntry[]): Promise<string> {
    const name = `index-manifest-${this.#id}-0`;
    await this.#put(name, encodeIndexManifest(entries, this.#encoding));
    return name;
  }

  /** Waits until everything written is durable under its name. */
  async settle(): Promise<void> {
    await Promise.all(this.#pending);
    this.#checkFailed();
    if (this.#written.length > 0) await this.#table.store.syncNames(`${this.#table.path}/manifest`);
  }

  /** Removes everything written: the commit did not happen. What cannot be removed is left as an orphan. */
  async removeAll(): Promise<void> {
    await Promise.all(this.#pending);
    const paths = this.#written.splice(0).map((name) => manifestPath(this.#table.path, name));
    await removeOrLeave(this.#table.store, paths);
  }

  async #write(open: OpenManifest): Promise<ManifestFileMeta> {
    const name = `manifest-${this.#id}-${this.#manifests++}`;
    const bytes = open.finish();
    await this.#put(name, bytes);
    return open.meta(name, BigInt(bytes.length));
  }

  async #put(name: string, bytes: Uint8Array): Promise<void> {
    this.#checkFailed();
    if (this.#pending.size >= SYNCS_IN_FLIGHT) await Promise.race(this.#pending);
    const work = this.#create(manifestPath(this.#table.path, name), bytes);
    this.#written.push(name);
    this.#pending.add(work);
    void work.finally(() => this.#pending.delete(work));
  }

  async #create(path: string, bytes: Uint8Array): Promise<void> {
    try {
      if (await this.#table.store.create(path, bytes)) return;
      throw new LakeError('BUG', `${path} exists already although its name is random.`);
    } catch (error) {
      this.#failed ??= { error };
    }
  }

  #checkFailed(): void {
    if (this.#failed !== undefined) throw this.#failed.error;
  }
}

interface RollingParts {
  open(): OpenManifest;
  write(open: OpenManifest): Promise<ManifestFileMeta>;
  readonly bytesTarget: number;
}

/** Manifests one after the other, each closed when it has reached its size. */
export class RollingManifests {
  readonly #parts: RollingParts;
  readonly #metas: ManifestFileMeta[] = [];
  #open: OpenManifest | undefined;

  constructor(parts: RollingParts) {
    this.#parts = parts;
  }

  async append(entries: readonly ManifestEntry[]): Promise<void> {
    for (const entry of entries) {
      this.#open ??= this.#parts.open();
      this.#open.append(entry);
      const look = this.#open.count % ROLL_CHECK_ENTRIES === 0;
      if (look && this.#open.length >= this.#parts.bytesTarget) await this.#close();
    }
  }

  async finish(): Promise<readonly ManifestFileMeta[]> {
    await this.#close();
    return this.#metas;
  }

  async #close(): Promise<void> {
    if (this.#open === undefined) return;
    this.#metas.push(await this.#parts.write(this.#open));
    this.#open = undefined;
  }
}

/** How this table's manifests are compressed. Source: Paimon, format/avro/AvroFileFormat.java. */
function manifestEncoding(raw: Readonly<Record<string, string>>): ManifestEncoding {
  const codec = (raw['manifest.compression'] ?? 'zstd').trim().toLowerCase();
  return {
    codec: codec === 'zstd' ? 'zstandard' : codec === 'none' ? 'null' : codec,
    zstdLevel: integer(raw, 'file.compression.zstd-level', 1),
    sync: syncMarker(),
  };
}

/** A manifest being written, and what its list will say of it. */
class OpenManifest {
  readonly #encoder: ManifestEncoder;
  readonly #types: ReturnType<typeof partitionTypes>;
  readonly #min: Value[];
  readonly #max: Value[];
  readonly #nulls: bigint[];
  #last: Uint8Array | undefined;
  #lastValues: readonly Value[] = [];
  #added = 0n;
  #deleted = 0n;
  #schemaId = 0;
  #buckets: [number, number] = [2147483647, -2147483648];
  #levels: [number, number] = [2147483647, -2147483648];
  /** Row ids of all files, undefined once a file has none. */
  #rowIds: [bigint, bigint] | undefined = [2n ** 63n - 1n, -(2n ** 63n)];

  constructor(table: Table, encoding: ManifestEncoding) {
    this.#encoder = new ManifestEncoder(encoding);
    this.#types = partitionTypes(table);
    this.#min = this.#types.map(() => null);
    this.#max = this.#types.map(() => null);
    this.#nulls = this.#types.map(() => 0n);
  }

  get count(): number {
    return Number(this.#added + this.#deleted);
  }
  get length(): number {
    return this.#encoder.length;
  }

  append(entry: ManifestEntry): void {
    const { file } = entry;
    this.#encoder.append(entry);
    if (entry.kind === 'ADD') this.#added++;
    else this.#deleted++;
    this.#schemaId = Math.max(this.#schemaId, file.schemaId);
    this.#buckets = [Math.min(this.#buckets[0], entry.bucket), Math.max(this.#buckets[1], entry.bucket)];
    this.#levels = [Math.min(this.#levels[0], file.level), Math.max(this.#levels[1], file.level)];
    this.#collectRowIds(file.firstRowId, file.rowCount);
    this.#collectPartition(entry.partition);
  }

  finish(): Uint8Array {
    return this.#encoder.finish();
  }

  meta(fileName: string, fileSize: bigint): ManifestFileMeta {
    return {
      fileName,
      fileSize,
      numAddedFiles: this.#added,
      numDeletedFiles: this.#deleted,
      partitionStats: {
        minValues: encodeRow(this.#types, this.#min),
        maxValues: encodeRow(this.#types, this.#max),
        nullCounts: [...this.#nulls],
      },
      schemaId: this.#schemaId,
      minBucket: this.#buckets[0],
      maxBucket: this.#buckets[1],
      minLevel: this.#levels[0],
      maxLevel: this.#levels[1],
      minRowId: this.#rowIds?.[0],
      maxRowId: this.#rowIds?.[1],
    };
  }

  #collectRowIds(first: bigint | undefined, rowCount: bigint): void {
    if (this.#rowIds === undefined || first === undefined) {
      this.#rowIds = undefined;
      return;
    }
    const last = first + rowCount - 1n;
    const [min, max] = this.#rowIds;
    this.#rowIds = [first < min ? first : min, last > max ? last : max];
  }

  #collectPartition(partition: Uint8Array): void {
    if (this.#last !== partition) {
      this.#last = partition;
      this.#lastValues = decodeRow(this.#types, partition, 'partition');
    }
    this.#types.forEach((type, i) => {
      const value = this.#lastValues[i] ?? null;
      if (value === null) {
        this.#nulls[i] = (this.#nulls[i] as bigint) + 1n;
        return;
      }
      const [min, max] = [this.#min[i] as Value, this.#max[i] as Value];
      if (min === null || compareValues(type, value, min) < 0) this.#min[i] = value;
      if (max === null || compareValues(type, value, max) > 0) this.#max[i] = value;
    });
  }
}

function partitionTypes(table: Table) {
  return partitionFields(table.schema).map((field) => field.type);
}
