// Upkeep stopped before every change it makes: what is left reads as before, and doing it again, then
// removing orphans, comes to what it would have come to.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Store } from '../../src/store/index.ts';
import { checkStates, type States, treeOf } from './kept-states.ts';
import { goldenFiles, storeOf, WAREHOUSE } from './load-table.ts';
import { openAt, perform } from './perform.ts';
import { Stopped, stoppingStore } from './stopping-store.ts';

/**
 * A line that is stopped, after others that prepare for it. `again`: what is done afterwards, by default the
 * line itself. `gaps`: a state in between may lack snapshots.
 */
interface Case {
  readonly table: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly before: readonly string[];
  readonly line: string;
  readonly again?: readonly string[];
  readonly gaps?: boolean;
}

const DECOUPLED = { 'changelog.num-retained.min': '4', 'changelog.num-retained.max': '9' };

const CASES: Readonly<Record<string, Case>> = {
  'create tag': { table: 'pk_bucket4', before: [], line: 'tag a 2' },
  'delete tag': {
    table: 'pk_bucket1_levels',
    before: ['tag a 3', 'tag b 9', 'expire 1 2 100 1_ms'],
    line: 'delete-tag a',
  },
  'create branch': {
    table: 'pk_bucket4',
    before: ['tag a 2'],
    line: 'branch b a',
    again: ['delete-branch b', 'branch b a'],
  },
  'delete branch': { table: 'pk_bucket4', before: ['tag a 2', 'branch b a'], line: 'delete-branch b' },
  'fast-forward': {
    table: 'schema_pk',
    before: ['tag a 2', 'branch b a', 'tag c 4'],
    line: 'fast-forward b',
  },
  'fast-forward where main has nothing older': {
    table: 'pk_bucket4',
    before: ['tag a 1', 'branch b a'],
    line: 'fast-forward b',
  },
  rollback: { table: 'dv_pk', before: ['tag a 2', 'tag b 9'], line: 'rollback 4' },
  'rollback to an expired snapshot': {
    table: 'dv_pk',
    before: ['tag a 2', 'tag b 9', 'expire 1 2 100 1_ms'],
    line: 'rollback-tag a',
    gaps: true,
  },
  'rollback with changelogs': {
    table: 'cl_input',
    options: DECOUPLED,
    before: ['tag a 3', 'expire 1 3 100 1_ms'],
    line: 'rollback-tag a',
    gaps: true,
  },
  expire: {
    table: 'pk_bucket1_levels',
    before: ['tag a 3', 'tag b 9', 'consumer c 19'],
    line: 'expire 1 2 100 1_ms',
  },
  'expire with deletion vectors': { table: 'dv_pk', before: ['tag a 4'], line: 'expire 1 2 100 1_ms' },
  'expire beside a branch': {
    table: 'dv_pk',
    before: ['tag a 4', 'branch b a', 'delete-tag a'],
    line: 'expire 1 2 100 1_ms',
  },
  'expire into changelogs': {
    table: 'cl_input',
    options: DECOUPLED,
    before: [],
    line: 'expire 1 3 100 1_ms',
  },
  'expire changelogs that are added files': {
    table: 'cl_none',
    options: DECOUPLED,
    before: ['tag a 2'],
    line: 'expire 1 2 100 1_ms',
  },
  'expire and clean directories': {
    table: 'overwrite',
    options: { 'snapshot.clean-empty-directories': 'true' },
    before: [],
    line: 'expire 1 1 100 1_ms',
  },
  clean: { table: 'dv_pk', before: ['tag a 4', 'rollback 5'], line: 'clean 1' },
};

/** Where files may stay that a manifest or changelog in use still names. */
const NAMED = /\/(bucket-\d+|manifest)\//;

/** A line for `perform`: the table in front, tabs for blanks. */
function scriptLine(table: string, words: string): string {
  return `golden.${table}\t${words.replaceAll(' ', '\t').replaceAll('_ms', ' ms')}`;
}

async function prepared({ table, options, before }: Case): Promise<Store> {
  const store = storeOf(await goldenFiles(table, options));
  for (const words of before) assert.equal(await perform(store, WAREHOUSE, scriptLine(table, words)), 'ok');
  return store;
}

describe('upkeep that is stopped anywhere', () => {
  for (const [name, one] of Object.entries(CASES)) {
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
