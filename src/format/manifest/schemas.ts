// The Avro schemas of manifest lists and manifests as Java 1.4.2 writes them, letter by letter: its newer
// readers compare them.

const field = (name: string, type: string): string => `{"name":"${name}","type":${type}}`;
const nullable = (name: string, type: string): string =>
  `{"name":"${name}","type":["null",${type}],"default":null}`;
const nested = (name: string, fields: readonly string[]): string =>
  `{"type":"record","name":"${name}","fields":[${fields.join(',')}]}`;
const NAMESPACE = 'org.apache.paimon.avro.generated';
const root = (fields: readonly string[]): string =>
  `{"type":"record","name":"record","namespace":"${NAMESPACE}","fields":[${fields.join(',')}]}`;

const [INT, LONG, TEXT, BYTES] = ['"int"', '"long"', '"string"', '"bytes"'] as const;
const listOf = (items: string): string => `{"type":"array","items":${items}}`;

const stats = (name: string): string =>
  nested(name, [
    field('_MIN_VALUES', BYTES),
    field('_MAX_VALUES', BYTES),
    nullable('_NULL_COUNTS', listOf('["null","long"]')),
  ]);

/** Source: Paimon, manifest/ManifestFileMeta.java (SCHEMA). */
export const MANIFEST_LIST_SCHEMA = root([
  field('_VERSION', INT),
  field('_FILE_NAME', TEXT),
  field('_FILE_SIZE', LONG),
  field('_NUM_ADDED_FILES', LONG),
  field('_NUM_DELETED_FILES', LONG),
  field('_PARTITION_STATS', stats('record__PARTITION_STATS')),
  field('_SCHEMA_ID', LONG),
  nullable('_MIN_BUCKET', INT),
  nullable('_MAX_BUCKET', INT),
  nullable('_MIN_LEVEL', INT),
  nullable('_MAX_LEVEL', INT),
  nullable('_MIN_ROW_ID', LONG),
  nullable('_MAX_ROW_ID', LONG),
]);

/** Source: Paimon, manifest/ManifestEntry.java (SCHEMA), io/DataFileMeta.java (SCHEMA). */
export const MANIFEST_SCHEMA = root([
  field('_VERSION', INT),
  field('_KIND', INT),
  field('_PARTITION', BYTES),
  field('_BUCKET', INT),
  field('_TOTAL_BUCKETS', INT),
  field(
    '_FILE',
    nested('record__FILE', [
      field('_FILE_NAME', TEXT),
      field('_FILE_SIZE', LONG),
      field('_ROW_COUNT', LONG),
      field('_MIN_KEY', BYTES),
      field('_MAX_KEY', BYTES),
      field('_KEY_STATS', stats('record__FILE__KEY_STATS')),
      field('_VALUE_STATS', stats('record__FILE__VALUE_STATS')),
      field('_MIN_SEQUENCE_NUMBER', LONG),
      field('_MAX_SEQUENCE_NUMBER', LONG),
      field('_SCHEMA_ID', LONG),
      field('_LEVEL', INT),
      field('_EXTRA_FILES', listOf(TEXT)),
      nullable('_CREATION_TIME', '{"type":"long","logicalType":"timestamp-millis"}'),
      nullable('_DELETE_ROW_COUNT', LONG),
      nullable('_EMBEDDED_FILE_INDEX', BYTES),
      nullable('_FILE_SOURCE', INT),
      nullable('_VALUE_STATS_COLS', listOf(TEXT)),
      nullable('_EXTERNAL_PATH', TEXT),
      nullable('_FIRST_ROW_ID', LONG),
      nullable('_WRITE_COLS', listOf(TEXT)),
    ]),
  ),
]);

/** Source: Paimon, manifest/IndexManifestEntry.java (SCHEMA). */
export const INDEX_MANIFEST_SCHEMA = root([
  field('_VERSION', INT),
  field('_KIND', INT),
  field('_PARTITION', BYTES),
  field('_BUCKET', INT),
  field('_INDEX_TYPE', TEXT),
  field('_FILE_NAME', TEXT),
  field('_FILE_SIZE', LONG),
  field('_ROW_COUNT', LONG),
  nullable(
    '_DELETIONS_VECTORS_RANGES',
    `{"type":"array","items":["null",${nested('record__DELETIONS_VECTORS_RANGES', [
      field('f0', TEXT),
      field('f1', INT),
      field('f2', INT),
      nullable('_CARDINALITY', LONG),
    ])}]}`,
  ),
  nullable('_EXTERNAL_PATH', TEXT),
  nullable(
    '_GLOBAL_INDEX',
    nested('record__GLOBAL_INDEX', [
      field('_ROW_RANGE_START', LONG),
      field('_ROW_RANGE_END', LONG),
      field('_INDEX_FIELD_ID', INT),
      nullable('_EXTRA_FIELD_IDS', listOf(INT)),
      nullable('_INDEX_META', BYTES),
    ]),
  ),
]);
