// Corners that random tables seldom meet: odd values of every option that is checked, odd names, empty lists.
import { type DataType, parseType, type SchemaChange } from '../../src/index.ts';
import type { SchemaCase } from './random-case.ts';

const OPTIONS: readonly Readonly<Record<string, string>>[] = [];

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
