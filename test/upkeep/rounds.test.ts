// Work cut into rounds and passes comes to what it comes to in one go.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MemoryStore } from '../../src/store/index.ts';
import { createTag, expireSnapshots, removeOrphans, rollbackTo, type Table } from '../../src/table/index.ts';
import { checkStates, treeOf } from './kept-states.ts';
import { goldenFiles, storeOf, WAREHOUSE } from './load-table.ts';
import { openAt } from './perform.ts';

async function open(
  table: string,
  options = {},
): Promise<{ readonly store: MemoryStore; readonly table: Table }> {
  const store = storeOf(await goldenFiles(table, options));
  return { store, table: await openAt(store, WAREHOUSE, `golden.${table}`) };
}

describe('rounds and passes', () => {
  it('expire the same snapshots and files in rounds of one file', async () => {
    for (const name of ['pk_bucket1_levels', 'dv_pk', 'cl_lookup', 'many_commits']) {
      const trees = [];
      for (const roundFilesMax of [1, 1_000_000]) {
        const { store, table } = await open(name);
        await createTag(table, 'a', { snapshot: 3n });
        const told: string[] = [];
        const retain = { retainMin: 1, retainMax: 2, maxDeletes: 1000, roundFilesMax };
        const dry = await expireSnapshots(table, {
          ...retain,
          dryRun: true,
          onFile: (path) => told.push(path.slice(WAREHOUSE.length)),
        });
        const there = await treeOf(store, WAREHOUSE);
        const done = await expireSnapshots(table, retain);
        assert.deepEqual(done, dry);
        const left = await treeOf(store, WAREHOUSE);
        const gone = [...there.keys()].filter((path) => !left.has(path));
        assert.deepEqual(gone.sort(), [...new Set(told)].sort());
        await checkStates(store, WAREHOUSE, `golden.${name}`, new Map());
        trees.push(left);
      }
      assert.deepEqual(trees[0], trees[1]);
    }
  });

  it('remove the same orphans in passes of two files', async () => {
    const trees = [];
    for (const passFilesMax of [2, 1_000_000]) {
      const { store, table } = await open('dv_pk');
      await rollbackTo(table, { snapshot: 4n });
      store.put(`${table.path}/snapshot/.snapshot-9.x.tmp`, 'left by a crash');
      const report = await removeOrphans(table, { passFilesMax });
      assert.ok(report.files > 5);
      trees.push(await treeOf(store, WAREHOUSE));
    }
    assert.deepEqual(trees[0], trees[1]);
  });

  it('leave files that are young, and everything when a branch has no schema', async () => {
    const { store, table } = await open('dv_pk');
    await rollbackTo(table, { snapshot: 4n });
    const young = `${table.path}/bucket-0/data-young.parquet`;
    store.put(young, 'being written', Date.now());
    await removeOrphans(table);
    assert.ok(await store.exists(young));
    store.put(`${table.path}/branch/branch-x/snapshot/LATEST`, '1');
    store.put(`${table.path}/bucket-0/data-old.parquet`, 'left', 1);
    await assert.rejects(removeOrphans(table), /branch-x: the branch has no schema/);
    assert.ok(await store.exists(`${table.path}/bucket-0/data-old.parquet`));
    await assert.rejects(
      removeOrphans(table, { olderThanMs: Date.now() + 60_000 }),
      /last changed before now/,
    );
  });
});
