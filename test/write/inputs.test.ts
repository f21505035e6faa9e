// Files of others written into tables: Parquet, and what is refused of it.
import assert from 'node:assert/strict';
import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openEngine } from '../../src/engine/index.ts';
import {
  type BadRow,
  type InputOptions,
  type InputSource,
  type Lake,
  openLake,
  parseType,
  type Row,
  type SchemaDraft,
  type WriteOptions,
} from '../../src/index.ts';

let directory: string;
let lake: Lake;

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'spillway-inputs-'));
  lake = await openLake({ warehouse: directory, memory: '512mb', tempDirectory: join(directory, 'temp') });
  await lake.createDatabase('d');
});
after(async () => {
  await lake.close();
  rmSync(directory, { recursive: true });
});

let tables = 0;

async function create(fields: Readonly<Record<string, string>>, more: Partial<SchemaDraft> = {}) {
  const columns = Object.entries(fields).map(([name, type]) => ({ name, type: parseType(type) }));
  return lake.createTable(`d.t${tables++}`, { fields: columns, ...more } as unknown as SchemaDraft);
}

type Target = Awaited<ReturnType<typeof create>>;

async function writeFile(
  table: Target,
  source: InputSource,
  options: InputOptions & WriteOptions = {},
): Promise<bigint | undefined> {
  await using write = await table.write(options);
  await write.writeFile(source, options);
  return (await write.commit()).snapshot?.id;
}

async function rowsOf(table: Target): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of (await table.scan()).rows()) rows.push(row);
  return rows;
}

/** Parquet as the engine writes it. */
async function parquet(name: string, sql: string, options = ''): Promise<string> {
  const path = join(directory, name);
  await using engine = await openEngine({ memoryBytes: 128_000_000, tempDirectory: directory });
  for await (const _ of engine.query(`COPY (${sql}) TO '${path}' (FORMAT parquet${options})`));
  return path;
}

describe('Parquet files', () => {
  it('are written by the names of their columns, others are default or null', async () => {
    const table = await create({ id: 'INT NOT NULL', name: 'STRING', n: 'BIGINT', at: 'TIMESTAMP(6)' });
    const path = await parquet(
      'a.parquet',
      "SELECT 7::BIGINT * i AS n, i::UTINYINT AS id, 'r' || i AS name FROM range(3) AS r(i)",
    );
    assert.equal(await writeFile(table, path), 1n);
    assert.deepEqual(await rowsOf(table), [
      { id: 0, name: 'r0', n: 0n, at: null },
      { id: 1, name: 'r1', n: 7n, at: null },
      { id: 2, name: 'r2', n: 14n, at: null },
    ]);
  });

  it('of many row groups are read in parts', async () => {
    const table = await create({ i: 'INT', s: 'STRING' });
    const sql = "SELECT i::INT AS i, repeat('x', 100) || i AS s FROM range(200000) AS r(i)";
    const path = await parquet('many.parquet', sql, ', ROW_GROUP_SIZE 20000');
    const seen: number[] = [];
    await writeFile(table, path, { onProgress: ({ rowCount }) => seen.push(rowCount) });
    assert.ok(seen.length > 20, `${seen.length} parts`);
    assert.equal(seen.at(-1), 200_000);
    const result = await lake.sql(
      `SELECT count(*) AS n, sum(i) AS s, count(DISTINCT s) AS d FROM ${table.name}`,
    );
    for await (const row of result.rows())
      assert.deepEqual(Object.values(row).map(String), ['200000', '19999900000', '200000']);
  });

  it('with columns the table does not have are refused, all of them named', async () => {
    const table = await create({ a: 'INT' });
    const path = await parquet('extra.parquet', 'SELECT 1 AS a, 2 AS b, 3 AS c');
    await assert.rejects(writeFile(table, path), {
      code: 'COLUMN_MISSING',
      message: /no columns b, c; it has a/,
    });
    assert.deepEqual(await rowsOf(table), []);
  });

  it('with a type that needs a cast are refused by column', async () => {
    const table = await create({ a: 'STRING' });
    const path = await parquet('cast.parquet', 'SELECT 1 AS a');
    await assert.rejects(writeFile(table, path), {
      code: 'ARGUMENT_INVALID',
      message: /Column a: INT is not written as STRING; cast it first/,
    });
  });

  it('with values that do not fit are refused by row, or without those rows', async () => {
    const table = await create({ a: 'TINYINT', s: 'VARCHAR(3)' });
    const path = await parquet(
      'bad.parquet',
      "SELECT i::INT AS a, repeat('y', i::INT % 5) AS s FROM range(1000) AS r(i)",
    );
    await assert.rejects(writeFile(table, path), (error: { message: string; details: { count: number } }) => {
      assert.match(
        error.message,
        /^Row 5 of .*bad.parquet, column s \(VARCHAR\(3\)\): 4 characters, at most 3 fit\./,
      );
      assert.equal(error.details.count, 872 + 25);
      return true;
    });
    assert.deepEqual(readdirSync(join(directory, 'd.db', table.name.slice(2))), ['schema']);
    const bad: BadRow[] = [];
    await writeFile(table, path, { onBadRow: (row) => void bad.push(row), name: 'bad' });
    assert.equal(bad.length, 897);
    assert.deepEqual(bad[0], {
      file: 'bad',
      row: 5,
      column: 's',
      type: 'VARCHAR(3)',
      reason: '4 characters, at most 3 fit',
      text: '{"a":4,"s":"yyyy"}',
    });
    assert.equal((await rowsOf(table)).length, 103);
  });

  it('say the kinds of their rows', async () => {
    const table = await create({ id: 'INT NOT NULL', v: 'INT' }, {
      primaryKeys: ['id'],
      options: { bucket: '1' },
    } as never);
    const rows = "(1, 10, '+I'), (2, 20, NULL), (1, 11, '+U'), (2, 20, '-D')";
    await writeFile(
      table,
      await parquet('kinds.parquet', `SELECT * FROM (VALUES ${rows}) AS r(id, v, _kind)`),
    );
    assert.deepEqual(await rowsOf(table), [{ id: 1, v: 11 }]);
    const wrong = await parquet('wrong.parquet', "SELECT 1 AS id, 1 AS v, 'I' AS _kind");
    await assert.rejects(writeFile(table, wrong), { message: /column _kind: "I" is none of/ });
  });

  it('that are none are refused, whole or cut off', async () => {
    const table = await create({ a: 'INT' });
    const path = join(directory, 'none.parquet');
    for (const bytes of ['', 'PAR1', 'PAR1xxxxPAR1', 'not Parquet at all']) {
      writeFileSync(path, bytes);
      await assert.rejects(writeFile(table, path), { kind: 'corrupt', message: /none\.parquet/ });
    }
    await assert.rejects(writeFile(table, join(directory, 'nowhere.parquet')), { code: 'ARGUMENT_INVALID' });
    const good = await parquet('good.parquet', 'SELECT 1 AS a');
    const stream = createReadStream(good);
    await assert.rejects(writeFile(table, stream), { message: /from files, not from a stream/ });
  });

  it('are known by their first bytes', async () => {
    const table = await create({ a: 'INT' });
    await writeFile(table, await parquet('data', 'SELECT 5 AS a'));
    assert.deepEqual(await rowsOf(table), [{ a: 5 }]);
  });
});

describe('Arrow files', () => {
  const data = (name: string): string => join(import.meta.dirname, '../data/arrow', name);

  it('are written like Parquet, from files and streams', async () => {
    const table = await create({ t: 'STRING', n: 'INT' });
    await writeFile(table, data('lz4.arrow'));
    await writeFile(table, createReadStream(data('ten.feather')));
    const rows = await rowsOf(table);
    assert.equal(rows.length, 6010);
    assert.deepEqual(rows.at(-1), { t: 'row 9', n: 9 });
  });

  it('of every type go into columns that hold the same', async () => {
    const types = {
      i8: 'INT',
      u8: 'TINYINT',
      i16: 'SMALLINT',
      u16: 'INT',
      i32: 'INT',
      u32: 'BIGINT',
      i64: 'BIGINT',
      u64: 'DECIMAL(20, 0)',
      f32: 'DOUBLE',
      f64: 'DOUBLE',
      flag: 'BOOLEAN',
      dec: 'DECIMAL(12, 4)',
      wide: 'DECIMAL(38, 0)',
      dec256: 'DECIMAL(3, 1)',
      day: 'DATE',
      day64: 'DATE',
      time: 'TIME(3)',
      time64: 'TIME(3)',
      s: 'TIMESTAMP(6)',
      ms: 'TIMESTAMP(3)',
      us: 'TIMESTAMP(6)',
      ns: 'TIMESTAMP(6)',
      zoned: 'TIMESTAMP(6) WITH LOCAL TIME ZONE',
      text: 'STRING',
      big_text: 'STRING',
      view: 'STRING',
      bytes: 'BYTES',
      big_bytes: 'BYTES',
      same_bytes: 'BYTES',
      dict: 'STRING',
      list: 'ARRAY<BIGINT>',
      big_list: 'ARRAY<INT>',
      same_list: 'ARRAY<INT>',
      dict_list: 'ARRAY<STRING>',
      map: 'MAP<STRING, INT>',
      row: 'ROW<b STRING, a BIGINT>',
      none: 'BYTES',
    };
    const table = await create({ ...types, u8: 'SMALLINT' });
    await writeFile(table, data('zstd.arrow'));
    const [first, second] = await rowsOf(table);
    assert.ok(Object.values(second ?? {}).every((value) => value === null));
    assert.deepEqual(first?.row, { b: 'x', a: 1n });
    assert.deepEqual(
      [first?.u8, first?.dec, first?.day64, first?.none],
      [255, '-1.2500', '2026-01-31', null],
    );
    const narrow = await create(types);
    await assert.rejects(writeFile(narrow, data('zstd.arrow')), {
      message: /^Row 1 of .*zstd.arrow, column u8 \(TINYINT\): 255 does not fit type TINYINT\. Nothing/,
    });
  });

  it('that are damaged are refused, and nothing is written', async () => {
    const table = await create({ t: 'STRING', n: 'INT' });
    const path = join(directory, 'cut.arrow');
    writeFileSync(path, readFileSync(data('lz4.arrow')).subarray(0, 30_000));
    await assert.rejects(writeFile(table, path), { code: 'FILE_CORRUPT', message: /cut\.arrow at byte \d+/ });
    assert.deepEqual(await rowsOf(table), []);
  });
});
