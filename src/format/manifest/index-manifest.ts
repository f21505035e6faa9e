// Index manifest files: every index file of a snapshot (hash indexes, deletion vectors, global indexes).
import { decodeAvro, type ShapedRecord } from '../../codec/index.ts';
import { entryKindOf } from './entries.ts';
import { checkVersion, present } from './list.ts';
import type { DeletionVectorMeta, IndexManifestEntry } from './manifest.ts';

const VECTOR_SHAPE = { f0: 'string', f1: 'int', f2: 'int', _CARDINALITY: 'long' } as const;

const SHAPE = {
  _VERSION: 'int',
  _KIND: 'int',
  _PARTITION: 'bytes',
  _BUCKET: 'int',
  _INDEX_TYPE: 'string',
  _FILE_NAME: 'string',
  _FILE_SIZE: 'long',
  _ROW_COUNT: 'long',
  _DELETIONS_VECTORS_RANGES: { array: { record: VECTOR_SHAPE } },
  _EXTERNAL_PATH: 'string',
  _GLOBAL_INDEX: { record: { _INDEX_FIELD_ID: 'int' } },
} as const;

const VERSION = 1;

/** Index types an entry may have that reading needs. */
export const DELETION_VECTORS_INDEX = 'DELETION_VECTORS';
export const HASH_INDEX = 'HASH';

/**
 * Decodes an index manifest.
 *
 * Shape   in file order. `deletionVectors` only for entries of type `DELETION_VECTORS`.
 * Errors  `FILE_CORRUPT`; `FEATURE_UNSUPPORTED` for a layout version other than 1.
 * Source  Paimon, manifest/IndexManifestEntrySerializer.java.
 */
export function decodeIndexManifest(bytes: Uint8Array, file: string): IndexManifestEntry[] {
  const entries: IndexManifestEntry[] = [];
  decodeAvro(bytes, {
    file,
    shape: SHAPE,
    onRecord: (r) => {
      checkVersion(r._VERSION, VERSION, file);
      entries.push({
        kind: entryKindOf(r._KIND, file),
        partition: present(r._PARTITION, '_PARTITION', file),
        bucket: present(r._BUCKET, '_BUCKET', file),
        indexType: present(r._INDEX_TYPE, '_INDEX_TYPE', file),
        fileName: present(r._FILE_NAME, '_FILE_NAME', file),
        fileSize: present(r._FILE_SIZE, '_FILE_SIZE', file),
        rowCount: present(r._ROW_COUNT, '_ROW_COUNT', file),
        deletionVectors: r._DELETIONS_VECTORS_RANGES?.map((range) => vectorOf(range, file)),
        externalPath: r._EXTERNAL_PATH ?? undefined,
        globalIndex: r._GLOBAL_INDEX !== null,
      });
    },
  });
  return entries;
}

function vectorOf(range: ShapedRecord<typeof VECTOR_SHAPE> | null, file: string): DeletionVectorMeta {
  const { f0, f1, f2, _CARDINALITY } = present(range, 'deletion vector', file);
  return {
    dataFileName: present(f0, 'f0', file),
    offset: present(f1, 'f1', file),
    length: present(f2, 'f2', file),
    cardinality: _CARDINALITY ?? undefined,
  };
}
