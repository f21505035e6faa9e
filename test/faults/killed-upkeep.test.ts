// Upkeep in processes of their own, killed at every step they take: what is left reads as before, and doing
// it again, then removing orphans, comes to what it would have come to. test/upkeep does the same in memory,
// before every single change; here the calls to the file system are real.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { LocalStore } from '../../src/store/index.ts';
import { checkStates, type States, treeOf } from '../upkeep/kept-states.ts';
import { goldenFiles, WAREHOUSE } from '../upkeep/load-table.ts';
import { perform } from '../upkeep/perform.ts';
import { NAMED, STOPPED_CASES, type StoppedCase, scriptLine } from '../upkeep/stopped-cases.ts';
import { timesOf } from './points.ts';

const TIMEOUT_MS = 600_000;
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const CHILD = join(import.meta.dirname, 'upkeep-child.ts');

const root = mkdtempSync(join(tmpdir(), 'spillway-upkeep-'));
after(() => rmSync(root, { recursive: true }));
const store = new LocalStore();

/** A warehouse with the table as it is before the line. */
async function prepare({ table, options, before }: StoppedCase, name: string): Promise<string> {
  const warehouse = join(root, name);
  for (const [path, bytes] of await goldenFiles(table, options)) {
    const file = join(warehouse, path.slice(WAREHOUSE.length));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  for (const words of before) assert.equal(await perform(store, warehouse, lineOf(table, words)), 'ok');
  // What is there is older than anything that comes.
  await new Promise((resolve) => setTimeout(resolve, 5));
  return warehouse;
}

/** Everything that is there may be an orphan. */
function lineOf(table: string, words: string): string {
  return scriptLine(table, words === 'clean 1' ? `clean ${Date.now() - 1}` : words);
}

function runChild(warehouse: string, line: string, fault: string): { signal: string | null; stderr: string } {
  const env = { ...process.env, SPILLWAY_FAULT: fault };
  return spawnSync(process.execPath, [CHILD, warehouse, line], { env, encoding: 'utf8', maxBuffer: 1e8 });
}

async function clean(table: string, warehouse: string): Promise<ReadonlyMap<string, string>> {
  await new Promise((resolve) => setTimeout(resolve, 5));
  await perform(store, warehouse, lineOf(table, 'clean 1'));
  const tree = await treeOf(store, join(warehouse, 'golden.db'));
  // A run that had nothing to do writes hints that were missing.
  return new Map([...tree].filter(([path]) => !/\/(LATEST|EARLIEST)$/.test(path)));
}

describe(`upkeep killed at every step (SEED=${SEED})`, { timeout: TIMEOUT_MS }, () => {
  /** Points that were tried: the first upkeep that comes by one is killed there. */
  const tried = new Set<string>();
  for (const [at, [name, one]] of Object.entries(STOPPED_CASES).entries()) {
    it(name, async (t) => {
      const { table, line, again = [line], gaps = false } = one;
      const whole = await prepare(one, `w${at}`);
      const known: States = new Map();
      await checkStates(store, whole, `golden.${table}`, known);
      const { signal, stderr } = runChild(whole, lineOf(table, line), '*=print');
      assert.equal(signal, null, stderr);
      const times = timesOf(stderr, table);
      const wanted = await clean(table, whole);
      assert.ok(times.size > 0, stderr);
      let number = SEED;
      for (const [point, count] of times) {
        if (tried.has(point)) continue;
        tried.add(point);
        number = (number * 48271) % 2147483647;
        const fault = `${point}:${1 + (number % count)}=kill`;
        await t.test(fault, async () => {
          const warehouse = await prepare(one, `w${at}_${tried.size}`);
          const child = runChild(warehouse, lineOf(table, line), fault);
          assert.equal(child.signal, 'SIGKILL', child.stderr);
          await checkStates(store, warehouse, `golden.${table}`, known, { gaps });
          for (const words of again) await perform(store, warehouse, lineOf(table, words));
          const left = await clean(table, warehouse);
          const extra = [...left.keys()].filter((path) => !wanted.has(path) && !NAMED.test(path));
          assert.deepEqual(extra, []);
          for (const [path, text] of wanted) assert.equal(left.get(path), text, path);
        });
      }
    });
  }
});
