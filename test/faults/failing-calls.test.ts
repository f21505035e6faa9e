// Every call to the file system that a commit makes, failing once: the commit fails with a typed error naming
// the file and leaves nothing, or it had no need of the call. Nothing is published after a sync that failed,
// and none is tried again.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Lake, LakeError } from '../../src/index.ts';
import { cutBudget, parseMemorySize } from '../../src/memory/index.ts';
import { LocalStore, type Step } from '../../src/store/index.ts';
import { Catalog } from '../../src/table/index.ts';
import {
  checkSound,
  commitOnce,
  createTarget,
  KINDS,
  type Kind,
  readRows,
  rowsAfter,
  USER,
} from './commits.ts';
import { checkNoOrphans } from './left-files.ts';
import { pointOf } from './points.ts';

const TIMEOUT_MS = 300_000;
/** The commit that fails: it merges manifests. */
const COMMITS = 3;

let warehouse: string;
let lake: Lake;
/** Told every step that begins; gives the code the call fails with. */
let watch: (step: Step, path: string) => string | undefined = () => undefined;

before(async () => {
  warehouse = mkdtempSync(join(tmpdir(), 'spillway-failing-'));
  const store = new LocalStore({
    before: (step, path) => {
      const code = watch(step, path);
      if (code === undefined) return undefined;
      return () => Promise.reject(Object.assign(new Error(code), { code }));
    },
  });
  lake = new Lake(store, new Catalog(store, warehouse), cutBudget(parseMemorySize('420mb')), { warehouse });
});
after(async () => {
  await lake.close();
  rmSync(warehouse, { recursive: true });
});

/** A table before its last commit. */
async function prepare(name: string, kind: Kind): Promise<string> {
  watch = () => undefined;
  await createTarget(lake, name, kind);
  for (let commit = 1; commit < COMMITS; commit++) await commitOnce(lake, name, commit);
  return join(warehouse, 'f.db', name);
}

/** The points a commit comes by that change something, in the order they are first reached. */
async function pointsOf(name: string, kind: Kind): Promise<readonly string[]> {
  await prepare(name, kind);
  const points = new Set<string>();
  watch = (step, path) => {
    const point = pointOf(step, path, name);
    if (point !== undefined) points.add(point);
    return undefined;
  };
  await commitOnce(lake, name, COMMITS);
  return [...points];
}

/** What the last commit fails with where that call fails with that code; undefined when it does not. */
async function failAt(name: string, point: string, code: string): Promise<LakeError | undefined> {
  let failed = false;
  const synced = new Map<string, number>();
  watch = (step, path) => {
    if (step === 'fsync') synced.set(path, (synced.get(path) ?? 0) + 1);
    if (failed || pointOf(step, path, name) !== point) return undefined;
    failed = true;
    return code;
  };
  try {
    await commitOnce(lake, name, COMMITS);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof LakeError, String(error));
    return error;
  } finally {
    watch = () => undefined;
    assert.ok(failed, `${point} was not reached`);
    for (const [path, times] of synced) assert.equal(times, 1, `${path} was synced again`);
  }
}

const CODES = { EIO: 'STORE_UNAVAILABLE', ENOSPC: 'DISK_EXHAUSTED', EACCES: 'FILE_DENIED' } as const;
/** Calls a commit does not depend on: what stays is an orphan, or a hint that is behind. */
const NEEDLESS = /^unlink-temporary@|@snapshot\/LATEST$/;

describe('a commit whose calls fail', { timeout: TIMEOUT_MS }, () => {
  for (const kind of KINDS) {
    it(`to a ${kind} table`, async (t) => {
      const points = await pointsOf(`${kind}_whole`, kind);
      assert.ok(points.length >= 15, points.join(' '));
      for (const [i, point] of points.entries()) {
        const [code, expected] = Object.entries(CODES)[i % 3] as [string, string];
        await t.test(`${point} with ${code}`, async () => {
          const name = `${kind}_${i}`;
          const directory = await prepare(name, kind);
          const error = await failAt(name, point, code);
          const durable = !point.startsWith('fsync');
          if (NEEDLESS.test(point)) assert.equal(error, undefined);
          else if (point === 'fsync-names@*/snapshot') {
            // It is there, and may vanish in a crash: that is what is said, and its files stay.
            assert.equal(error?.code, 'COMMIT_UNKNOWN');
            assert.match(error.message, /Snapshot 3 is there, but may not survive a crash/);
          } else {
            assert.equal(error?.code, durable ? expected : 'SYNC_FAILED', error?.message);
            assert.ok(error?.message.startsWith(directory), error?.message);
            assert.deepEqual(await readRows(lake, name), rowsAfter(kind, COMMITS - 1));
            checkNoOrphans(directory);
          }
          await checkSound(lake, name);
          await commitOnce(lake, name, COMMITS);
          assert.deepEqual(await readRows(lake, name), rowsAfter(kind, COMMITS));
          await checkSound(lake, name);
        });
      }
    });
  }

  it('that nobody can remove anything after is told as what failed first', async () => {
    const directory = await prepare('stuck', 'plain');
    let failed = false;
    watch = (step, path) => {
      const failing = step === 'write' && path.includes('/manifest-list-');
      failed ||= failing;
      return failing || (failed && step.startsWith('unlink')) ? 'EIO' : undefined;
    };
    await assert.rejects(commitOnce(lake, 'stuck', COMMITS), {
      code: 'STORE_UNAVAILABLE',
      message: /manifest-list-.*EIO/,
    });
    watch = () => undefined;
    await checkSound(lake, 'stuck');
    await commitOnce(lake, 'stuck', COMMITS);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await (await lake.table('f.stuck')).removeOrphans({ olderThanMs: Date.now() - 1 });
    checkNoOrphans(directory);
    assert.deepEqual(await readRows(lake, 'stuck'), rowsAfter('plain', COMMITS));
  });

  it('to a table that was dropped meanwhile says so, and leaves no directory', async () => {
    await createTarget(lake, 'dropped', 'plain');
    const table = await lake.table('f.dropped');
    await using write = await table.write({ commitUser: USER, commitIdentifier: 1n });
    await write.writeRows([{ k: 1, p: 'a', v: 1 }]);
    await lake.dropTable('f.dropped');
    await assert.rejects(write.commit(), { code: 'TABLE_MISSING' });
    assert.ok(!readdirSync(join(warehouse, 'f.db')).includes('dropped'));
  });
});
