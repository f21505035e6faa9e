import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RecordBatchReader, tableFromIPC } from 'apache-arrow';
import type { DataType, Field } from '../../base/index.ts';
import { type Batch, batchOf, sliceBatch, type Value } from '../arrow/index.ts';
import { ID_KEY, TYPE_KEY } from './arrow-schema.ts';
import { arrowStream } from './arrow-stream.ts';

const nullable = true;
const INT: DataType = { kind: 'INT', nullable };
const STRING: DataType = { kind: 'VARCHAR', nullable, length: 2147483647 };

interface Column {
  readonly type: DataType;
  readonly cells: readonly Value[];
  /** What apache-arrow's own reader gives. */
  readonly read: readonly unknown[];
}

const COLUMNS: readonly Column[] = [
  { type: { kind: 'BOOLEAN', nullable }, cells: [true, null, false], read: [true, null, false] },
  { type: { kind: 'TINYINT', nullable }, cells: [-128, null, 127], read: [-128, null, 127] },
  { type: { kind: 'SMALLINT', nullable: false }, cells: [1, 2, -3], read: [1, 2, -3] },
  { type: INT, cells: [null, 2, -3], read: [null, 2, -3] },
  { type: { kind: 'BIGINT', nullable }, cells: [2n ** 62n, null, -1n], read: [2n ** 62n, null, -1n] },
  { type: { kind: 'FLOAT', nullable }, cells: [0.5, null, -1], read: [0.5, null, -1] },
  { type: { kind: 'DOUBLE', nullable }, cells: [0.1, null, 1e300], read: [0.1, null, 1e300] },
  { type: { kind: 'DATE', nullable }, cells: [1, null, -1], read: [86_400_000, null, -86_400_000] },
  {
    type: { kind: 'TIME', nullable, precision: 3 },
    cells: [1, null, 86_399_999],
    read: [1, null, 86_399_999],
  },
  { type: STRING, cells: ['a', null, '中'], read: ['a', null, '中'] },
  {
    type: { kind: 'VARBINARY', nullable, length: 9 },
    cells: [Uint8Array.of(1), null, Uint8Array.of(2, 3)],
    read: [Uint8Array.of(1), null, Uint8Array.of(2, 3)],
  },
];

function batchOfColumns(columns: readonly Column[]): Batch {
  const fields: Field[] = columns.map(({ type }, id) => ({ id: id + 10, name: `c${id}`, type }));
  const rows = [0, 1, 2].map((i) => columns.map(({ cells }) => cells[i] as Value));
  return batchOf(fields, rows);
}

async function bytesOf(fields: readonly Field[], batches: readonly Batch[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of arrowStream(fields, batches)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('arrowStream', () => {
  it('is read back by apache-arrow, value by value, from whole and sliced batches', async () => {
    const batch = batchOfColumns(COLUMNS);
    const table = tableFromIPC(await bytesOf(batch.fields, [batch, sliceBatch(batch, 1, 3)]));
    assert.equal(table.numRows, 5);
    COLUMNS.forEach(({ type, read }, c) => {
      const vector = table.getChildAt(c);
      const got = Array.from({ length: 5 }, (_, i) => vector?.get(i));
      assert.deepEqual(got, [...read, ...read.slice(1)], type.kind);
    });
  });

  it('keeps Paimon type and field id in metadata', async () => {
    const batch = batchOfColumns(COLUMNS.slice(0, 3));
    const { schema } = tableFromIPC(await bytesOf(batch.fields, [batch]));
    assert.equal(schema.fields[2]?.metadata.get(TYPE_KEY), 'SMALLINT NOT NULL');
    assert.equal(schema.fields[2]?.metadata.get(ID_KEY), '12');
  });

  it('writes decimals of both widths as decimal128', async () => {
    const columns: Column[] = [
      {
        type: { kind: 'DECIMAL', nullable, precision: 18, scale: 2 },
        cells: [-5n, null, 10n ** 17n],
        read: [],
      },
      {
        type: { kind: 'DECIMAL', nullable, precision: 38, scale: 2 },
        cells: [-5n, null, 10n ** 37n],
        read: [],
      },
    ];
    const batch = batchOfColumns(columns);
    const table = tableFromIPC(await bytesOf(batch.fields, [batch]));
    columns.forEach(({ cells }, c) => {
      const vector = table.getChildAt(c);
      assert.equal(String(vector?.type), `Decimal[${c === 0 ? 18 : 38}e+2]`);
      const got = cells.map((_, i) => {
        const words = vector?.get(i) as Uint32Array | null;
        if (words === null) return null;
        const value = words.reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n);
        return BigInt.asIntN(128, value);
      });
      assert.deepEqual(got, cells);
    });
  });

  it('writes timestamps in microseconds or nanoseconds, local-zoned ones with zone UTC', async () => {
    const micros = [1n, null, -1_700_000_000_000_001n];
    const columns: Column[] = [
      { type: { kind: 'TIMESTAMP', nullable, precision: 6 }, cells: micros, read: [] },
      { type: { kind: 'TIMESTAMP_LTZ', nullable, precision: 9 }, cells: micros, read: [] },
    ];
    const batch = batchOfColumns(columns);
    const table = tableFromIPC(await bytesOf(batch.fields, [batch]));
    assert.deepEqual(
      table.schema.fields.map((field) => String(field.type)),
      ['Timestamp<MICROSECOND>', 'Timestamp<NANOSECOND, UTC>'],
    );
    for (const c of [0, 1]) {
      const values = table.getChildAt(c)?.data[0]?.values as BigInt64Array;
      assert.deepEqual([values[0], values[2]], [micros[0], micros[2]]);
    }
    const far = batchOf([{ id: 0, name: 't', type: (columns[1] as Column).type }], [[2n ** 63n]]);
    await assert.rejects(bytesOf(far.fields, [far]), { code: 'VALUE_OUT_OF_RANGE' });
  });

  it('writes lists, maps, multisets and rows, sliced too', async () => {
    const row: DataType = {
      kind: 'ROW',
      nullable,
      fields: [
        { id: 1, name: 'x', type: INT },
        { id: 2, name: 'y', type: { kind: 'ARRAY', nullable, element: STRING } },
      ],
    };
    const columns: Column[] = [
      { type: { kind: 'ARRAY', nullable, element: INT }, cells: [[1, null], null, [3]], read: [] },
      { type: { kind: 'MAP', nullable, key: STRING, value: INT }, cells: [[['k', 1]], null, []], read: [] },
      { type: { kind: 'MULTISET', nullable, element: STRING }, cells: [[], null, [['m', 2]]], read: [] },
      { type: row, cells: [[1, ['a', null]], null, [null, null]], read: [] },
    ];
    const batch = batchOfColumns(columns);
    const table = tableFromIPC(await bytesOf(batch.fields, [batch, sliceBatch(batch, 2, 3)]));
    const lines = table.toArray().map((r) => JSON.stringify(r));
    assert.deepEqual(lines, [
      '{"c0":[1,null],"c1":{"k":1},"c2":{},"c3":{"x":1,"y":["a",null]}}',
      '{"c0":null,"c1":null,"c2":null,"c3":null}',
      '{"c0":[3],"c1":{},"c2":{"m":2},"c3":{"x":null,"y":null}}',
      '{"c0":[3],"c1":{},"c2":{"m":2},"c3":{"x":null,"y":null}}',
    ]);
    const nullKey = batchOf([{ id: 0, name: 'm', type: (columns[1] as Column).type }], [[[[null, 1]]]]);
    await assert.rejects(bytesOf(nullKey.fields, [nullKey]), { code: 'VALUE_OUT_OF_RANGE' });
  });

  it('is a whole stream without batches, without rows and without columns', async () => {
    const batch = batchOfColumns(COLUMNS);
    assert.equal(tableFromIPC(await bytesOf(batch.fields, [])).schema.fields.length, COLUMNS.length);
    assert.equal(tableFromIPC(await bytesOf(batch.fields, [sliceBatch(batch, 0, 0)])).numRows, 0);
    const none = await bytesOf([], [{ fields: [], rowCount: 3, columns: [] }]);
    const rows = [...RecordBatchReader.from(none)].map((b) => b.numRows);
    assert.deepEqual(rows, [3]);
  });

  it('does not copy columns of the same layout', async () => {
    const batch = batchOfColumns(COLUMNS);
    const values = (batch.columns[4] as { readonly values: BigInt64Array }).values.buffer;
    let shared = false;
    for await (const chunk of arrowStream(batch.fields, [batch])) shared ||= chunk.buffer === values;
    assert.ok(shared);
  });
});
