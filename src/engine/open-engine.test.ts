import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Allocator } from './allocator.ts';
import { collect, goldenFiles, rowsOf, testDirectory, testEngine } from './engine-fixture.ts';
import { openEngine } from './open-engine.ts';
import { freshVerdict, selfTest } from './self-test.ts';

const supported = process.platform === 'linux' && process.arch === 'x64';

describe('openEngine', async () => {
  it('passes the self-test of the native bridge here', { skip: !supported }, async () => {
    const verdict = await selfTest();
    assert.deepEqual(verdict.ok ? 'ok' : verdict.why, 'ok');
  });

  it('uses the public API after the self-test crashed twice', async () => {
    const directory = await testDirectory();
    // Numbers no process can have.
    for (const pid of [4194305, 4194306]) await writeFile(join(directory, `native-self-test-${pid}`), '');
    const verdict = await freshVerdict(directory);
    assert.equal(verdict.ok, false);
  });

  it('leaves nothing behind in its directory', async () => {
    const tempDirectory = await testDirectory();
    const engine = await openEngine({ memoryBytes: 64_000_000, threads: 1, tempDirectory });
    const sql = "SELECT i, repeat('x', 300) AS s FROM range(400000) AS r(i) ORDER BY hash(i)";
    for await (const _ of engine.query(sql)) break;
    await engine[Symbol.asyncDispose]();
    await engine[Symbol.asyncDispose]();
    assert.deepEqual(await readdir(tempDirectory), []);
    await assert.rejects(collect(engine.query('SELECT 1')), { code: 'CLOSED' });
  });

  it('frees what a read held, also when it is left early: 200 times', async () => {
    const engine = await testEngine();
    const { paths, fields } = await goldenFiles('types_append_parquet');
    const held = async (): Promise<number> => {
      const rows = await rowsOf(engine.query('SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory()'));
      return Number(rows[0]?.[0]);
    };
    const files = async (): Promise<number> => (supported ? (await readdir('/proc/self/fd')).length : 0);
    const read = async (leave: boolean): Promise<void> => {
      for await (const _ of engine.readParquet({ paths, columns: fields, batchRows: 10 })) if (leave) break;
      const large = 'SELECT i, [i] AS l FROM range(1000000) AS r(i)';
      for await (const _ of engine.query(large, { batchRows: 2048 })) break;
    };
    for (let i = 0; i < 5; i++) await read(i % 2 === 0);
    const before = { held: await held(), files: await files() };
    for (let i = 0; i < 200; i++) await read(i % 2 === 0);
    assert.ok((await held()) <= before.held + 262_144, `${await held()} bytes held, ${before.held} before`);
    assert.ok((await files()) <= before.files, `${await files()} files open, ${before.files} before`);
  });

  it('cancels a query that gives no rows for long', async () => {
    const engine = await testEngine();
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    const endless =
      'SELECT count(*) FROM range(100000000) AS a(i), range(100000) AS b(j) WHERE hash(i + j) = 1';
    const query = collect(engine.query(endless, { signal: controller.signal }));
    await assert.rejects(query, { code: 'CANCELLED' });
    assert.deepEqual(await rowsOf(engine.query('SELECT 1')), [[1]]);
  });
});

describe("DuckDB's allocator", () => {
  it('says what it holds and gives pages back', { skip: !supported }, async () => {
    await testEngine();
    const allocator = Allocator.open();
    const before = allocator?.read();
    assert.ok(before !== undefined && before.resident > 0);
    allocator?.purge();
    const after = allocator?.read();
    assert.ok(after !== undefined && after.resident - after.active <= 32 * 1024 * 1024);
  });
});
