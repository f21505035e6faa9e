import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryStore } from '../store/index.ts';
import { SnapshotLog } from './snapshots.ts';

const TABLE = '/w/db.db/t';

/** A table with these snapshots: id, time, watermark. */
function logOf(
  ids: readonly (readonly [id: number, timeMillis?: number, watermark?: number])[],
  files: Readonly<Record<string, string>> = {},
): { readonly store: MemoryStore; readonly log: SnapshotLog } {
  const store = new MemoryStore();
  for (const [id, timeMillis = id * 100, watermark] of ids) {
    store.put(`${TABLE}/snapshot/snapshot-${id}`, snapshotJson(id, timeMillis, watermark));
  }
  for (const [name, text] of Object.entries(files)) store.put(`${TABLE}/${name}`, text);
  return { store, log: new SnapshotLog(store, TABLE, undefined) };
}

function snapshotJson(id: number, timeMillis: number, watermark?: number): string {
  return JSON.stringify({
    version: 3,
    id,
    schemaId: 0,
    baseManifestList: 'b',
    deltaManifestList: 'd',
    commitUser: 'u',
    commitIdentifier: 1,
    commitKind: 'APPEND',
    timeMillis,
    totalRecordCount: 0,
    deltaRecordCount: 0,
    ...(watermark === undefined ? {} : { watermark }),
  });
}

describe('the newest snapshot', () => {
  it('is what the hint says while no newer one exists', async () => {
    const { log } = logOf([[3], [4]], { 'snapshot/LATEST': '4' });
    assert.equal(await log.latestId(), 4n);
  });

  it('is found by listing when the hint is stale, broken, or names what is gone', async () => {
    for (const hint of ['3', 'x', '', '-1', '9', '99999999999999999999999']) {
      const { log } = logOf([[3], [4], [5]], { 'snapshot/LATEST': hint });
      assert.equal(await log.latestId(), 5n, hint);
    }
  });

  it('is none for a table never written', async () => {
    const { log } = logOf([]);
    assert.equal(await log.latest(), undefined);
    assert.equal(await log.earliestId(), undefined);
  });

  it('is compared as a number, and other names do not count', async () => {
    const { log } = logOf([[9], [10]], { 'snapshot/snapshot-11.tmp': '', 'snapshot/.snapshot-12': '' });
    assert.equal(await log.latestId(), 10n);
    assert.deepEqual(await log.ids(), [9n, 10n]);
  });
});

describe('the oldest snapshot', () => {
  it('is what the hint says while it exists, else found by listing', async () => {
    assert.equal(await logOf([[3], [4]], { 'snapshot/EARLIEST': '4' }).log.earliestId(), 4n);
    assert.equal(await logOf([[3], [4]], { 'snapshot/EARLIEST': '1' }).log.earliestId(), 3n);
  });
});

describe('travel', () => {
  const times = logOf([
    [1, 100],
    [2, 200],
    [3, 200],
    [4, 400],
  ]).log;

  it('by time finds the last snapshot that is not later', async () => {
    const at = async (ms: bigint): Promise<bigint | undefined> => (await times.atOrBefore(ms))?.id;
    assert.equal(await at(99n), undefined);
    assert.equal(await at(100n), 1n);
    assert.equal(await at(199n), 1n);
    assert.equal(await at(399n), 3n);
    assert.equal(await at(10_000n), 4n);
  });

  it('by watermark finds the first snapshot that has reached it, over those without one', async () => {
    const { log } = logOf([[1], [2, 200, 10], [3], [4, 400, 30], [5, 500, 50]]);
    const at = async (mark: bigint): Promise<bigint | undefined> => (await log.atWatermark(mark))?.id;
    assert.equal(await at(5n), 2n);
    assert.equal(await at(10n), 2n);
    assert.equal(await at(11n), 4n);
    assert.equal(await at(50n), 5n);
    assert.equal(await at(51n), undefined);
  });

  it('to a snapshot that does not exist says which there are', async () => {
    await assert.rejects(times.read(9n), { code: 'SNAPSHOT_MISSING', message: /1 to 4/ });
  });
});

describe('what lies beside the snapshots', () => {
  it('is listed: tags, branches, consumers, kept changelogs', async () => {
    const { log } = logOf([[2]], {
      'tag/tag-b': snapshotJson(1, 100),
      'tag/tag-a': snapshotJson(2, 200),
      'branch/branch-x/schema/schema-0': '{}',
      'consumer/consumer-c': '{"nextSnapshot": 7}',
      'changelog/changelog-1': snapshotJson(1, 100),
    });
    assert.deepEqual(
      (await log.tags()).map(({ name, tag }) => [name, tag.id]),
      [
        ['a', 2n],
        ['b', 1n],
      ],
    );
    assert.deepEqual(await log.branches(), ['x']);
    assert.deepEqual(await log.consumers(), [{ id: 'c', nextSnapshot: 7n }]);
    assert.equal(await log.earliestChangelogId(), 1n);
    assert.equal((await log.keptByTag(1n))?.id, 1n);
    await assert.rejects(log.tag('none'), { code: 'TAG_MISSING' });
  });

  it('is refused when it is damaged, naming the file', async () => {
    const { log } = logOf([], { 'consumer/consumer-c': '{"nextSnapshot": 1.5}', 'snapshot/snapshot-1': '{' });
    await assert.rejects(log.consumer('c'), { code: 'FILE_CORRUPT', message: /consumer-c/ });
    await assert.rejects(log.read(1n), { code: 'FILE_CORRUPT', message: /snapshot-1/ });
  });
});
