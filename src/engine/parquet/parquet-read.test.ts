import assert from 'node:assert/strict';
import { copyFile, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { DataType, LakeError } from '../../base/index.ts';
import {
  BRIDGES,
  collect,
  field,
  goldenFiles,
  linesOf,
  rowsOf,
  testDirectory,
  testEngine,
} from '../engine-fixture.ts';

const INT: DataType = { kind: 'INT', nullable: true };
const BIGINT: DataType = { kind: 'BIGINT', nullable: true };
const STRING: DataType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };

async function codeOf(batches: AsyncIterable<unknown>): Promise<LakeError> {
  try {
    for await (const _ of batches);
  } catch (error) {
    return error as LakeError;
  }
  throw new Error('nothing failed');
}

for (const bridge of BRIDGES) {
  describe(`readParquet over the ${bridge} bridge`, async () => {
    const directory = await testDirectory();
    const engine = await testEngine({ bridge, tempDirectory: directory });
    const write = async (name: string, select: string): Promise<string> => {
      const path = join(directory, name);
      await collect(engine.query(`COPY (${select}) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`));
      return path;
    };
    const { paths, fields, lines } = await goldenFiles('types_append_parquet');
    const one = await write('one.parquet', 'SELECT i::INTEGER AS a, i AS b FROM range(5000) AS r(i)');
    const two = await write(
      'two.parquet',
      'SELECT (i + 5000)::INTEGER AS a, i AS b FROM range(3000) AS r(i)',
    );

    it('reads what Java wrote, every type, as Java reads it', async () => {
      const read = await linesOf(engine.readParquet({ paths, columns: fields }));
      assert.deepEqual([...read].sort(), [...lines].sort());
    });

    it('keeps the nanoseconds of INT96 timestamps and leaves no copy behind', async () => {
      const columns = fields.filter((f) => f.name === 'c_ts9' || f.name === 'id');
      const read = await linesOf(engine.readParquet({ paths, columns }));
      const expected = lines.map((line) => {
        const row = JSON.parse(line) as Record<string, unknown>;
        return JSON.stringify({ id: row.id, c_ts9: row.c_ts9 });
      });
      assert.deepEqual([...read].sort(), expected.sort());
      const left = (await readdir(directory, { recursive: true })).filter(
        (n) => n.includes('-') && n.endsWith('.parquet'),
      );
      assert.deepEqual(left, []);
    });

    it('keeps nanoseconds inside maps: rows Java printed are among what one of its files gives', async () => {
      const file = fileURLToPath(new URL('../../../test/data/engine/nested-nanos.parquet', import.meta.url));
      const value: DataType = { kind: 'TIMESTAMP', nullable: true, precision: 7 };
      const columns = [
        field('a4', { kind: 'MAP', nullable: true, key: { ...STRING, nullable: false }, value }),
      ];
      const read = new Set(await linesOf(engine.readParquet({ paths: [file], columns })));
      const printed = (await readFile(file.replace('.parquet', '.jsonl'), 'utf8')).trim().split('\n');
      assert.ok(printed.length > 3);
      assert.deepEqual(
        printed.filter((line) => !read.has(line)),
        [],
      );
    });

    it('reads nanosecond INT64 timestamps', async () => {
      const path = await write('nanos.parquet', "SELECT '2020-01-01 00:00:00.123456789'::TIMESTAMP_NS AS t");
      const columns = [field('t', { kind: 'TIMESTAMP', nullable: true, precision: 9 })];
      assert.deepEqual(await rowsOf(engine.readParquet({ paths: [path], columns })), [
        [1577836800123456789n],
      ]);
    });

    it('reads many files in the given order, with positions counted in each file', async () => {
      const read = engine.readParquet({ paths: [two, one], columns: [field('a', INT)], rowNumbers: true });
      const rows = await rowsOf(read);
      assert.equal(rows.length, 8000);
      assert.deepEqual(rows[0], [5000, 0n]);
      assert.deepEqual(rows[2999], [7999, 2999n]);
      assert.deepEqual(rows[3000], [0, 0n]);
      assert.deepEqual(rows[7999], [4999, 4999n]);
    });

    it('keeps physical positions under a filter', async () => {
      const read = { paths: [one], columns: [field('a', INT)], rowNumbers: true, where: '"a" >= 4998' };
      assert.deepEqual(await rowsOf(engine.readParquet(read)), [
        [4998, 4998n],
        [4999, 4999n],
      ]);
    });

    it('gives nulls for columns a file does not have, whatever the filter says', async () => {
      const other = await write('other.parquet', "SELECT 1::INTEGER AS a, 'x' AS c");
      const columns = [field('a', INT), field('b', BIGINT), field('c', STRING)];
      const rows = await rowsOf(
        engine.readParquet({ paths: [other], columns, where: '"b" > 5', rowNumbers: true }),
      );
      assert.deepEqual(rows, [[1, null, 'x', 0n]]);
      const mixed = await rowsOf(engine.readParquet({ paths: [other, one], columns: [field('b', BIGINT)] }));
      assert.equal(mixed.length, 5001);
      assert.deepEqual(mixed.slice(0, 3), [[null], [0n], [1n]]);
    });

    it('tells columns apart that differ in case only', async () => {
      const columns = [field('A', INT), field('a', INT)];
      assert.deepEqual((await rowsOf(engine.readParquet({ paths: [one], columns })))[7], [null, 7]);
    });

    it('reads columns and files with awkward names', async () => {
      await mkdir(join(directory, "d [x]*?'"), { recursive: true });
      const path = join(directory, "d [x]*?'", 'f.parquet');
      await copyFile(await write('names.parquet', 'SELECT 1 AS "we""ird name", 2 AS "select"'), path);
      const columns = [field('select', INT), field('we"ird name', INT)];
      assert.deepEqual(await rowsOf(engine.readParquet({ paths: [path], columns })), [[2, 1]]);
    });

    it('counts rows when no column is asked for', async () => {
      const batches = await collect(engine.readParquet({ paths: [one, two], columns: [] }));
      assert.equal(
        batches.reduce((sum, b) => sum + b.rowCount, 0),
        8000,
      );
      assert.deepEqual(batches[0]?.columns, []);
    });

    it('names the corrupt file among many, and the missing one', async () => {
      const broken = join(directory, 'broken.parquet');
      const bytes = await readFile(one);
      await writeFile(broken, bytes.fill(0xff, 4, 200));
      const columns = [field('a', INT), field('b', BIGINT)];
      const error = await codeOf(engine.readParquet({ paths: [two, broken, one], columns }));
      assert.equal(error.kind, 'corrupt');
      assert.equal(error.details.file, broken);
      await truncate(broken, 50);
      assert.equal((await codeOf(engine.readParquet({ paths: [broken], columns }))).kind, 'corrupt');
      const missing = await codeOf(
        engine.readParquet({ paths: [one, join(directory, 'no.parquet')], columns }),
      );
      assert.equal(missing.code, 'FILE_MISSING');
      assert.equal((await rowsOf(engine.readParquet({ paths: [one], columns }))).length, 5000);
    });

    it('refuses a DECIMAL(12, 34), on which DuckDB divides by zero', async () => {
      const bytes = await readFile(paths[0] as string);
      // SchemaElement of c_row.d: converted_type DECIMAL, scale 3, precision 12.
      const at = bytes.indexOf(Buffer.from([0x25, 0x0a, 0x15, 0x06, 0x15, 0x18]));
      assert.ok(at > 0);
      bytes[at + 3] = 34 * 2;
      const path = join(directory, 'decimal.parquet');
      await writeFile(path, bytes);
      const columns = fields.filter((f) => f.name === 'c_row');
      const error = await codeOf(engine.readParquet({ paths: [path], columns }));
      assert.equal(error.code, 'FILE_CORRUPT');
      assert.equal(error.details.file, path);
    });

    it('stops when the signal fires, before and while it reads', async () => {
      const columns = [field('a', INT)];
      const read = { paths: [one], columns, batchRows: 2048 };
      const early = await codeOf(engine.readParquet({ ...read, signal: AbortSignal.abort() }));
      assert.equal(early.code, 'CANCELLED');
      const controller = new AbortController();
      const error = await codeOf(
        (async function* () {
          for await (const batch of engine.readParquet({ ...read, signal: controller.signal })) {
            controller.abort();
            yield batch;
          }
        })(),
      );
      assert.equal(error.code, 'CANCELLED');
    });
  });
}
