// The order of docs/durability.md, seen in the calls a write, an expiry and a rollback make: nothing is named
// before what it needs is durable.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseType } from '../../src/base/index.ts';
import { LocalStore, type Step } from '../../src/store/index.ts';
import {
  Catalog,
  createDatabase,
  createTable,
  expireSnapshots,
  TableWriter,
  type WriteRoom,
  type WriteRow,
} from '../../src/table/index.ts';

const warehouse = mkdtempSync(join(tmpdir(), 'spillway-order-'));

/** A call that began or succeeded, in the order of these events. */
interface Event {
  readonly step: Step;
  readonly path: string;
  readonly what: 'begins' | 'is done';
}

const events: Event[] = [];
const store = new LocalStore({
  before: (step, path) => {
    events.push({ step, path, what: 'begins' });
    return undefined;
  },
  after: (step, path) => void events.push({ step, path, what: 'is done' }),
});
const catalog = new Catalog(store, warehouse);

before(async () => {
  await createDatabase(catalog, 'd');
});
after(async () => {
  rmSync(warehouse, { recursive: true });
});

/** Where the first event of this kind is; fails when there is none. */
function at(what: Event['what'], step: Step, path: string | RegExp): number {
  const matches = (given: string): boolean => (typeof path === 'string' ? given === path : path.test(given));
  const found = events.findIndex(
    (event) => event.what === what && event.step === step && matches(event.path),
  );
  assert.ok(found >= 0, `${step} ${path} never ${what}`);
  return found;
}

async function write(name: string, rows: readonly WriteRow[]): Promise<void> {
  const table = await catalog.openTable(`d.${name}`);
  const room: WriteRoom = {
    memoryBytes: 16 * 1024 * 1024,
    scratchDirectory: async () => warehouse,
    withCompactionRoom: () => assert.fail('nothing is due to be compacted'),
  };
  await using writer = await TableWriter.open(table, room);
  await writer.writeRows(rows);
  events.length = 0;
  await writer.commit();
}

async function create(name: string, partitionKeys: readonly string[] = []): Promise<string> {
  await createTable(
    catalog,
    { database: 'd', table: name },
    {
      fields: [
        { name: 'p', type: parseType('STRING') },
        { name: 'v', type: parseType('INT') },
      ],
      partitionKeys,
      primaryKeys: [],
      options: {},
    },
  );
  return join(warehouse, 'd.db', name);
}

/** All that was created, or written by the engine, is durable with its names before the snapshot has one. */
function checkCommit(table: string, snapshot: string): void {
  const link = at('begins', 'link', snapshot);
  const durable = (path: string): void => assert.ok(at('is done', 'fsync', path) < link, path);
  const created = events.filter(({ step, what }) => step === 'create' && what === 'is done');
  const files = [...new Set(created.map(({ path }) => path))].filter((path) => !path.includes('/LATEST'));
  const dataFiles = events.flatMap(({ step, path }) =>
    step === 'fsync' && /\/bucket-/.test(path) ? [path] : [],
  );
  assert.ok(dataFiles.length > 0 && files.some((path) => path.includes('/manifest-list-')));
  for (const path of [...files, ...dataFiles]) {
    durable(path);
    if (path === snapshot) continue;
    for (let directory = dirname(path); directory !== dirname(table); directory = dirname(directory)) {
      const names = events.findLastIndex(
        ({ step, path: of, what }, i) =>
          i < link && step === 'fsync-names' && of === directory && what === 'begins',
      );
      const written = Math.max(at('begins', 'fsync', path), 0);
      assert.ok(names > written || directory !== dirname(path), `${directory} is not synced after ${path}`);
      assert.ok(names >= 0, `${directory} is not synced`);
      const done = events.findIndex(
        ({ step, path: of, what }, i) =>
          i > names && step === 'fsync-names' && of === directory && what === 'is done',
      );
      assert.ok(done > names && done < link, `${directory} is not durable before the snapshot has its name`);
    }
  }
  const named = at('is done', 'link', snapshot);
  const hint = at('begins', 'rename', join(dirname(snapshot), 'LATEST'));
  const reported = events.findIndex(
    ({ step, path, what }, i) =>
      i > named && step === 'fsync-names' && path === dirname(snapshot) && what === 'is done',
  );
  assert.ok(reported > named && reported < hint, 'the hint follows the durable snapshot');
  assert.ok(!events.some(({ step, path }) => step === 'fsync' && basename(path) === 'LATEST'));
}

describe('the order of syncs', { skip: process.platform === 'win32' }, () => {
  it('of the first and the second commit to a table with partitions', async () => {
    const table = await create('parts', ['p']);
    await write('parts', [
      { p: 'a', v: 1 },
      { p: 'b', v: 2 },
    ]);
    checkCommit(table, `${table}/snapshot/snapshot-1`);
    // The directories are there; another writer that made them may not have synced them.
    await write('parts', [{ p: 'a', v: 3 }]);
    checkCommit(table, `${table}/snapshot/snapshot-2`);
  });

  it('of an expiry: the snapshot is gone for good before its files go', async () => {
    const directory = await create('expired');
    for (let v = 0; v < 3; v++) await write('expired', [{ p: 'a', v }]);
    events.length = 0;
    const table = await catalog.openTable('d.expired');
    await expireSnapshots(table, { retainMax: 1, retainMin: 1, olderThanMs: Date.now() + 1000 });
    const gone = at('is done', 'unlink', `${directory}/snapshot/snapshot-2`);
    const synced = events.findIndex(
      ({ step, path, what }, i) =>
        i > gone && what === 'is done' && step === 'fsync-names' && path.endsWith('/snapshot'),
    );
    assert.ok(synced > gone);
    assert.ok(at('begins', 'unlink', /\/manifest\//) > synced);
  });
});
