import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { GOLDEN } from '../../../test/golden.ts';
import { LakeError } from '../../base/index.ts';
import { jsonLines } from '../../codec/index.ts';
import { type Lake, openLake } from '../index.ts';

let lake: Lake;
before(async () => {
  lake = await openLake({ warehouse: GOLDEN.warehouse, memory: '420mb' });
});
after(() => lake.close());

async function lines(sql: string): Promise<string[]> {
  let text = '';
  for await (const batch of await lake.sql(sql)) for (const chunk of jsonLines(batch)) text += chunk;
  return text.split('\n').filter((line) => line !== '');
}

async function refusal(sql: string): Promise<LakeError> {
  try {
    await lines(sql);
  } catch (error) {
    assert.ok(error instanceof LakeError, String(error));
    return error;
  }
  return assert.fail(`answered: ${sql}`);
}

/**
 * Aggregated columns whose elements have no promised order; columns whose names differ only by case (see
 * below).
 */
const NOT_BY_LINE = new Set(['agg_collections', 'agg_retract']);
const NOT_IN_ENGINE = new Set([...NOT_BY_LINE, 'odd_names']);

describe('SELECT * gives what Java reads', () => {
  for (const { table, expected, orc } of GOLDEN.tables) {
    const latest = expected.find((one) => one.file === 'latest.jsonl');
    if (latest === undefined || orc || NOT_BY_LINE.has(table)) continue;
    it(table, async () => {
      const wanted = GOLDEN.lines(table, 'latest.jsonl').sort();
      assert.deepEqual((await lines(`SELECT * FROM golden."${table}"`)).sort(), wanted);
      // A condition takes the statement to the engine.
      if (NOT_IN_ENGINE.has(table)) return;
      assert.deepEqual((await lines(`SELECT * FROM golden."${table}" WHERE true`)).sort(), wanted);
    });
  }
});

/** Types whose columns the engine reads out of files by itself. */
const FLAT =
  /^(?:BOOLEAN|TINYINT|SMALLINT|INT|BIGINT|FLOAT|DOUBLE|DECIMAL|CHAR|VARCHAR|BINARY|VARBINARY|DATE)$/;

describe('columns of flat types', () => {
  let picked = 0;
  for (const { table, orc } of GOLDEN.tables) {
    if (orc || NOT_IN_ENGINE.has(table)) continue;
    it(`are the same by SQL and by scan, and as many: ${table}`, async () => {
      const opened = await lake.table(`golden.${table}`);
      const columns = opened.fields.filter(({ type }) => FLAT.test(type.kind)).map(({ name }) => name);
      let scanned = '';
      for await (const batch of await opened.scan({ columns })) {
        for (const chunk of jsonLines(batch)) scanned += chunk;
      }
      const wanted = scanned.split('\n').filter((line) => line !== '');
      const list = columns.map((name) => `"${name}"`).join(', ');
      assert.deepEqual(
        (await lines(`SELECT ${list} FROM golden."${table}" WHERE true`)).sort(),
        wanted.sort(),
      );
      await using counted = await lake.sql(`SELECT count(*) AS n FROM golden."${table}"`);
      for await (const { n } of counted.rows()) assert.equal(n, BigInt(wanted.length));
      const [bound] = counted.tables;
      const merged = (bound?.report?.splits.merge ?? 0) > 0;
      if (merged && bound?.stagedRows === 0) picked++;
    });
  }
  it('are picked out of the files of most merged tables', () => assert.ok(picked >= 20, `${picked}`));
});

describe('statements', () => {
  it('refuse columns whose names differ only by case, but only when they touch them', async () => {
    const all = 'SELECT * FROM golden.odd_names';
    assert.match((await refusal(`${all} ORDER BY 1`)).message, /'ID' and 'id'/);
    assert.equal((await lines('SELECT "two words" FROM golden.odd_names WHERE true')).length, 25);
    assert.deepEqual((await lines(all)).sort(), GOLDEN.lines('odd_names', 'latest.jsonl').sort());
  });

  it('of plain columns are scans, in the order and number asked for', async () => {
    await using result = await lake.sql('SELECT V, id FROM golden.cl_none VERSION AS OF 7 LIMIT 3');
    assert.deepEqual(
      result.fields.map(({ name, type }) => [name, type.kind]),
      [
        ['v', 'VARCHAR'],
        ['id', 'INT'],
      ],
    );
    const rows: unknown[] = [];
    for await (const row of result.rows()) rows.push(Object.keys(row));
    assert.deepEqual(rows, [
      ['v', 'id'],
      ['v', 'id'],
      ['v', 'id'],
    ]);
    assert.deepEqual(await lines('SELECT * FROM golden.cl_none LIMIT 0'), []);
  });

  it('joins tables of different snapshots', async () => {
    const sql = `SELECT count(*) AS n FROM golden.cl_none VERSION AS OF 1 a
      JOIN golden.cl_none VERSION AS OF 7 b ON a.id = b.id`;
    const at = (file: string): Set<unknown> =>
      new Set(GOLDEN.lines('cl_none', file).map((line) => JSON.parse(line).id));
    const [old, now] = [at('snapshot-1.jsonl'), at('latest.jsonl')];
    assert.deepEqual(await lines(sql), [`{"n":"${[...old].filter((id) => now.has(id)).length}"}`]);
  });

  it('a common table expression shadows a table, and cannot take the place of a bound one', async () => {
    const count = GOLDEN.lines('cl_none', 'latest.jsonl').length;
    assert.deepEqual(await lines('WITH cl_none AS (SELECT 1 AS id) SELECT count(*) AS n FROM cl_none'), [
      '{"n":"1"}',
    ]);
    const sql = 'WITH spillway_0 AS (SELECT 1 AS id) SELECT count(*) AS n FROM golden.cl_none, spillway_0';
    assert.deepEqual(await lines(sql), [`{"n":"${count}"}`]);
  });

  it('keeps NaN, which statistics leave out, when a condition is pushed', async () => {
    const rows = GOLDEN.lines('types_append_parquet', 'latest.jsonl').map(
      (line) => JSON.parse(line).c_double,
    );
    const wanted = rows.filter(
      (v) => v === 'NaN' || v === 'Infinity' || (typeof v === 'number' && v > 1e30),
    ).length;
    const sql = 'SELECT count(*) AS n FROM golden.types_append_parquet WHERE c_double > 1e30';
    assert.deepEqual(await lines(sql), [`{"n":"${wanted}"}`]);
  });

  it("counts the rows of a whole read, where Java's projection gives removed ones back", async () => {
    const wanted = GOLDEN.lines('partial_remove_on_group', 'latest.jsonl').length;
    assert.deepEqual(await lines('SELECT count(*) AS n FROM golden.partial_remove_on_group'), [
      `{"n":"${wanted}"}`,
    ]);
  });

  it('pushes conditions to planning', async () => {
    const result = await lake.sql(
      "SELECT v FROM golden.part_nulls WHERE p = 'nothing like it' AND length(v) > 3",
    );
    const [table] = result.tables;
    await result.close();
    assert.deepEqual(table?.pushed, {
      kind: 'and',
      children: [{ kind: 'eq', column: 'p', value: 'nothing like it' }],
    });
    assert.equal(table?.report?.filesRead, 0);
  });

  it('pushes no condition that malformed text and the U+FFFD in its place answer differently', async () => {
    const pushed = async (condition: string) => {
      const result = await lake.sql(`SELECT v FROM golden.part_nulls WHERE ${condition}`);
      await result.close();
      return result.tables[0]?.pushed?.kind;
    };
    assert.equal(await pushed("p > 'z'"), 'and');
    assert.equal(await pushed("p = '北京'"), 'and');
    assert.equal(await pushed("p LIKE '北%'"), 'and');
    for (const condition of [
      "p > '北京'",
      "p <= 'é'",
      "p = 'a\ufffd'",
      "p IN ('a', '\ufffd')",
      "p LIKE '\ufffd%'",
    ])
      assert.equal(await pushed(condition), undefined, condition);
  });

  it('a result without rows still has its fields', async () => {
    const result = await lake.sql('SELECT id, v FROM golden.cl_none WHERE id IS NULL');
    assert.deepEqual(
      result.fields.map((field) => field.name),
      ['id', 'v'],
    );
    await result.close();
  });

  it('takes numbers with an exponent for doubles, whole or not', async () => {
    const numbers = '1e-1 + 2e-1 AS sum, 73e0 AS whole, -0e0 AS zero, [1e20, 1e300] AS list';
    assert.deepEqual(await lines(`SELECT ${numbers} FROM golden.cl_none LIMIT 1`), [
      '{"sum":0.30000000000000004,"whole":73,"zero":"-0","list":[100000000000000000000,1e+300]}',
    ]);
    const sampled = await lines('SELECT count(*) AS n FROM golden.cl_none USING SAMPLE 100 PERCENT');
    assert.deepEqual(sampled, await lines('SELECT count(*) AS n FROM golden.cl_none'));
    assert.equal((await refusal('SELECT 1e400 FROM golden.cl_none')).code, 'SQL_INVALID');
  });

  it('of many terms run, and are refused when they nest too deep', async () => {
    const sum = (terms: number): string =>
      `SELECT count(*)${' + 1'.repeat(terms)} - count(*) AS n FROM golden.cl_none`;
    assert.deepEqual(await lines(sum(200)), ['{"n":"200"}']);
    assert.equal((await refusal(sum(990))).code, 'LIMIT_EXCEEDED');
    assert.equal((await refusal(sum(50_000))).code, 'SQL_INVALID');
  });

  it('answers SHOW and DESCRIBE', async () => {
    assert.deepEqual(await lines('SHOW DATABASES'), ['{"database_name":"golden"}']);
    assert.equal((await lines('show tables from golden')).length, GOLDEN.tables.length);
    assert.match((await lines('DESCRIBE golden.cl_none'))[0] ?? '', /"type":"INT NOT NULL","key":"primary"/);
  });
});

describe('what is not a table is out of reach', () => {
  const denied: readonly string[] = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM read_parquet('/x.parquet')",
    'SELECT * FROM duckdb_settings()',
    'SELECT * FROM pragma_version()',
    "SELECT getenv('HOME')",
    "SELECT current_setting('memory_limit')",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('spillway_0')",
    "SELECT (SELECT content FROM read_text('/etc/passwd'))",
    "WITH x AS (SELECT * FROM read_blob('/etc/passwd')) SELECT * FROM x",
    "COPY (SELECT 1) TO '/tmp/spillway-must-not-exist'",
    "ATTACH '/tmp/spillway-must-not-exist' AS x",
    "SET memory_limit = '100GB'",
    'INSTALL httpfs',
    'CREATE VIEW x AS SELECT 1',
    'DROP TABLE spillway_0',
    'PRAGMA database_list',
    "EXPORT DATABASE '/tmp/spillway-must-not-exist'",
    'SELECT * FROM a.b.c',
  ];
  for (const sql of denied) {
    it(sql, async () => assert.equal((await refusal(sql)).kind, 'denied'));
  }

  it('files are not tables either', async () => {
    for (const sql of [
      "SELECT * FROM '/etc/passwd'",
      'SELECT * FROM "data.csv"',
      "SELECT * FROM 'https://x/y.parquet'",
    ]) {
      assert.equal((await refusal(sql)).kind, 'invalid');
    }
    assert.equal(existsSync('/tmp/spillway-must-not-exist'), false);
  });

  it('wrong statements say where', async () => {
    assert.match((await refusal('SELECT FROM')).message, /syntax error.*character/);
    assert.equal((await refusal('SELECT 1; SELECT 2')).code, 'SQL_INVALID');
    assert.equal((await refusal('SELECT nope FROM golden.cl_none')).code, 'SQL_INVALID');
    assert.equal((await refusal('SELECT * FROM golden.nope')).code, 'TABLE_MISSING');
    assert.equal((await refusal('')).code, 'SQL_INVALID');
  });
});
