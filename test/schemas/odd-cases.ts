// Corners that random tables seldom meet: odd values of every option that is checked, odd names, empty lists.
import { type DataType, parseType, type SchemaChange } from '../../src/index.ts';
import type { SchemaCase } from './random-case.ts';

const OPTIONS: readonly Readonly<Record<string, string>>[] = [
  { 'file.format': '' },
  { 'file.format': ' parquet' },
  { bucket: '+1', 'bucket-key': 'a' },
  { bucket: ' 1', 'bucket-key': 'a' },
  { bucket: '1', 'bucket-key': 'a,' },
  { bucket: '1', 'bucket-key': ',a' },
  { bucket: '1', 'bucket-key': 'a,a' },
  { bucket: '1', 'bucket-key': 'a, b' },
  { bucket: '1', 'bucket-key': ' ' },
  { 'bucket-key': '' },
  { fieldsx: 'y' },
  { fields: 'y' },
  { 'fields.': 'y' },
  { 'fields.a': 'y' },
  { 'fieldsx.a.b': 'y' },
  { 'fields.a,b.q': '1' },
  { 'fields.a,.q': '1' },
  { 'fields..q': '1' },
  { 'fields.,.q': '1' },
  { 'sequence.field': '' },
  { 'sequence.field': 'a,' },
  { 'sequence.field': ',' },
  { 'sequence.field': 'a', 'merge-engine': 'first-row' },
  { 'upsert-key': ',' },
  { 'upsert-key': 'a,b' },
  { 'upsert-key': 'a, b' },
  { 'vector-field': 'a' },
  { 'vector-field': '' },
  { 'vector-field': ',' },
  { 'blob-descriptor-field': ' ' },
  { 'blob-descriptor-field': ',' },
  { 'blob-descriptor-field': 'a' },
  { 'vector.file.format': 'lance' },
  { 'scan.mode': 'from-snapshot-full', 'scan.snapshot-id': '1' },
  { 'scan.version': '1' },
  { 'scan.watermark': '1' },
  { 'scan.watermark': 'x' },
  { 'scan.mode': 'from-timestamp', 'log.scan.timestamp-millis': '1' },
  { 'log.scan': 'latest' },
  { 'log.scan': 'nope' },
  { 'scan.creation-time-millis': '5' },
  { 'scan.mode': 'from-creation-timestamp', 'scan.creation-time-millis': '5' },
  { 'incremental-to-auto-tag': 'x' },
  { 'incremental-between': '1,2' },
  { 'scan.mode': 'compacted-full', 'scan.tag-name': 'x' },
  { 'scan.file-creation-time-millis': '5' },
  { 'scan.file-creation-time-millis': '99999999999999999999' },
  { 'auto-create': 'true' },
  { 'auto-create': 'False' },
  { 'auto-create': 'x' },
  { path: '/x' },
  { type: 'materialized-table' },
  { type: 'Table' },
  { 'merge-engine': 'DEDUPLICATE' },
  { 'merge-engine': ' deduplicate' },
  { 'changelog-producer': 'nope' },
  { 'deletion-vectors.enabled': ' true' },
  { 'snapshot.num-retained.min': '10 ' },
  { 'table-read.sequence-number.enabled': 'x' },
  { 'primary-key': '' },
  { 'primary-key': ' , ' },
  { partition: '' },
  { 'primary-key': 'a,b', partition: 'b' },
  { 'scan.fallback-branch': 'nope' },
  { 'scan.fallback-branch': ' ' },
  { 'scan.fallback-branch': 'main' },
  { 'sequence.field.sort-order': 'Descending' },
  { 'bucket-function.type': 'mod' },
  { 'record-level.time-field': '' },
  { 'rowkind.field': '' },
  { 'row-tracking.enabled': 'true', bucket: '-1' },
  { 'clustering.incremental': 'true', bucket: '1', 'bucket-key': 'a', 'bucket-append-ordered': 'false' },
];

const INT = parseType('INT');
const NO_FIELDS: DataType = { kind: 'ROW', nullable: true, fields: [] };
const FIELDS = [
  { name: 'a', type: INT },
  { name: 'b', type: INT },
  { name: 'c', type: parseType('STRING') },
];

const set = (key: string, value: string): SchemaChange => ({ kind: 'set-option', key, value });
const rename = (from: string, name: string): SchemaChange => ({ kind: 'rename-column', path: [from], name });

const CHANGES: readonly (readonly SchemaChange[])[] = [
  [rename('a', 'z')],
  [set('bucket', '3')],
  [set('bucket', 'x')],
  [{ kind: 'remove-option', key: 'bucket' }],
  [set('primary-key', 'b')],
  [{ kind: 'drop-primary-key' }],
  [set('deletion-vectors.enabled', 'true')],
  [set('ignore-delete', 'true')],
  [set('ignore-delete', 'x')],
  [rename('b', 'b2'), rename('b2', 'b3')],
  [rename('c', ' ')],
  [rename('c', '_ROW_ID')],
  [rename('c', 'c')],
];

/** Each set of options on a table without and with a primary key, and odd types in each file format. */
export function oddCases(): readonly SchemaCase[] {
  const types = ['ARRAY<ROW<`x y` INT>>', 'MAP<ROW<a TIME(6)>, INT>', 'MULTISET<ROW<a TIME(6)>>'];
  const columns = [NO_FIELDS, ...types.map(parseType), parseType('MAP<STRING, TIMESTAMP(9)>')];
  const formats = ['parquet', 'orc', 'avro'].flatMap((format) =>
    columns.map((type) => ({
      draft: { fields: [...FIELDS, { name: 'x y', type }], options: { 'file.format': format } },
      snapshot: false,
      changes: [],
    })),
  );
  const options = OPTIONS.flatMap((all) => [
    { draft: { fields: FIELDS, options: all }, snapshot: false, changes: [] },
    { draft: { fields: FIELDS, options: all, primaryKeys: ['a'] }, snapshot: true, changes: CHANGES },
  ]);
  return [{ draft: { fields: [] }, snapshot: false, changes: [] }, ...formats, ...options];
}
