// What becomes of the names of a statement on its way to the engine.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { GOLDEN } from '../../../test/golden.ts';
import { LakeError } from '../../base/index.ts';
import { jsonLines } from '../../codec/index.ts';
import { type Lake, openLake } from '../index.ts';

let lake: Lake;
const root = mkdtempSync(join(tmpdir(), 'rewritten-'));
before(async () => {
  const golden = join(GOLDEN.warehouse, 'golden.db');
  cpSync(join(golden, 'cl_none'), join(root, 'one.db', 't'), { recursive: true });
  cpSync(join(golden, 'cl_input'), join(root, 'two.db', 't'), { recursive: true });
  lake = await openLake({ warehouse: root, memory: '420mb' });
});
after(async () => {
  await lake.close();
  rmSync(root, { recursive: true, force: true });
});

async function lines(sql: string): Promise<string[]> {
  let text = '';
  for await (const batch of await lake.sql(sql)) for (const chunk of jsonLines(batch)) text += chunk;
  return text.split('\n').filter((line) => line !== '');
}

const code =
  (wanted: string) =>
  (error: unknown): boolean =>
    error instanceof LakeError && error.code === wanted;

describe('parameters', () => {
  it('are refused', async () => {
    await assert.rejects(lines('SELECT id FROM one.t WHERE id = ?'), code('SQL_INVALID'));
  });
});

describe('a column named with its database', () => {
  it('is that of the table without alias', async () => {
    const rows = (await lines('SELECT id FROM one.t')).length;
    const sql = 'SELECT count(*) AS n FROM one.t AS x JOIN one.t ON one.t.id >= x.id';
    assert.deepEqual(await lines(sql), [`{"n":"${(rows * (rows + 1)) / 2}"}`]);
  });

  it('is refused where two tables of one name are meant', async () => {
    const sql = 'SELECT id FROM one.t WHERE EXISTS (SELECT 1 FROM two.t WHERE one.t.id = two.t.id)';
    await assert.rejects(lines(sql), code('SQL_INVALID'));
  });
});
