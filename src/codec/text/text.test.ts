import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DataType, Field } from '../../base/index.ts';
import { batchOf, type Value, valueAt } from '../arrow/index.ts';
import { csvLines } from './csv.ts';
import { cutToWidth, displayWidth, terminalSafe } from './display-width.ts';
import { jsonLineOf } from './jsonl.ts';
import { parseCell, parseText } from './parse-value.ts';
import { rowsOf } from './rows.ts';
import { textTable } from './text-table.ts';

const nullable = true;
const STRING: DataType = { kind: 'VARCHAR', nullable, length: 2147483647 };
const INT: DataType = { kind: 'INT', nullable };

function fieldsOf(types: Readonly<Record<string, DataType>>): Field[] {
  return Object.entries(types).map(([name, type], id) => ({ id, name, type }));
}

const EVERY = fieldsOf({
  bool: { kind: 'BOOLEAN', nullable },
  i: INT,
  big: { kind: 'BIGINT', nullable },
  f: { kind: 'FLOAT', nullable },
  dec: { kind: 'DECIMAL', nullable, precision: 38, scale: 2 },
  s: STRING,
  bin: { kind: 'VARBINARY', nullable, length: 9 },
  d: { kind: 'DATE', nullable },
  t: { kind: 'TIME', nullable, precision: 3 },
  ts: { kind: 'TIMESTAMP', nullable, precision: 6 },
  ltz: { kind: 'TIMESTAMP_LTZ', nullable, precision: 9 },
  arr: { kind: 'ARRAY', nullable, element: INT },
  map: { kind: 'MAP', nullable, key: STRING, value: INT },
  set: { kind: 'MULTISET', nullable, element: STRING },
  row: { kind: 'ROW', nullable, fields: fieldsOf({ x: INT, y: STRING }) },
});
const FULL: readonly Value[] = [
  true,
  -7,
  2n ** 63n - 1n,
  1.5,
  -(10n ** 37n),
  'a"b',
  Uint8Array.of(1, 255),
  19782,
  3_661_001,
  -1n,
  -1n,
  [1, null],
  [['k', 1]],
  [['e', 3]],
  [5, null],
];
const BATCH = batchOf(EVERY, [FULL, EVERY.map(() => null)]);

describe('rowsOf', () => {
  it('gives every type its documented JavaScript value', () => {
    const [full, empty] = [...rowsOf(BATCH)];
    assert.deepEqual(full, {
      bool: true,
      i: -7,
      big: 9223372036854775807n,
      f: 1.5,
      dec: '-100000000000000000000000000000000000.00',
      s: 'a"b',
      bin: Uint8Array.of(1, 255),
      d: '2024-02-29',
      t: '01:01:01.001',
      ts: '1969-12-31T23:59:59.999999000',
      ltz: '1969-12-31T23:59:59.999999999Z',
      arr: [1, null],
      map: new Map([['k', 1]]),
      set: new Map([['e', 3]]),
      row: { x: 5, y: null },
    });
    assert.deepEqual(empty, Object.fromEntries(EVERY.map((f) => [f.name, null])));
  });

  it('keeps a column named __proto__ a column', () => {
    const [row] = [...rowsOf(batchOf([{ id: 0, name: '__proto__', type: INT }], [[1]]))];
    assert.deepEqual(Object.entries(row as object), [['__proto__', 1]]);
    assert.equal(Object.getPrototypeOf(row), Object.prototype);
  });
});

describe('parseCell', () => {
  it('reads back what jsonLines prints', () => {
    const line = jsonLineOf(BATCH);
    for (let i = 0; i < BATCH.rowCount; i++) {
      const json = JSON.parse(line(i)) as Record<string, unknown>;
      const cells = EVERY.map((field) => parseCell(field.type, json[field.name]));
      const again = jsonLineOf(batchOf(EVERY, [cells]));
      assert.equal(again(0), line(i));
      assert.deepEqual(
        batchOf(EVERY, [cells]).columns.map((c) => valueAt(c, 0)),
        BATCH.columns.map((c) => valueAt(c, i)),
      );
    }
  });

  it('refuses what is not a value of the type, or does not fit it', () => {
    const small: DataType = { kind: 'TINYINT', nullable };
    assert.throws(() => parseCell(small, 128), { code: 'VALUE_OUT_OF_RANGE' });
    assert.throws(() => parseCell(small, '1.0'), { code: 'ARGUMENT_INVALID' });
    assert.throws(() => parseCell({ kind: 'BIGINT', nullable }, 2 ** 60), { code: 'ARGUMENT_INVALID' });
    assert.throws(() => parseText({ kind: 'DATE', nullable }, '2023-02-29'), { code: 'VALUE_OUT_OF_RANGE' });
    assert.throws(() => parseText({ kind: 'DECIMAL', nullable, precision: 3, scale: 1 }, '100.0'), {
      code: 'VALUE_OUT_OF_RANGE',
    });
    assert.equal(parseText({ kind: 'DECIMAL', nullable, precision: 3, scale: 1 }, '1.2e1'), 120n);
    assert.throws(() => parseCell({ kind: 'ROW', nullable, fields: [] }, { x: 1 }), {
      code: 'ARGUMENT_INVALID',
    });
  });
});

describe('csvLines', () => {
  it('quotes as RFC 4180 says, and tells null from empty text', () => {
    const fields = fieldsOf({ a: STRING, 'b,c': { kind: 'ARRAY', nullable, element: STRING } });
    const batch = batchOf(fields, [
      ['plain', ['x']],
      ['say "hi"', null],
      ['', []],
      [null, null],
      ['two\r\nlines', ['a,b']],
      [' lead', []],
    ]);
    assert.equal(
      [...csvLines(batch, { header: true })].join(''),
      [
        'a,"b,c"',
        'plain,"[""x""]"',
        '"say ""hi""",',
        '"",[]',
        ',',
        '"two\r\nlines","[""a,b""]"',
        '" lead",[]',
        '',
      ].join('\r\n'),
    );
    assert.equal([...csvLines(batch, { chunkChars: 1 })].length, 6);
  });
});

async function table(...args: Parameters<typeof textTable>): Promise<string> {
  let out = '';
  for await (const chunk of textTable(...args)) out += chunk;
  return out;
}

describe('textTable', () => {
  it('aligns wide characters, shows nulls, keeps control characters out', async () => {
    const fields = fieldsOf({ id: INT, name: STRING });
    const batch = batchOf(fields, [
      [1, '中文'],
      [-20, 'a\u001b[31m\n'],
      [null, null],
      [3, 'é😀'],
    ]);
    assert.equal(
      await table(fields, [batch]),
      [
        '   id │ name',
        '──────┼───────────────',
        '    1 │ 中文',
        '  -20 │ a\\u001b[31m\\n',
        ' NULL │ NULL',
        '    3 │ é😀',
        '',
      ].join('\n'),
    );
  });

  it('cuts what is wider than the rows that decided, and fits a terminal', async () => {
    const fields = fieldsOf({ a: STRING, b: STRING });
    const batch = batchOf(fields, [
      ['short', 'x'.repeat(60)],
      ['much longer than before', 'y'],
    ]);
    const out = await table(fields, [batch], { sampleRows: 1, terminalWidth: 30 });
    const lines = out.trimEnd().split('\n');
    assert.equal(lines[3], ' much… │ y');
    for (const line of lines) assert.ok(displayWidth(line) <= 30, line);
  });

  it('prints the names when there are no rows', async () => {
    assert.equal(await table(fieldsOf({ a: INT, b: INT }), []), ' a │ b\n───┼───\n');
  });
});

describe('displayWidth', () => {
  it('counts terminal columns', () => {
    assert.equal(displayWidth('abc'), 3);
    assert.equal(displayWidth('中a'), 3);
    assert.equal(displayWidth('e\u0301'), 1);
    assert.equal(cutToWidth('中文字', 4), '中…');
    assert.equal(terminalSafe('a\u202eb'), 'a\\u202eb');
  });
});
