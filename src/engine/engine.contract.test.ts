// What every bridge promises, over every type: the same statements give the same cells.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BATCH_ROWS_MAX, type DataType, type Field } from '../base/index.ts';
import type { Batch, LongVector } from '../codec/index.ts';
import type { Engine } from './engine.ts';
import { BRIDGES, collect, field, rowsOf, testEngine } from './engine-fixture.ts';
import { sameVector } from './self-test.ts';

const MICROS = 1_600_000_000_123_456n;

/** Expression -> type it is given, cell it becomes. */
const CASES: readonly (readonly [string, string, unknown])[] = [
  ['true', 'BOOLEAN', true],
  ['(-128)::TINYINT', 'TINYINT', -128],
  ['32767::SMALLINT', 'SMALLINT', 32767],
  ['(-2147483648)::INTEGER', 'INT', -2147483648],
  ['9223372036854775807::BIGINT', 'BIGINT', 9223372036854775807n],
  ['255::UTINYINT', 'SMALLINT', 255],
  ['65535::USMALLINT', 'INT', 65535],
  ['4294967295::UINTEGER', 'BIGINT', 4294967295n],
  ['18446744073709551615::UBIGINT', 'DECIMAL', 18446744073709551615n],
  ['(-170141183460469231731687303715884105727)::HUGEINT', 'DECIMAL', -(2n ** 127n - 1n)],
  ['1.5::FLOAT', 'FLOAT', 1.5],
  ["'-infinity'::DOUBLE", 'DOUBLE', Number.NEGATIVE_INFINITY],
  ['-12.34::DECIMAL(4,2)', 'DECIMAL', -1234n],
  ['-1234567.89::DECIMAL(9,2)', 'DECIMAL', -123456789n],
  ['-12345678901234.5678::DECIMAL(18,4)', 'DECIMAL', -123456789012345678n],
  [
    '-1234567890123456789012345678.0123456789::DECIMAL(38,10)',
    'DECIMAL',
    -12345678901234567890123456780123456789n,
  ],
  ["DATE '1969-12-31'", 'DATE', -1],
  ["TIME '23:59:59.999'", 'TIME', 86_399_999],
  ['make_timestamp(1600000000123456)', 'TIMESTAMP', MICROS],
  ["'1969-12-31 23:59:59'::TIMESTAMP_S", 'TIMESTAMP', -1_000_000n],
  ["'1969-12-31 23:59:59.999'::TIMESTAMP_MS", 'TIMESTAMP', -1000n],
  ["'1969-12-31 23:59:59.999999999'::TIMESTAMP_NS", 'TIMESTAMP', -1n],
  ["'2020-09-13 12:26:40.123456+00'::TIMESTAMPTZ", 'TIMESTAMP_LTZ', MICROS],
  ["''", 'VARCHAR', ''],
  ["'twelve bytes'", 'VARCHAR', 'twelve bytes'],
  ["'thirteen byte'", 'VARCHAR', 'thirteen byte'],
  ["repeat('long ü ', 5000)", 'VARCHAR', 'long ü '.repeat(5000)],
  ["'ab'::BLOB", 'VARBINARY', 'ab'],
  ['NULL::BLOB', 'VARBINARY', null],
  ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::UUID", 'VARCHAR', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ['INTERVAL 3 DAY', 'VARCHAR', '3 days'],
  ["'101'::BIT", 'VARCHAR', '101'],
  ["'b'::ENUM('a', 'b')", 'VARCHAR', 'b'],
  ['340282366920938463463374607431768211455::UHUGEINT', 'VARCHAR', '340282366920938463463374607431768211455'],
  ['[1, NULL, 3]', 'ARRAY', [1, null, 3]],
  ['[]::VARCHAR[]', 'ARRAY', []],
  ['NULL::INTEGER[]', 'ARRAY', null],
  ['[1, 2]::INTEGER[2]', 'ARRAY', [1, 2]],
  ["[['a', NULL], NULL, []]", 'ARRAY', [['a', null], null, []]],
  [
    "MAP {'k': 1.5::DOUBLE, 'l': NULL}",
    'MAP',
    [
      ['k', 1.5],
      ['l', null],
    ],
  ],
  ["{'a': 1, 'b': {'c': 'deep', 'd': [true, false]}}", 'ROW', [1, ['deep', [true, false]]]],
  [
    "{'id': 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::UUID}",
    'ROW',
    [['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11']].flat(),
  ],
];

for (const bridge of BRIDGES) {
  describe(`engine over the ${bridge} bridge`, async () => {
    const engine = await testEngine({ bridge });

    it('says which bridge it uses', () => assert.equal(engine.native, bridge === 'native'));

    for (const [expression, kind, cell] of CASES) {
      it(`reads ${expression.slice(0, 60)} as ${kind}`, async () => {
        const [batch] = await collect(engine.query(`SELECT ${expression} AS c`));
        assert.equal(batch?.fields[0]?.type.kind, kind);
        // Twice in one column with a null between: nulls and values share memory.
        const value = `SELECT ${expression} AS c`;
        const between = 'UNION ALL SELECT 1, NULL UNION ALL';
        const rows = `SELECT 0 AS i, * FROM (${value}) ${between} SELECT 2, * FROM (${value})`;
        const sql = `SELECT c FROM (${rows}) ORDER BY i`;
        assert.deepEqual(await rowsOf(engine.query(sql)), [[cell], [null], [cell]]);
      });
    }

    it('gives rows in order, in batches within the limits, text by bytes', async () => {
      const sql = 'SELECT i, i::VARCHAR AS s FROM range(200000) AS r(i)';
      let next = 0n;
      for (const batch of await collect(engine.query(sql))) {
        assert.ok(batch.rowCount <= BATCH_ROWS_MAX);
        const [numbers, text] = batch.columns;
        assert.ok(numbers?.layout === 'i64' && text?.layout === 'bytes');
        for (let i = 0; i < batch.rowCount; i += 997) {
          assert.equal(numbers.values[i], next + BigInt(i));
          const shown: Uint8Array = text.values.subarray(text.offsets[i], text.offsets[i + 1]);
          assert.equal(Buffer.from(shown).toString(), String(next + BigInt(i)));
        }
        next += BigInt(batch.rowCount);
      }
      assert.equal(next, 200_000n);
    });

    it('closes a batch at its bytes, also within one chunk of wide rows', async () => {
      const sql = "SELECT repeat('w', 10000) AS s FROM range(1000)";
      const batches = await collect(engine.query(sql, { batchBytes: 100_000 }));
      assert.equal(
        batches.reduce((sum, b) => sum + b.rowCount, 0),
        1000,
      );
      assert.ok(
        batches.every((b) => b.rowCount <= 20),
        `${batches.map((b) => b.rowCount)}`,
      );
    });

    it('keeps to batchRows and gives batches that never change', async () => {
      const batches = await collect(engine.query('SELECT i FROM range(9000) AS r(i)', { batchRows: 2048 }));
      assert.deepEqual(
        batches.map((b) => b.rowCount),
        [2048, 2048, 2048, 2048, 808],
      );
      const firsts = batches.map((b) =>
        b.columns[0]?.layout === 'i64' ? b.columns[0].values[0] : undefined,
      );
      assert.deepEqual(firsts, [0n, 2048n, 4096n, 6144n, 8192n]);
    });

    it('writes over a batch with `reuse` only when the next but one is asked for', async () => {
      const sql = `SELECT i, i % 2 = 0 AS b, CASE WHEN i % 7 > 0 THEN i END AS n, [i] AS l,
          CASE WHEN i % 5 > 0 THEN repeat('t', (i % 40)::INT) || i END AS t, (i * 1.5)::DECIMAL(9, 2) AS d
        FROM range(30000) AS r(i)`;
      const expected = await collect(engine.query(sql, { batchRows: 3000 }));
      const memories: unknown[] = [];
      let last: Batch | undefined;
      let at = 0;
      for await (const batch of engine.query(sql, { batchRows: 3000, reuse: true })) {
        // The batch before is whole when its successor is there.
        const shown = last === undefined ? [batch] : [last, batch];
        for (const [k, one] of shown.entries()) {
          const index = at - (shown.length - 1) + k;
          for (const [c, column] of one.columns.entries()) {
            const other = expected[index]?.columns[c];
            assert.ok(other !== undefined && sameVector(column, other, 0), `batch ${index}, column ${c}`);
          }
        }
        memories.push((batch.columns[0] as LongVector).values.buffer);
        last = batch;
        at++;
      }
      assert.equal(at, expected.length);
      if (bridge === 'native') assert.equal(new Set(memories).size, 2);
    });

    it('casts to the fields it is given', async () => {
      const type: DataType = { kind: 'DECIMAL', nullable: true, precision: 10, scale: 2 };
      const fields: Field[] = [field('d', type), field('t', { kind: 'TIME', nullable: true, precision: 3 })];
      const [batch] = await collect(engine.query("SELECT 12, TIME '00:00:01'", { fields }));
      assert.equal(batch?.fields, fields);
      assert.deepEqual(await rowsOf(engine.query("SELECT 12, TIME '00:00:01'", { fields })), [[1200n, 1000]]);
    });

    it('runs the statements of a text in order and gives the rows of the last', async () => {
      const sql = 'CREATE OR REPLACE TABLE numbers AS SELECT 7 AS n; SELECT n FROM numbers;';
      assert.deepEqual(await rowsOf(engine.query(sql)), [[7]]);
    });

    it('keeps the order of the rows when a column is cast', async () => {
      const sql = 'SELECT i::UHUGEINT AS u FROM range(5000) AS r(i) ORDER BY i DESC; -- the end';
      const rows = await rowsOf(engine.query(sql.replace('; -- the end', ';')));
      assert.deepEqual(rows.slice(0, 2), [['4999'], ['4998']]);
    });

    it('maps errors to what the caller can do', async () => {
      const code = (sql: string) =>
        collect(engine.query(sql)).then(
          () => 'none',
          (error: { code?: string }) => error.code,
        );
      assert.equal(await code('SELEC 1'), 'SQL_INVALID');
      assert.equal(await code('SELECT missing_column'), 'SQL_INVALID');
      assert.equal(await code("SELECT 'x'::INTEGER"), 'SQL_INVALID');
      assert.equal(await code(''), 'SQL_INVALID');
      const list = 'SELECT list(repeat(i::VARCHAR, 1000)) AS l FROM range(1000000) AS r(i)';
      assert.equal(await code(list), 'MEMORY_EXHAUSTED');
      assert.deepEqual(await rowsOf(engine.query('SELECT 1')), [[1]], 'the engine works on after an error');
    });
  });
}

describe('both bridges', async () => {
  const native = await testEngine({ bridge: 'native' });
  const open = await testEngine({ bridge: 'public' });
  const read = async (engine: Engine, sql: string) => collect(engine.query(sql));

  const nested = `SELECT
      [CASE WHEN j % 3 = 0 THEN NULL ELSE repeat('é', (j * 7 % 40)::INT) END FOR j IN range(i % 6)] AS list,
      CASE WHEN i % 4 = 0 THEN NULL ELSE {'a': i, 'b': [i::VARCHAR]} END AS row,
      MAP {i: [[i]], i + 1: NULL} AS map,
      list_sort([i % 7, i % 3, i % 5], 'DESC') AS sorted,
      list_filter([i, i + 1, i + 2], lambda x: x % 2 = 0) AS filtered,
      [{'x': i, 'y': NULL}, NULL] AS structs,
      ['c', 'c'] AS constant,
      i % 2 = 0 AS flag
    FROM range(6000) AS r(i) WHERE i % 11 <> 0`;

  for (const [name, sql] of [
    ['nested values', nested],
    ['a sorted result', `${nested} ORDER BY hash(i)`],
    ['constant columns', "SELECT 1, 'constant text that is long', [1], NULL FROM range(3000)"],
    [
      'joined and grouped lists',
      'SELECT i % 50 AS g, list(i ORDER BY i) AS l FROM range(9000) AS r(i) GROUP BY g ORDER BY g',
    ],
    ['unnested rows', `SELECT unnest(list) AS u FROM (${nested})`],
  ] as const) {
    it(`read the same vectors: ${name}`, async () => {
      const [a, b] = [await read(native, sql), await read(open, sql)];
      assert.deepEqual(
        a.map((x) => x.rowCount),
        b.map((x) => x.rowCount),
      );
      for (const [i, batch] of a.entries()) {
        for (const [k, column] of batch.columns.entries()) {
          const other = b[i]?.columns[k];
          assert.ok(other !== undefined && sameVector(column, other, 0), `batch ${i}, column ${k}`);
        }
      }
    });
  }
});
