import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { DataType, LakeError } from '../base/index.ts';
import { batchOf } from '../codec/index.ts';
import { collect, field, goldenFiles, rowsOf, testDirectory, testEngine } from './engine-fixture.ts';

describe('a locked engine', async () => {
  const directory = await testDirectory();
  const engine = await testEngine({ tempDirectory: directory });
  await mkdir(join(directory, 'open'));
  const file = join(directory, 'planned.parquet');
  const inside = join(directory, 'open', 'inside.parquet');
  const other = join(directory, 'other.parquet');
  for (const path of [file, inside, other]) await collect(engine.query(`COPY (SELECT 1 AS i) TO '${path}'`));
  await writeFile(join(directory, 'secret.csv'), 'a,b\n1,2\n');
  await engine.lockDown([file, `${join(directory, 'open')}/`]);

  const refused = async (sql: string): Promise<string> => {
    try {
      await collect(engine.query(sql));
    } catch (error) {
      return (error as LakeError).code;
    }
    return 'allowed';
  };

  it('reads the planned files and directories', async () => {
    assert.deepEqual(await rowsOf(engine.query(`SELECT * FROM '${file}'`)), [[1]]);
    assert.deepEqual(await rowsOf(engine.query(`SELECT * FROM '${inside}'`)), [[1]]);
  });

  for (const [what, sql] of [
    ['another Parquet file', `SELECT * FROM read_parquet('${other}')`],
    ['a file above an open directory', `SELECT * FROM read_parquet('${directory}/open/../other.parquet')`],
    ['a CSV file', `SELECT * FROM read_csv('${directory}/secret.csv')`],
    ['/etc/passwd as text', "SELECT * FROM read_text('/etc/passwd')"],
    ['a directory listing', "SELECT * FROM glob('/etc/*')"],
    ['the network', "SELECT * FROM read_parquet('https://example.invalid/a.parquet')"],
    ['COPY TO', `COPY (SELECT 1) TO '${directory}/out.parquet'`],
    ['COPY over a planned file', `COPY (SELECT 1) TO '${file}'`],
    ['COPY below EXPLAIN ANALYZE', `EXPLAIN ANALYZE COPY (SELECT 1) TO '${file}'`],
    [
      'COPY below EXPLAIN ANALYZE with a comment',
      `EXPLAIN /* SELECT */ ANALYZE COPY (SELECT 1) TO '${file}'`,
    ],
    ['EXPORT', `EXPORT DATABASE '${directory}/open/export'`],
    ['ATTACH', `ATTACH '${directory}/open/x.db'`],
    ['INSTALL', 'INSTALL httpfs'],
    ['LOAD', 'LOAD httpfs'],
    ['SET', "SET memory_limit = '10GB'"],
    ['RESET', 'RESET memory_limit'],
    ['PRAGMA', "PRAGMA enable_profiling = 'json'"],
    ['CREATE', 'CREATE TABLE t (i INTEGER)'],
    ['a second statement', 'SELECT 1; SELECT 2'],
    ['secrets', 'SELECT * FROM duckdb_secrets()'],
  ] as const) {
    it(`refuses ${what}`, async () => assert.equal(await refused(sql), 'SQL_DENIED'));
  }

  it('has no function that reads the environment', async () => {
    assert.equal(await refused("SELECT getenv('HOME')"), 'SQL_INVALID');
  });

  it('explains queries', async () => assert.equal(await refused('EXPLAIN SELECT 1'), 'allowed'));

  it('keeps its time zone, on old and new connections', async () => {
    const zones = await Promise.all(
      Array.from({ length: 20 }, () => rowsOf(engine.query("SELECT current_setting('TimeZone')"))),
    );
    assert.deepEqual(new Set(zones.flat(2)), new Set(['UTC']));
  });

  it('still sorts more than fits its memory, and stages rows', async () => {
    const sql = "SELECT i, repeat('x', 200) AS s FROM range(800000) AS r(i) ORDER BY hash(i)";
    let rows = 0;
    for await (const batch of engine.query(sql)) rows += batch.rowCount;
    assert.equal(rows, 800_000);
    const int: DataType = { kind: 'INT', nullable: true };
    await using stage = await engine.stage('staged', [field('i', int)]);
    await stage.append(batchOf([field('i', int)], [[3]]));
    await stage.finish();
    assert.deepEqual(await rowsOf(engine.query('SELECT i FROM staged')), [[3]]);
  });

  it('reads INT96 timestamps of planned files, whose copies are its own', async () => {
    const { paths, fields } = await goldenFiles('types_append_parquet');
    const own = await testEngine();
    await own.lockDown(paths);
    const columns = fields.filter((f) => f.name === 'c_ts9');
    const batches = await collect(own.readParquet({ paths, columns }));
    assert.equal(
      batches.reduce((sum, b) => sum + b.rowCount, 0),
      120,
    );
  });

  it('refuses relative paths', async () => {
    const own = await testEngine();
    await assert.rejects(own.lockDown(['data/x.parquet']), { code: 'ARGUMENT_INVALID' });
  });
});
