// Manifests and manifest lists as Java 1.4.2 writes them.
import { unsupported } from '../../base/index.ts';
import { type AvroFileOptions, AvroFileWriter, type AvroOutput } from '../../codec/index.ts';
import type {
  DataFileMeta,
  DeletionVectorMeta,
  IndexManifestEntry,
  ManifestEntry,
  ManifestFileMeta,
  SimpleStats,
} from './manifest.ts';
import { INDEX_MANIFEST_SCHEMA, MANIFEST_LIST_SCHEMA, MANIFEST_SCHEMA } from './schemas.ts';

/** Layout version of manifest lists and manifests. */
const VERSION = 2;
/** Layout version of index manifests. */
const INDEX_VERSION = 1;

/** How manifests are compressed. See `AvroFileOptions`. */
export type ManifestEncoding = Omit<AvroFileOptions, 'schema'>;

/**
 * Collects the entries of one manifest.
 *
 * Shape   entries as `decodeManifest` gives them, in file order.
 * Limits  holds the compressed file.
 * Errors  FEATURE_UNSUPPORTED naming a codec that cannot be written.
 * Source  Paimon, manifest/ManifestEntrySerializer.java, io/DataFileMetaSerializer.java.
 */
export class ManifestEncoder {
  readonly #file: AvroFileWriter;

  constructor(encoding: ManifestEncoding) {
    this.#file = new AvroFileWriter({ ...encoding, schema: MANIFEST_SCHEMA });
  }

  /** Bytes so far, the last block not compressed. */
  get length(): number {
    return this.#file.length;
  }

  append(entry: ManifestEntry): void {
    this.#file.append((out) => {
      out.int(VERSION);
      out.int(entry.kind === 'ADD' ? 0 : 1);
      out.bytes(entry.partition);
      out.int(entry.bucket);
      out.int(entry.totalBuckets);
      writeFile(out, entry.file);
    });
  }

  finish(): Uint8Array {
    return this.#file.finish();
  }
}

/**
 * A manifest list.
 *
 * Source  Paimon, manifest/ManifestFileMetaSerializer.java.
 */
export function encodeManifestList(
  metas: readonly ManifestFileMeta[],
  encoding: ManifestEncoding,
): Uint8Array {
  const file = new AvroFileWriter({ ...encoding, schema: MANIFEST_LIST_SCHEMA });
  for (const meta of metas) {
    file.append((out) => {
      const int = (value: number): void => out.int(value);
      const long = (value: bigint): void => out.long(value);
      out.int(VERSION);
      out.string(meta.fileName);
      out.long(meta.fileSize);
      out.long(meta.numAddedFiles);
      out.long(meta.numDeletedFiles);
      writeStats(out, meta.partitionStats);
      out.long(BigInt(meta.schemaId));
      out.nullable(meta.minBucket, int);
      out.nullable(meta.maxBucket, int);
      out.nullable(meta.minLevel, int);
      out.nullable(meta.maxLevel, int);
      out.nullable(meta.minRowId, long);
      out.nullable(meta.maxRowId, long);
    });
  }
  return file.finish();
}

/**
 * An index manifest.
 *
 * Errors  FEATURE_UNSUPPORTED for an entry with a global index, whose description is not kept.
 * Source  Paimon, manifest/IndexManifestEntrySerializer.java.
 */
export function encodeIndexManifest(
  entries: readonly IndexManifestEntry[],
  encoding: ManifestEncoding,
): Uint8Array {
  const file = new AvroFileWriter({ ...encoding, schema: INDEX_MANIFEST_SCHEMA });
  for (const entry of entries) {
    if (entry.globalIndex) {
      throw unsupported('global index', `${entry.fileName}: entries of global indexes are not written.`);
    }
    file.append((out) => writeIndex(out, entry));
  }
  return file.finish();
}

function writeIndex(out: AvroOutput, entry: IndexManifestEntry): void {
  out.int(INDEX_VERSION);
  out.int(entry.kind === 'ADD' ? 0 : 1);
  out.bytes(entry.partition);
  out.int(entry.bucket);
  out.string(entry.indexType);
  out.string(entry.fileName);
  out.long(entry.fileSize);
  out.long(entry.rowCount);
  out.nullable(entry.deletionVectors, (vectors) =>
    out.array(vectors, (vector) => out.nullable(vector, (value) => writeVector(out, value))),
  );
  out.nullable(entry.externalPath, (value) => out.string(value));
  out.nullable(undefined, () => undefined);
}

function writeVector(
  out: AvroOutput,
  { dataFileName, offset, length, cardinality }: DeletionVectorMeta,
): void {
  out.string(dataFileName);
  out.int(offset);
  out.int(length);
  out.nullable(cardinality, (value) => out.long(value));
}

function writeFile(out: AvroOutput, file: DataFileMeta): void {
  const long = (value: bigint): void => out.long(value);
  const text = (value: string): void => out.string(value);
  const texts = (value: readonly string[]): void => out.array(value, text);
  out.string(file.fileName);
  out.long(file.fileSize);
  out.long(file.rowCount);
  out.bytes(file.minKey);
  out.bytes(file.maxKey);
  writeStats(out, file.keyStats);
  writeStats(out, file.valueStats);
  out.long(file.minSequenceNumber);
  out.long(file.maxSequenceNumber);
  out.long(BigInt(file.schemaId));
  out.int(file.level);
  texts(file.extraFiles);
  out.nullable(file.creationTimeMs, long);
  out.nullable(file.deleteRowCount, long);
  out.nullable(file.embeddedIndex, (value) => out.bytes(value));
  out.nullable(file.fileSource, (value) => out.int(value));
  out.nullable(file.valueStatsCols, texts);
  out.nullable(file.externalPath, text);
  out.nullable(file.firstRowId, long);
  out.nullable(file.writeCols, texts);
}

function writeStats(out: AvroOutput, stats: SimpleStats): void {
  out.bytes(stats.minValues);
  out.bytes(stats.maxValues);
  out.nullable(stats.nullCounts, (counts) =>
    out.array(counts, (count) => out.nullable(count, (value) => out.long(value))),
  );
}
