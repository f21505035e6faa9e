// Manifest files: the data files a commit added and deleted, one entry after the other.
import { corrupt } from '../../base/index.ts';
import { decodeAvro, type ShapedRecord } from '../../codec/index.ts';
import { checkVersion, present, STATS_SHAPE, statsOf } from './list.ts';
import type { DataFileMeta, ManifestEntry, SimpleStats } from './manifest.ts';

const FILE_SHAPE = {
  _FILE_NAME: 'string',
  _FILE_SIZE: 'long',
  _ROW_COUNT: 'long',
  _MIN_KEY: 'bytes',
  _MAX_KEY: 'bytes',
  _KEY_STATS: STATS_SHAPE,
  _VALUE_STATS: STATS_SHAPE,
  _MIN_SEQUENCE_NUMBER: 'long',
  _MAX_SEQUENCE_NUMBER: 'long',
  _SCHEMA_ID: 'safe-long',
  _LEVEL: 'int',
  _EXTRA_FILES: { array: 'string' },
  _CREATION_TIME: 'long',
  _DELETE_ROW_COUNT: 'long',
  _EMBEDDED_FILE_INDEX: 'bytes',
  _FILE_SOURCE: 'int',
  _VALUE_STATS_COLS: { array: 'string' },
  _EXTERNAL_PATH: 'string',
  _FIRST_ROW_ID: 'long',
  _WRITE_COLS: { array: 'string' },
} as const;

const SHAPE = {
  _VERSION: 'int',
  _KIND: 'int',
  _PARTITION: 'bytes',
  _BUCKET: 'int',
  _TOTAL_BUCKETS: 'int',
  _FILE: { record: FILE_SHAPE },
} as const;

/** The same shape without what `stats: false` leaves in the file. */
function shapeWithoutStats(): typeof SHAPE {
  const { _KEY_STATS, _VALUE_STATS, _VALUE_STATS_COLS, ...rest } = FILE_SHAPE;
  return { ...SHAPE, _FILE: { record: rest as typeof FILE_SHAPE } };
}

const NO_BYTES = new Uint8Array(0);
const NO_STATS: SimpleStats = { minValues: NO_BYTES, maxValues: NO_BYTES, nullCounts: undefined };

const VERSION = 2;

/**
 * What an entry can be chosen by before its file is described. `partition` as in `ManifestEntry`; do not keep
 * or change it.
 */
export interface EntryHead {
  readonly kind: 'ADD' | 'DELETE';
  readonly partition: Uint8Array;
  readonly bucket: number;
  readonly totalBuckets: number;
  readonly level: number;
}

/**
 * `accept`: only entries it is true for are built and handed on; default all. `stats` false: files come with
 * empty
 * statistics, which takes a third of the time and memory away from plans that do not look at them.
 */
export interface DecodeEntries {
  readonly stats?: boolean;
  readonly accept?: ((head: EntryHead) => boolean) | undefined;
  readonly onEntry: (entry: ManifestEntry) => void;
}

/**
 * Decodes a manifest of any Paimon version since 0.4, handing over one entry at a time.
 *
 * Shape   in file order; members that older files lack are undefined; stats stay bytes. Neighbours may share
 *         equal partitions, keys and stats.
 * Limits  holds one inflated block; keeps nothing of what is not accepted.
 * Errors  `FILE_CORRUPT`; `FEATURE_UNSUPPORTED` for a layout version other than 2.
 * Source  Paimon, manifest/ManifestEntrySerializer.java, io/DataFileMetaSerializer.java.
 */
export function decodeManifest(bytes: Uint8Array, file: string, options: DecodeEntries): void {
  const { accept, onEntry, stats = true } = options;
  decodeAvro(bytes, {
    file,
    shape: stats ? SHAPE : shapeWithoutStats(),
    onRecord: (r) => {
      checkVersion(r._VERSION, VERSION, file);
      const raw = present(r._FILE, '_FILE', file);
      const head: EntryHead = {
        kind: entryKindOf(r._KIND, file),
        partition: present(r._PARTITION, '_PARTITION', file),
        bucket: present(r._BUCKET, '_BUCKET', file),
        totalBuckets: present(r._TOTAL_BUCKETS, '_TOTAL_BUCKETS', file),
        level: present(raw._LEVEL, '_LEVEL', file),
      };
      if (accept !== undefined && !accept(head)) return;
      const { kind, partition, bucket, totalBuckets } = head;
      onEntry({
        kind,
        partition,
        bucket,
        totalBuckets,
        file: dataFileOf(raw, { level: head.level, stats, file }),
      });
    },
  });
}

/** The meaning of `_KIND`. */
export function entryKindOf(kind: number | null, file: string): 'ADD' | 'DELETE' {
  if (kind === 0) return 'ADD';
  if (kind === 1) return 'DELETE';
  throw corrupt(file, undefined, `an entry has _KIND ${kind}`);
}

function dataFileOf(
  r: ShapedRecord<typeof FILE_SHAPE>,
  { level, stats, file }: { readonly level: number; readonly stats: boolean; readonly file: string },
): DataFileMeta {
  return {
    fileName: present(r._FILE_NAME, '_FILE_NAME', file),
    fileSize: present(r._FILE_SIZE, '_FILE_SIZE', file),
    rowCount: present(r._ROW_COUNT, '_ROW_COUNT', file),
    minKey: present(r._MIN_KEY, '_MIN_KEY', file),
    maxKey: present(r._MAX_KEY, '_MAX_KEY', file),
    keyStats: stats ? statsOf(r._KEY_STATS, '_KEY_STATS', file) : NO_STATS,
    valueStats: stats ? statsOf(r._VALUE_STATS, '_VALUE_STATS', file) : NO_STATS,
    minSequenceNumber: present(r._MIN_SEQUENCE_NUMBER, '_MIN_SEQUENCE_NUMBER', file),
    maxSequenceNumber: present(r._MAX_SEQUENCE_NUMBER, '_MAX_SEQUENCE_NUMBER', file),
    schemaId: present(r._SCHEMA_ID, '_SCHEMA_ID', file),
    level,
    extraFiles: textsOf(r._EXTRA_FILES, '_EXTRA_FILES', file) ?? NONE,
    creationTimeMs: r._CREATION_TIME ?? undefined,
    deleteRowCount: r._DELETE_ROW_COUNT ?? undefined,
    embeddedIndex: r._EMBEDDED_FILE_INDEX ?? undefined,
    fileSource: r._FILE_SOURCE ?? undefined,
    valueStatsCols: stats ? textsOf(r._VALUE_STATS_COLS, '_VALUE_STATS_COLS', file) : undefined,
    externalPath: r._EXTERNAL_PATH ?? undefined,
    firstRowId: r._FIRST_ROW_ID ?? undefined,
    writeCols: textsOf(r._WRITE_COLS, '_WRITE_COLS', file),
  };
}

const NONE: readonly string[] = [];

function textsOf(
  texts: readonly (string | null)[] | null,
  name: string,
  file: string,
): readonly string[] | undefined {
  if (texts === null) return undefined;
  if (texts.includes(null)) throw corrupt(file, undefined, `a record has a null in ${name}`);
  return texts as readonly string[];
}
