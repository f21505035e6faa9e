// Manifest list files: which manifests a snapshot consists of.
import { corrupt, LakeError } from '../../base/index.ts';
import { decodeAvro } from '../../codec/index.ts';
import type { ManifestFileMeta, SimpleStats } from './manifest.ts';

/** What `_PARTITION_STATS`, `_KEY_STATS` and `_VALUE_STATS` hold. */
export const STATS_SHAPE = {
  record: { _MIN_VALUES: 'bytes', _MAX_VALUES: 'bytes', _NULL_COUNTS: { array: 'long' } },
} as const;

const SHAPE = {
  _VERSION: 'int',
  _FILE_NAME: 'string',
  _FILE_SIZE: 'long',
  _NUM_ADDED_FILES: 'long',
  _NUM_DELETED_FILES: 'long',
  _PARTITION_STATS: STATS_SHAPE,
  _SCHEMA_ID: 'safe-long',
  _MIN_BUCKET: 'int',
  _MAX_BUCKET: 'int',
  _MIN_LEVEL: 'int',
  _MAX_LEVEL: 'int',
  _MIN_ROW_ID: 'long',
  _MAX_ROW_ID: 'long',
} as const;

/** The layout of manifest lists and manifests that is understood. */
const VERSION = 2;

/**
 * Decodes a manifest list of any Paimon version since 0.4.
 *
 * Shape   in file order; members that older files lack are undefined.
 * Errors  `FILE_CORRUPT`; `FEATURE_UNSUPPORTED` for a layout version other than 2.
 * Source  Paimon, manifest/ManifestFileMetaSerializer.java.
 */
export function decodeManifestList(bytes: Uint8Array, file: string): ManifestFileMeta[] {
  const metas: ManifestFileMeta[] = [];
  decodeAvro(bytes, {
    file,
    shape: SHAPE,
    onRecord: (r) => {
      checkVersion(r._VERSION, VERSION, file);
      metas.push({
        fileName: present(r._FILE_NAME, '_FILE_NAME', file),
        fileSize: present(r._FILE_SIZE, '_FILE_SIZE', file),
        numAddedFiles: present(r._NUM_ADDED_FILES, '_NUM_ADDED_FILES', file),
        numDeletedFiles: present(r._NUM_DELETED_FILES, '_NUM_DELETED_FILES', file),
        partitionStats: statsOf(r._PARTITION_STATS, '_PARTITION_STATS', file),
        schemaId: present(r._SCHEMA_ID, '_SCHEMA_ID', file),
        minBucket: r._MIN_BUCKET ?? undefined,
        maxBucket: r._MAX_BUCKET ?? undefined,
        minLevel: r._MIN_LEVEL ?? undefined,
        maxLevel: r._MAX_LEVEL ?? undefined,
        minRowId: r._MIN_ROW_ID ?? undefined,
        maxRowId: r._MAX_ROW_ID ?? undefined,
      });
    },
  });
  return metas;
}

/** Throws unless a record has the layout version that is understood. */
export function checkVersion(version: number | null, wanted: number, file: string): void {
  if (version === wanted) return;
  if (version === null) throw corrupt(file, undefined, 'a record has no _VERSION');
  const advice = version < wanted ? ' The table must be created again, as Java says too.' : '';
  throw new LakeError(
    'FEATURE_UNSUPPORTED',
    `${file}: layout version ${version} is not ${wanted}.${advice}`,
    {
      feature: `manifest layout version ${version}`,
      file,
    },
  );
}

/** The value of a member that must be there. */
export function present<T>(value: T | null, name: string, file: string): T {
  if (value === null) throw corrupt(file, undefined, `a record has no ${name}`);
  return value;
}

interface RawStats {
  readonly _MIN_VALUES: Uint8Array | null;
  readonly _MAX_VALUES: Uint8Array | null;
  readonly _NULL_COUNTS: readonly (bigint | null)[] | null;
}

/** Stats as they stand in the file, undecoded. Neighbours that repeat share one object. */
export function statsOf(raw: RawStats | null, name: string, file: string): SimpleStats {
  const { _MIN_VALUES, _MAX_VALUES, _NULL_COUNTS } = present(raw, name, file);
  return {
    minValues: present(_MIN_VALUES, `${name}._MIN_VALUES`, file),
    maxValues: present(_MAX_VALUES, `${name}._MAX_VALUES`, file),
    nullCounts: _NULL_COUNTS === null ? undefined : countsOf(_NULL_COUNTS),
  };
}

function countsOf(counts: readonly (bigint | null)[]): readonly (bigint | undefined)[] {
  return counts.includes(null) ? counts.map((count) => count ?? undefined) : (counts as readonly bigint[]);
}
