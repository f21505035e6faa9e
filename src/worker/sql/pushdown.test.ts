// Conditions that must not leave out rows before the engine has looked at all of them. Each statement is
// compared with itself, its condition written so that it cannot be pushed.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { GOLDEN } from '../../../test/golden.ts';
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

/** `sql` has COLUMN where the condition names its column. */
async function sameUnpushed(sql: string, column: string): Promise<string[]> {
  const pushed = await lines(sql.replace('COLUMN', column));
  assert.deepEqual(pushed, await lines(sql.replace('COLUMN', `coalesce(${column}, NULL)`)));
  return pushed;
}

describe('a condition is not pushed', () => {
  it('into a positional join, which pairs rows by their place', async () => {
    const sql = `SELECT a.id AS a, b.id AS b FROM golden.cl_none a POSITIONAL JOIN golden.cl_input b
      WHERE COLUMN > 5 ORDER BY ALL`;
    assert.ok((await sameUnpushed(sql, 'a.id')).length > 0);
  });

  it('into the searched side of an ASOF join', async () => {
    const sql = `SELECT a.id AS a, b.id AS b FROM golden.cl_none a ASOF JOIN golden.cl_input b ON a.id >= b.id
      WHERE COLUMN < 4 ORDER BY ALL`;
    await sameUnpushed(sql, 'b.id');
    assert.ok((await sameUnpushed(sql, 'a.id')).length > 0);
  });

  it('into a table that is sampled first', async () => {
    for (const sample of ['t TABLESAMPLE reservoir(3 ROWS) WHERE', 't WHERE']) {
      const end = sample.includes('TABLE') ? '' : 'USING SAMPLE 3 ROWS';
      const sql = `SELECT t.id FROM golden.cl_none ${sample} t.id IN (1, 2, 3) ${end}`;
      const result = await lake.sql(sql);
      assert.deepEqual(result.tables[0]?.pushed, undefined, sql);
      await result.close();
    }
  });

  it('that looks for zero among floats: the engine finds both zeros', async () => {
    for (const table of ['types_append_parquet', 'types_pk_parquet', 'types_pk_avro']) {
      for (const column of ['c_double', 'c_float']) {
        const count = `SELECT count(*) AS n FROM golden.${table} WHERE`;
        await sameUnpushed(`${count} COLUMN = 0`, column);
        await sameUnpushed(`${count} COLUMN IN (0, 7)`, column);
        assert.notDeepEqual(await sameUnpushed(`${count} COLUMN <= 0`, column), ['{"n":"0"}']);
      }
    }
  });
});
