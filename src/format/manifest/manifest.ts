// What manifest lists and manifests say: which data files a snapshot adds and deletes.

/**
 * Statistics of some columns: BinaryRows of minima and maxima, and null counts (undefined = unknown, never
 * zero).
 */
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
  readonly minBucket?: number | undefined;
  readonly maxBucket?: number | undefined;
  readonly minLevel?: number | undefined;
  readonly maxLevel?: number | undefined;
  readonly minRowId?: bigint | undefined;
  readonly maxRowId?: bigint | undefined;
}

/**
 * One data file.
 *
 * Shape   `minKey`, `maxKey`: serialized BinaryRow (arity in front) of the trimmed primary key; empty row for
 *         append tables.
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
  readonly creationTimeMs?: bigint | undefined;
  readonly deleteRowCount?: bigint | undefined;
  readonly embeddedIndex?: Uint8Array | undefined;
  readonly fileSource?: number | undefined;
  /**
   * Columns contained in `valueStats`, in order; undefined = all columns of the file's schema (or of
   * `writeCols`).
   */
  readonly valueStatsCols?: readonly string[] | undefined;
  readonly externalPath?: string | undefined;
  readonly firstRowId?: bigint | undefined;
  /** Columns physically in the file; undefined = all. */
  readonly writeCols?: readonly string[] | undefined;
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
  readonly cardinality?: bigint | undefined;
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
  readonly externalPath?: string | undefined;
  /** True when the entry carries a global-index description (its content is not needed to read rows). */
  readonly globalIndex: boolean;
}
