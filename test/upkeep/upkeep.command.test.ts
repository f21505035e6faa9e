// The commands of upkeep, run as a user runs them.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

const ROOT = join(import.meta.dirname, '../..');
const GOLDEN = join(ROOT, 'test/data/golden/warehouse/golden.db');
const TABLE = 'golden.pk_bucket1_levels';

let warehouse: string;
before(async () => {
  warehouse = await mkdtemp(join(tmpdir(), 'spillway-upkeep-'));
  const target = join(warehouse, 'golden.db/pk_bucket1_levels');
  await cp(join(GOLDEN, 'pk_bucket1_levels'), target, { recursive: true, preserveTimestamps: true });
});
after(async () => await rm(warehouse, { recursive: true }));

function run(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const words = [join(ROOT, 'src/bin/spillway.ts'), ...args];
  const env = { ...process.env, SPILLWAY_WAREHOUSE: warehouse };
  return new Promise((resolve) => {
    execFile(process.execPath, words, { env }, (error, out, err) => {
      resolve({ status: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

async function filesThere(): Promise<string[]> {
  const names = await readdir(join(warehouse, 'golden.db'), { recursive: true });
  return names.sort();
}

describe('the commands of upkeep', () => {
  it('tell what they would remove and remove just that', async () => {
    assert.equal((await run('tag', 'create', TABLE, 'a', '--snapshot', '3', '--retain', '1 ms')).status, 0);
    const there = await filesThere();
    const words = ['expire', TABLE, '--retain-min', '1', '--retain-max', '2'];
    const dry = await run(...words, '--dry-run');
    assert.match(dry.err, /20 snapshots of golden.pk_bucket1_levels: \d+ files would be removed/);
    assert.deepEqual(await filesThere(), there);
    const told = dry.out
      .trimEnd()
      .split('\n')
      .map((path) => path.slice(warehouse.length + '/golden.db/'.length));
    const done = await run(...words, '--list');
    assert.deepEqual(done.out.split('\n').sort(), dry.out.split('\n').sort());
    assert.deepEqual(
      await filesThere(),
      there.filter((path) => !told.includes(path)),
    );
    assert.equal((await run('check', TABLE)).status, 0);
  });

  it('make, use and delete branches and tags', async () => {
    const at = ['golden.pk_bucket1_levels', 'b'] as const;
    assert.equal((await run('branch', 'create', ...at, '--tag', 'a')).status, 0);
    const rows = await run('scan', `${TABLE}$branch_b`);
    assert.equal(rows.status, 0, rows.err);
    assert.match((await run('branch', 'create', ...at)).err, /^BRANCH_EXISTS: /);
    assert.match((await run('tag', 'expire', TABLE)).err, /^tags a of .* removed\n$/);
    assert.deepEqual(await run('scan', `${TABLE}$branch_b`), rows);
    assert.match((await run('branch', 'delete', ...at)).err, /^branch b of .*: 3 files removed\n$/);
    assert.match((await run('tag', 'delete', TABLE, 'a')).err, /^TAG_MISSING: /);
  });

  it('clean what is old, and roll back', async () => {
    const clean = await run('clean', TABLE, '--older-than', '0 s');
    assert.match(clean.err, /^[1-9]\d* bytes of .*: \d+ files removed\n$/);
    assert.match((await run('rollback', TABLE, '--snapshot', '9')).err, /^SNAPSHOT_MISSING: /);
    assert.match(
      (await run('rollback', TABLE, '--snapshot', '21')).err,
      /back to snapshot 21: 0 files removed/,
    );
    assert.equal((await run('check', TABLE)).status, 0);
  });

  it('refuse words that make no sense together', async () => {
    for (const words of [
      ['tag', 'create', TABLE],
      ['tag', 'make', TABLE, 'x'],
      ['tag', 'delete', TABLE, 'x', '--retain', '1 d'],
      ['branch', 'delete', TABLE, 'x', '--tag', 'y'],
      ['rollback', TABLE],
      ['rollback', TABLE, '--snapshot', '1', '--tag', 'a'],
      ['clean', TABLE, '--older-than', 'soon'],
    ]) {
      const { status, err } = await run(...words);
      assert.equal(status, 2, err);
      assert.match(err, /^USAGE: /);
    }
  });
});
