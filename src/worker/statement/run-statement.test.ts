// Statements that change tables, and what they refuse.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { parseType } from '../../base/index.ts';
import { type Lake, openLake } from '../lake.ts';

let warehouse: string;
let lake: Lake;
before(async () => {
  warehouse = mkdtempSync(join(tmpdir(), 'spillway-statement-'));
  // The least memory a lake takes: a statement and its rows share it.
  lake = await openLake({ warehouse, memory: '344mb', waitMs: 5_000 });
  await lake.createDatabase('d');
  await lake.createTable('d.t', {
    fields: [
      { name: 'id', type: parseType('INT NOT NULL') },
      { name: 'p', type: parseType('STRING') },
      { name: 'v', type: parseType('DECIMAL(10, 2)'), defaultValue: '1.50' },
    ],
    partitionKeys: ['p'],
  });
});
after(async () => {
  await lake.close();
  rmSync(warehouse, { recursive: true });
});

async function run(sql: string): Promise<unknown[]> {
  const result = await lake.sql(sql);
  const rows: unknown[] = [];
  for await (const row of result.rows()) rows.push(row);
  return rows;
}

const all = (): Promise<unknown[]> => run('SELECT id, p, CAST(v AS VARCHAR) AS v FROM d.t ORDER BY id, v');
const counts = (rows: bigint, snapshot: bigint | null) => [{ row_count: rows, snapshot_id: snapshot }];

function refused(sql: string, code: string, message: RegExp): Promise<void> {
  return assert.rejects(lake.sql(sql), { code, message });
}

describe('INSERT', () => {
  it('takes values by position, columns by list, and by name; others are default or null', async () => {
    assert.deepEqual(await run("INSERT INTO d.t VALUES (1, 'a', 0.1), (2, NULL, NULL)"), counts(2n, 1n));
    assert.deepEqual(await run('INSERT INTO d.t ("id", `p`) SELECT 3, \'b\''), counts(1n, 2n));
    assert.deepEqual(await run("INSERT INTO d.t BY NAME SELECT 'b' AS p, 4 AS id"), counts(1n, 3n));
    assert.deepEqual(await all(), [
      { id: 1, p: 'a', v: '0.10' },
      { id: 2, p: null, v: '1.50' },
      { id: 3, p: 'b', v: '1.50' },
      { id: 4, p: 'b', v: '1.50' },
    ]);
  });

  it('reads the table it writes as it was before', async () => {
    assert.deepEqual(await run('INSERT INTO d.t SELECT id + 10, p, v FROM d.t;'), counts(4n, 4n));
    assert.equal((await all()).length, 8);
    assert.deepEqual(
      await run('INSERT INTO d.t SELECT * FROM d.t VERSION AS OF 1 WHERE id = 1'),
      counts(1n, 5n),
    );
  });

  it('commits nothing for a query without rows', async () => {
    assert.deepEqual(await run('INSERT INTO d.t SELECT * FROM d.t WHERE false'), counts(0n, null));
  });

  it('replaces the partitions rows go to, or takes a partition from the statement', async () => {
    assert.deepEqual(await run("INSERT OVERWRITE d.t PARTITION (p = 'b') SELECT 7, 7"), counts(1n, 6n));
    const left = (await all()) as { readonly id: number; readonly p: string }[];
    assert.deepEqual(
      left.filter(({ p }) => p === 'b'),
      [{ id: 7, p: 'b', v: '7.00' }],
    );
    assert.deepEqual(
      left.map(({ id }) => id),
      [1, 1, 2, 7, 11, 12],
    );
  });

  it('refuses columns that do not fit, before the query has run to its end', async () => {
    const slow = 'FROM range(1000000000000) AS r(i)';
    await refused(
      `INSERT INTO d.t SELECT 1 ${slow}`,
      'SQL_INVALID',
      /takes 3 columns \(id, p, v\), the query gives 1/,
    );
    await refused(
      `INSERT INTO d.t (id, x) SELECT 1, 2 ${slow}`,
      'COLUMN_MISSING',
      /no column x; it has id, p, v/,
    );
    await refused(`INSERT INTO d.t (id, id) SELECT 1, 2 ${slow}`, 'SQL_INVALID', /id of d.t is given twice/);
    await refused(
      `INSERT INTO d.t (id, p) SELECT 1, true ${slow}`,
      'SQL_INVALID',
      /p of d.t is STRING.*BOOLEAN; cast/,
    );
    await refused(
      "INSERT INTO d.t PARTITION (v = 1) SELECT 1, 'a'",
      'SQL_INVALID',
      /v is no partition column/,
    );
    await refused('INSERT INTO d.t$files VALUES (1)', 'ARGUMENT_INVALID', /system table/);
  });

  it('refuses values that do not fit by row, and leaves nothing behind', async () => {
    const before = readdirSync(join(warehouse, 'd.db/t'), { recursive: true }).sort();
    await refused(
      'INSERT INTO d.t (id, v) SELECT CASE i WHEN 4 THEN NULL ELSE i END, i / 8 FROM range(10) AS r(i)',
      'VALUE_INVALID',
      /^Row 2 of the query, column v \(DECIMAL.*\): .* 6 rows do not fit.*row 5 of the query, column id/,
    );
    assert.deepEqual(readdirSync(join(warehouse, 'd.db/t'), { recursive: true }).sort(), before);
  });

  it('keeps its query away from everything but tables', async () => {
    await refused("INSERT INTO d.t SELECT * FROM read_csv('/etc/passwd')", 'SQL_DENIED', /read_csv/);
    await refused("INSERT INTO d.t SELECT 1, getenv('HOME'), 1", 'SQL_DENIED', /getenv/);
    await refused('INSERT INTO d.t INSERT INTO d.t SELECT 1', 'SQL_DENIED', /only SELECT/);
    await refused('INSERT INTO d.t SELECT 1, NULL, 1; DROP TABLE x', 'SQL_DENIED', /only SELECT/);
    await refused('INSERT INTO d.t', 'SQL_INVALID', /expected a query/);
    await refused('DELETE FROM d.t', 'SQL_DENIED', /only SELECT, INSERT/);
    await assert.rejects(lake.sql('TRUNCATE TABLE d.t', { readOnly: true }), { code: 'SQL_DENIED' });
  });
});

describe('CREATE TABLE AS', () => {
  it('makes a table of the columns of its query, with keys, partitions and options', async () => {
    const sql = `CREATE TABLE d.c (PRIMARY KEY (p, id) NOT ENFORCED) COMMENT 'made' PARTITIONED BY (p)
      WITH ('bucket' = '2')
      AS SELECT DISTINCT ON (id) id, coalesce(p, 'none') AS p, sum(v) OVER () AS s FROM d.t`;
    assert.deepEqual(await run(sql), counts(5n, 1n));
    const { schema } = await lake.table('d.c');
    assert.deepEqual(schema.primaryKeys, ['p', 'id']);
    assert.deepEqual(schema.partitionKeys, ['p']);
    assert.equal(schema.comment, 'made');
    assert.equal(schema.options.bucket, '2');
    assert.equal((await run('SELECT * FROM d.c')).length, 5);
  });

  it('takes a table that is there only if it is told so', async () => {
    await refused('CREATE TABLE d.c AS SELECT 1 AS a', 'TABLE_EXISTS', /d.c/);
    assert.deepEqual(await run('CREATE TABLE IF NOT EXISTS d.c AS SELECT 1 AS a'), counts(0n, null));
  });

  it('leaves no table when its rows are refused', async () => {
    const sql = "CREATE TABLE d.no WITH ('bucket' = '1', 'primary-key' = 'a') AS SELECT NULL AS a, 1 AS b";
    await refused(sql, 'VALUE_INVALID', /Row 1 of the query, column a/);
    await refused('CREATE TABLE d.no AS SELECT 1 AS a, 2 AS a', 'SCHEMA_INVALID', /two columns/);
    await refused('CREATE TABLE d.no AS SELECT error(1) AS a', 'SQL_INVALID', /./);
    await refused('CREATE TABLE d.no (a INT) AS SELECT 1', 'SQL_INVALID', /columns come from the query/);
    await refused('CREATE TABLE d.no', 'SQL_INVALID', /expected AS and a query/);
    assert.deepEqual(readdirSync(join(warehouse, 'd.db')).sort(), ['c', 't']);
  });
});

describe('CREATE TABLE AS that fails', () => {
  it('leaves a table that somebody else has written to meanwhile', { timeout: 120_000 }, async () => {
    await using other = await openLake({ warehouse, memory: '344mb' });
    const stop = new AbortController();
    const sql = 'CREATE TABLE d.busy AS SELECT range AS a FROM range(1000000000000)';
    const made = assert.rejects(lake.sql(sql, { signal: stop.signal }), { code: 'CANCELLED' });
    while (!existsSync(join(warehouse, 'd.db/busy/schema/schema-0'))) await setTimeout(5);
    await using write = await (await other.table('d.busy')).write();
    await write.writeRows([{ a: 7n }]);
    await write.commit();
    stop.abort();
    await made;
    assert.deepEqual(await run('SELECT a FROM d.busy'), [{ a: 7n }]);
    await lake.dropTable('d.busy');
  });
});

describe('rows removed by statement', () => {
  it('go by partition, or all of them', async () => {
    assert.deepEqual(
      await run("ALTER TABLE d.t DROP PARTITION (p = 'b'), PARTITION (p = NULL)"),
      counts(3n, 7n),
    );
    assert.equal((await all()).length, 3);
    assert.deepEqual(await run('TRUNCATE TABLE d.t'), counts(3n, 8n));
    assert.deepEqual(await all(), []);
    await refused('TRUNCATE TABLE d.t x', 'SQL_INVALID', /expected the end/);
    await refused('ALTER TABLE d.t DROP PARTITION (v = 1)', 'ARGUMENT_INVALID', /no partition column/);
    await refused('ALTER TABLE d.t ADD COLUMN x INT', 'SQL_DENIED', /only SELECT/);
  });
});
