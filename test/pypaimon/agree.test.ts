// pypaimon reads as we do what Java wrote, and what we wrote and compacted. Runs where pypaimon is; says so
// where it is not.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Lake, LakeError, openLake } from '../../src/index.ts';
import { findPypaimon, PYTHON, skipWithout } from '../interop/tools.ts';

const AGREE = fileURLToPath(new URL('agree.py', import.meta.url));
const GOLDEN = fileURLToPath(new URL('../data/golden/warehouse/', import.meta.url));

function agreeing(warehouse: string): number {
  const { status, stdout, stderr } = spawnSync(PYTHON, [AGREE, warehouse], { encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
  return Number(/^(\d+) tables agree/.exec(stdout)?.[1]);
}

/**
 * The rows of a golden table in two commits, then compacted. False where we do not read or write the table.
 */
async function writeAgain(golden: Lake, ours: Lake, table: string): Promise<boolean> {
  try {
    const [source, target] = [await golden.table(`golden.${table}`), await ours.table(`golden.${table}`)];
    for (let commit = 0; commit < 2; commit++) {
      await using write = await target.write();
      for await (const batch of await source.scan({ limit: 500 })) await write.writeBatch(batch);
      await write.commit();
    }
    await target.compact({ full: table.length % 2 === 0 });
    return true;
  } catch (error) {
    if (error instanceof LakeError && error.kind === 'unsupported') return false;
    throw error;
  }
}

describe('tables read by pypaimon and here', { skip: skipWithout(findPypaimon()) }, () => {
  it('hold the same rows where Java wrote them', () => {
    const count = agreeing(GOLDEN);
    assert.ok(count >= 40, `${count} tables`);
  });

  it('hold the same rows where we wrote and compacted them', async () => {
    const warehouse = mkdtempSync(join(tmpdir(), 'spillway-pypaimon-'));
    try {
      for (const table of readdirSync(join(GOLDEN, 'golden.db'))) {
        const schema = join('golden.db', table, 'schema');
        cpSync(join(GOLDEN, schema), join(warehouse, schema), { recursive: true });
      }
      await using golden = await openLake({ warehouse: GOLDEN, memory: '512mb' });
      await using ours = await openLake({ warehouse, memory: '512mb' });
      for (const table of readdirSync(join(GOLDEN, 'golden.db'))) {
        if (!(await writeAgain(golden, ours, table)))
          rmSync(join(warehouse, 'golden.db', table), { recursive: true });
      }
      const count = agreeing(warehouse);
      assert.ok(count >= 25, `${count} tables`);
    } finally {
      rmSync(warehouse, { recursive: true });
    }
  });
});
