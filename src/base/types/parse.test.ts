import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LakeError } from '../errors.ts';
import { type DataType, LENGTH_MAX } from './data-type.ts';
import { parseDataType, parseFields, parseTypeText } from './parse.ts';
import { printFieldJson, printType, printTypeJson } from './print.ts';

const place = { file: 'schema-0', column: 'c' };
const parse = (text: string): DataType => parseTypeText(text, place);

// Text as Java's asSQLString writes it, which must survive both ways.
const WRITTEN = [
  'BOOLEAN',
  'TINYINT NOT NULL',
  'SMALLINT',
  'INT',
  'BIGINT NOT NULL',
  'FLOAT',
  'DOUBLE',
  'DATE',
  'CHAR(5)',
  'VARCHAR(20)',
  'STRING NOT NULL',
  'BINARY(4)',
  'VARBINARY(7)',
  'BYTES',
  'DECIMAL(38, 10)',
  'TIME(0)',
  'TIMESTAMP(9) NOT NULL',
  'TIMESTAMP(6) WITH LOCAL TIME ZONE',
  'TIMESTAMP(3) WITH LOCAL TIME ZONE NOT NULL',
];

// Forms Java's parser takes beside those it writes, with what it makes of them (DataTypeJsonParser).
const TAKEN: readonly (readonly [string, string])[] = [
  ['integer', 'INT'],
  ['char', 'CHAR(1)'],
  ['varchar', 'VARCHAR(1)'],
  ['dec', 'DECIMAL(10, 0)'],
  ['NUMERIC(5)', 'DECIMAL(5, 0)'],
  ['decimal(5,2)', 'DECIMAL(5, 2)'],
  ['double precision not null', 'DOUBLE NOT NULL'],
  ['INT NULL', 'INT'],
  ['TIME', 'TIME(0)'],
  ['TIME(3) WITHOUT TIME ZONE', 'TIME(3)'],
  ['TIMESTAMP', 'TIMESTAMP(6)'],
  ['TIMESTAMP WITHOUT TIME ZONE', 'TIMESTAMP(6)'],
  ['TIMESTAMP_LTZ(3)', 'TIMESTAMP(3) WITH LOCAL TIME ZONE'],
  ['VARCHAR(2147483647)', 'STRING'],
  ['INT NOT NULL ARRAY NOT NULL', 'ARRAY<INT NOT NULL> NOT NULL'],
  ['STRING MULTISET', 'MULTISET<STRING>'],
];

describe('type text', () => {
  for (const text of WRITTEN)
    it(`reads and writes ${text}`, () => assert.equal(printType(parse(text)), text));
  for (const [from, to] of TAKEN)
    it(`reads ${from} as ${to}`, () => assert.equal(printType(parse(from)), to));

  it('gives STRING and BYTES the largest length', () => {
    assert.deepEqual(parse('STRING'), { kind: 'VARCHAR', nullable: true, length: LENGTH_MAX });
    assert.deepEqual(parse('BYTES'), { kind: 'VARBINARY', nullable: true, length: LENGTH_MAX });
  });

  for (const text of [
    'VARIANT',
    'BLOB NOT NULL',
    'VECTOR<FLOAT, 3>',
    'GEOMETRY(OGC:CRS84)',
    'INTERVAL',
    'UUID',
  ]) {
    it(`refuses ${text} as unsupported, naming the column`, () => {
      assert.throws(
        () => parse(text),
        (e) => e instanceof LakeError && e.code === 'FEATURE_UNSUPPORTED' && e.message.includes('Column c '),
      );
    });
  }

  const broken = [
    '',
    'INT INT',
    'DECIMAL(39)',
    'DECIMAL(5, 6)',
    'CHAR(0)',
    'TIME(10)',
    'CHAR(',
    'CHAR(x)',
    '7',
    'VARCHAR(2147483648)',
    'TIMESTAMP WITH LOCAL',
  ];
  for (const text of broken) {
    it(`calls ${JSON.stringify(text)} corrupt`, () => {
      assert.throws(
        () => parse(text),
        (e) => e instanceof LakeError && e.code === 'FILE_CORRUPT',
      );
    });
  }
});

describe('type JSON', () => {
  const nested = {
    type: 'ROW NOT NULL',
    fields: [
      { id: 1, name: 'a', type: 'INT', description: 'first' },
      {
        id: 2,
        name: 'm',
        type: { type: 'MAP', key: 'STRING NOT NULL', value: { type: 'ARRAY', element: 'DECIMAL(5, 2)' } },
      },
      { id: 3, name: 'b`q', type: { type: 'MULTISET NOT NULL', element: 'DATE' }, defaultValue: '1' },
    ],
  };

  it('reads nested types and writes them back', () => {
    const type = parseDataType(nested, place);
    assert.deepEqual(printTypeJson(type), nested);
    assert.equal(
      printType(type),
      "ROW<`a` INT COMMENT 'first', `m` MAP<STRING NOT NULL, ARRAY<DECIMAL(5, 2)>>, " +
        '`b``q` MULTISET<DATE> NOT NULL DEFAULT 1> NOT NULL',
    );
  });

  it('takes field ids as bigint too', () => {
    const fields = parseFields([{ id: 7n, name: 'a', type: 'INT' }], place);
    assert.deepEqual(fields.map(printFieldJson), [{ id: 7, name: 'a', type: 'INT' }]);
  });

  it('names the column inside nested types', () => {
    const json = { type: 'ARRAY', element: { type: 'ROW', fields: [{ id: 1, name: 'v', type: 'VARIANT' }] } };
    assert.throws(() => parseDataType(json, place), /Column c\.element\.v has type VARIANT/);
  });

  it('refuses names used twice, missing ids and endless nesting', () => {
    const twice = [1, 2].map((id) => ({ id, name: 'a', type: 'INT' }));
    assert.throws(() => parseFields(twice, place), /used twice/);
    assert.throws(() => parseFields([{ name: 'a', type: 'INT' }], place), /no integer id/);
    let deep: unknown = 'INT';
    for (let i = 0; i < 100; i++) deep = { type: 'ARRAY', element: deep };
    assert.throws(() => parseDataType(deep, place), /nested too deeply/);
  });
});
