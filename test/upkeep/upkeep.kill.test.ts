// Upkeep stopped before every change it makes: what is left reads as before, and doing it again, then
// removing orphans, comes to what it would have come to.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Store } from '../../src/store/index.ts';
import { checkStates, type States, treeOf } from './kept-states.ts';
import { goldenFiles, storeOf, WAREHOUSE } from './load-table.ts';
import { openAt, perform } from './perform.ts';
import { NAMED, STOPPED_CASES, type StoppedCase, scriptLine } from './stopped-cases.ts';
import { Stopped, stoppingStore } from './stopping-store.ts';

async function prepared({ table, options, before }: StoppedCase): Promise<Store> {
  const store = storeOf(await goldenFiles(table, options));
  for (const words of before) assert.equal(await perform(store, WAREHOUSE, scriptLine(table, words)), 'ok');
  return store;
}

describe('upkeep that is stopped anywhere', () => {
  for (const [name, one] of Object.entries(STOPPED_CASES)) {
    it(name, async () => {
      const { table, line, gaps = false } = one;
      const whole = await prepared(one);
      const known: States = new Map();
      await checkStates(whole, WAREHOUSE, `golden.${table}`, known);
      const counted = stoppingStore(whole, Number.POSITIVE_INFINITY);
      assert.equal(await perform(counted.store, WAREHOUSE, scriptLine(table, line)), 'ok');
      await perform(whole, WAREHOUSE, scriptLine(table, 'clean 1'));
      const wanted = await treeOf(whole, `${WAREHOUSE}/golden.db`);
      assert.ok(counted.changes() > 0);
      for (let at = 1; at <= counted.changes(); at++) {
        const store = await prepared(one);
        const { store: stopping } = stoppingStore(store, at);
        await assert.rejects(perform(stopping, WAREHOUSE, scriptLine(table, line)), Stopped);
        await checkStates(store, WAREHOUSE, `golden.${table}`, known, { gaps });
        assert.ok(
          (await (await openAt(store, WAREHOUSE, `golden.${table}`)).snapshots.latest()) !== undefined,
        );
        for (const words of one.again ?? [line]) await perform(store, WAREHOUSE, scriptLine(table, words));
        await perform(store, WAREHOUSE, scriptLine(table, 'clean 1'));
        const after = await treeOf(store, `${WAREHOUSE}/golden.db`);
        // Java's rule too: a file stays while something in use names it, be it as deleted.
        const extra = [...after.keys()].filter((path) => !wanted.has(path) && !NAMED.test(path));
        assert.deepEqual(extra, [], `stopped before change ${at}`);
        for (const [path, text] of wanted) assert.equal(after.get(path), text, `${path}, change ${at}`);
      }
    });
  }
});
