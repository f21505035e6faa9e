// What manifest lists and manifests say: which data files a snapshot adds and deletes.

/** Statistics of some columns: BinaryRows of minima and maxima, and null counts (undefined = unknown, never zero). */
export interface SimpleStats {
  /** Serialized BinaryRow with its 4-byte big-endian arity in front. */
  readonly minValues: Uint8Array;
  readonly maxValues: Uint8Array;
  readonly nullCounts: readonly (bigint | undefined)[] | undefined;
}

/**
 * One line of a manifest list: a manifest file and what can be said about all its entries.
 *
 * Source  Paimon, manifest/ManifestFileMeta.java.
 */
export interface ManifestFileMeta {
  readonly fileName: string;
  readonly fileSize: bigint;
  readonly numAddedFiles: bigint;
  readonly numDeletedFiles: bigint;
  readonly partitionStats: SimpleStats;
  readonly schemaId: number;
  readonly minBucket?: number;
  readonly maxBucket?: number;
  readonly minLevel?: number;
  readonly maxLevel?: number;
  readonly minRowId?: bigint;
  readonly maxRowId?: bigint;
}

/**
 * One data file.
 *
 * Shape   `minKey`, `maxKey`: serialized BinaryRow (arity in front) of the trimmed primary key; empty row for append tables.
 * Units   `fileSize` bytes; `creationTimeMs` wall clock of the writer stored as if UTC (advisory).
 * Source  Paimon, io/DataFileMeta.java.
 */
export interface DataFileMeta {
  readonly fileName: string;
  readonly fileSize: bigint;
  readonly rowCount: bigint;
  readonly minKey: Uint8Array;
  readonly maxKey: Uint8Array;
  readonly keyStats: SimpleStats;
  readonly valueStats: SimpleStats;
  readonly minSequenceNumber: bigint;
  readonly maxSequenceNumber: bigint;
  readonly schemaId: number;
  readonly level: number;
  readonly extraFiles: readonly string[];
  readonly creationTimeMs?: bigint;
  readonly deleteRowCount?: bigint;
  readonly embeddedIndex?: Uint8Array;
  readonly fileSource?: number;
  /** Columns contained in `valueStats`, in order; undefined = all columns of the file's schema (or of `writeCols`). */
  readonly valueStatsCols?: readonly string[];
  readonly externalPath?: string;
  readonly firstRowId?: bigint;
  /** Columns physically in the file; undefined = all. */
  readonly writeCols?: readonly string[];
}

/** An ADD or DELETE of a data file. `partition` is a serialized BinaryRow with its arity in front. */
export interface ManifestEntry {
  readonly kind: 'ADD' | 'DELETE';
  readonly partition: Uint8Array;
  readonly bucket: number;
  readonly totalBuckets: number;
  readonly file: DataFileMeta;
}

/** Where the deletion vector of one data file lies inside its index file. */
export interface DeletionVectorMeta {
  readonly dataFileName: string;
  readonly offset: number;
  readonly length: number;
  readonly cardinality?: bigint;
}

/** One index file (hash index, deletion vectors, global index) of a snapshot. */
export interface IndexManifestEntry {
  readonly kind: 'ADD' | 'DELETE';
  readonly partition: Uint8Array;
  readonly bucket: number;
  readonly indexType: string;
  readonly fileName: string;
  readonly fileSize: bigint;
  readonly rowCount: bigint;
  readonly deletionVectors: readonly DeletionVectorMeta[] | undefined;
  readonly externalPath?: string;
  /** True when the entry carries a global-index description (its content is not needed to read rows). */
  readonly globalIndex: boolean;
}
