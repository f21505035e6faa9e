// Every kind of type made into every other, and defaults of every kind.
import { type DataType, parseType, type SchemaChange } from '../../src/index.ts';
import type { SchemaCase } from './random-case.ts';

const TYPES = [
  'BOOLEAN',
  'TINYINT',
  'SMALLINT',
  'INT',
  'BIGINT',
  'FLOAT',
  'DOUBLE',
  'DECIMAL(10, 2)',
  'DECIMAL(38, 38)',
  'DATE',
  'TIME(3)',
  'TIMESTAMP(3)',
  'TIMESTAMP(9)',
  'TIMESTAMP(6) WITH LOCAL TIME ZONE',
  'CHAR(5)',
  'VARCHAR(20)',
  'STRING',
  'BINARY(3)',
  'BYTES',
  'ARRAY<INT>',
  'ARRAY<BIGINT>',
  'MULTISET<INT>',
  'MAP<INT, STRING>',
  'ROW<x INT>',
] as const;

const DEFAULTS = [
  '',
  ' ',
  "''",
  "'",
  '1',
  ' 1 ',
  '-1',
  '+1',
  '300',
  '1.5',
  '1e3',
  '99999999999999999999',
  'NaN',
  '-Infinity',
  'true',
  'T',
  'yes',
  "'abc'",
  '2024-02-29',
  '2023-02-29',
  '2024-1-1',
  '12:30:00',
  '12:30',
  '25:00:00',
  '2024-01-31 12:30:00.123456789',
  '2024-01-31T12:30',
  '[1, 2]',
  '{1 -> a}',
  '{1}',
  '[]',
  '{}',
] as const;

/** Each type as a column; the changes of a case are independent of each other, for the column is put back. */
export function matrixCases(): readonly SchemaCase[] {
  return TYPES.flatMap((text) => {
    const type = parseType(text);
    const add: SchemaChange = { kind: 'add-column', path: ['c'], type };
    const drop: SchemaChange = { kind: 'drop-column', path: ['c'] };
    const retypes = TYPES.flatMap((to) => retypesTo(parseType(to)));
    const defaults = DEFAULTS.map(
      (defaultValue): SchemaChange => ({ kind: 'set-default', path: ['c'], defaultValue }),
    );
    const changes = [...retypes, ...defaults].map((change) => [add, change, drop]);
    const options = { 'alter-column-null-to-not-null.disabled': 'false' };
    return [options, { ...options, 'disable-explicit-type-casting': 'true' }].map((all) => ({
      draft: { fields: [{ name: 'k', type: parseType('INT') }], options: all },
      snapshot: false,
      changes,
    }));
  });
}

function retypesTo(type: DataType): readonly SchemaChange[] {
  return [
    { kind: 'retype-column', path: ['c'], type },
    { kind: 'retype-column', path: ['c'], type: { ...type, nullable: false }, keepNullability: false },
  ];
}
