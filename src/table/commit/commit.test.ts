// Commits on a store in memory: races, repetition, conflicts, and what one snapshot takes over from the last.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeRow } from '../../codec/index.ts';
import type { DataFileMeta, ManifestEntry, ManifestFileMeta, Snapshot } from '../../format/index.ts';
import { MemoryStore } from '../../store/index.ts';
import { liveEntries } from '../plan/live-entries.ts';
import { listManifests } from '../plan/scan-entries.ts';
import { openTableAt, type Table } from '../table.ts';
import { BATCH_COMMIT_IDENTIFIER, type CommitRequest, commit, committedBefore } from './commit.ts';
import { pickMinor } from './merge-manifests.ts';

const PATH = '/w/d.db/t';
const EMPTY = encodeRow([], []);
const STATS = { minValues: EMPTY, maxValues: EMPTY, nullCounts: [] };
const KEY = { kind: 'INT', nullable: false } as const;

async function tableOf(
  options: Readonly<Record<string, string>> = {},
  store = new MemoryStore(),
): Promise<Table> {
  const fields = [{ id: 0, name: 'k', type: 'INT NOT NULL' }];
  const schema = { version: 3, id: 0, fields, highestFieldId: 0, partitionKeys: [], primaryKeys: ['k'] };
  const all = { bucket: '1', 'commit.min-retry-wait': '1 ms', 'commit.max-retry-wait': '2 ms', ...options };
  store.put(`${PATH}/schema/schema-0`, JSON.stringify({ ...schema, options: all, timeMillis: 0 }));
  await store.makeDirectory(`${PATH}/bucket-0`);
  return openTableAt({ store, identifier: { database: 'd', table: 't' }, path: PATH });
}

function entry(
  kind: 'ADD' | 'DELETE',
  fileName: string,
  {
    level = 0,
    keys = [0, 9],
    totalBuckets = 1,
  }: { level?: number; keys?: readonly [number, number]; totalBuckets?: number } = {},
): ManifestEntry {
  const file: DataFileMeta = {
    fileName,
    fileSize: 100n,
    rowCount: 10n,
    minKey: encodeRow([KEY], [keys[0]]),
    maxKey: encodeRow([KEY], [keys[1]]),
    keyStats: STATS,
    valueStats: STATS,
    minSequenceNumber: 0n,
    maxSequenceNumber: 9n,
    schemaId: 0,
    level,
    extraFiles: [],
  };
  return { kind, partition: EMPTY, bucket: 0, totalBuckets, file };
}

function append(entries: readonly ManifestEntry[], more: Partial<CommitRequest> = {}): CommitRequest {
  return {
    commitUser: 'u',
    commitIdentifier: 1n,
    kind: 'APPEND',
    changes: async () => entries,
    checkConflicts: false,
    ...more,
  };
}

async function liveNames(table: Table): Promise<string[]> {
  const names: string[] = [];
  const latest = (await table.snapshots.latest()) as Snapshot;
  for await (const entries of liveEntries(table, latest)) names.push(...entries.map((e) => e.file.fileName));
  return names.sort();
}

async function filesOf(table: Table, directory: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of table.store.list(`${PATH}/${directory}`)) names.push(name);
  return names;
}

describe('one commit after the other', () => {
  it('numbers snapshots, adds up rows and takes over watermark and index manifest', async () => {
    const table = await tableOf();
    const first = await commit(table, append([entry('ADD', 'a')], { watermark: 7n }));
    assert.equal(first?.id, 1n);
    const second = await commit(table, append([entry('ADD', 'b')], { commitIdentifier: 2n, watermark: 3n }));
    assert.deepEqual([second?.totalRecordCount, second?.deltaRecordCount, second?.watermark], [20n, 10n, 7n]);
    assert.equal((await table.snapshots.latest())?.id, 2n);
    assert.deepEqual(await liveNames(table), ['a', 'b']);
  });

  it('says which snapshot holds an earlier commit of a user, and forgets nothing newer', async () => {
    const table = await tableOf();
    await commit(table, append([entry('ADD', 'a')], { commitIdentifier: 5n }));
    await commit(table, append([entry('ADD', 'b')], { commitUser: 'v', commitIdentifier: 9n }));
    assert.equal((await committedBefore(table, 'u', 5n))?.id, 1n);
    assert.equal((await committedBefore(table, 'u', 4n))?.id, 1n);
    assert.equal(await committedBefore(table, 'u', 6n), undefined);
    assert.equal(await committedBefore(table, 'w', 1n), undefined);
  });

  it('takes no batch commit of a user for a later one of those with numbers', async () => {
    const table = await tableOf();
    await commit(table, append([entry('ADD', 'a')], { commitIdentifier: 5n }));
    await commit(table, append([entry('ADD', 'b')], { commitIdentifier: BATCH_COMMIT_IDENTIFIER }));
    assert.equal((await committedBefore(table, 'u', 5n))?.id, 1n);
    assert.equal(await committedBefore(table, 'u', 6n), undefined);
  });
});

describe('races', () => {
  it('loses nothing when many commit at the same time, and leaves no manifest behind', async () => {
    const table = await tableOf({ 'commit.max-retries': '100' });
    const names = Array.from({ length: 12 }, (_, i) => `f${i}`);
    await Promise.all(
      names.map((name, i) => commit(table, append([entry('ADD', name)], { commitUser: `u${i}` }))),
    );
    assert.deepEqual(await liveNames(table), [...names].sort());
    assert.deepEqual(
      await table.snapshots.ids(),
      Array.from({ length: 12 }, (_, i) => BigInt(i + 1)),
    );
    const used = new Set<string>();
    for (const id of await table.snapshots.ids()) {
      const snapshot = await table.snapshots.read(id);
      used.add(snapshot.baseManifestList).add(snapshot.deltaManifestList);
      for (const meta of await listManifests(table, snapshot, 'all')) used.add(meta.fileName);
    }
    assert.deepEqual((await filesOf(table, 'manifest')).sort(), [...used].sort());
  });

  it('takes the batch commit of another of the same user for none of its own', async () => {
    const table = await tableOf();
    const batch = { commitUser: 'etl', commitIdentifier: BATCH_COMMIT_IDENTIFIER };
    let attempts = 0;
    const changes = async (): Promise<readonly ManifestEntry[]> => {
      if (attempts++ === 0) await commit(table, append([entry('ADD', 'other')], batch));
      return [entry('ADD', 'mine')];
    };
    assert.equal((await commit(table, append([], { ...batch, changes })))?.id, 2n);
    assert.deepEqual(await liveNames(table), ['mine', 'other']);
  });

  it('gives up after the retries the table allows, with its manifests gone', async () => {
    const store = new MemoryStore();
    const table = await tableOf({ 'commit.max-retries': '2' }, store);
    let attempts = 0;
    const changes = async (): Promise<readonly ManifestEntry[]> => {
      attempts++;
      const next = ((await table.snapshots.latestId()) ?? 0n) + 1n;
      await commit(table, append([entry('ADD', `other${next}`)], { commitUser: 'other' }));
      return [entry('ADD', 'mine')];
    };
    await assert.rejects(commit(table, append([], { changes })), { code: 'COMMIT_CONFLICT' });
    assert.equal(attempts, 3);
    assert.deepEqual(await liveNames(table), ['other1', 'other2', 'other3']);
  });

  for (const renames of ['at once', 'later']) {
    it(`commits again where Java's rename replaced its snapshot ${renames}`, async () => {
      const store = new MemoryStore();
      const table = await tableOf({}, store);
      const publish = store.publish.bind(store);
      // Java saw that the name was free before our snapshot was there; its temporary file waits to be
      // renamed.
      const java = new MemoryStore();
      const made = await commit(
        await tableOf({}, java),
        append([entry('ADD', 'theirs')], { commitUser: 'java' }),
      );
      const text = async (path: string): Promise<Buffer> =>
        Buffer.from(await java.readFile(path, { bytesMax: 1 << 20 }));
      for await (const { name } of java.list(`${PATH}/manifest`))
        store.put(`${PATH}/manifest/${name}`, await text(`${PATH}/manifest/${name}`));
      const snapshot = await text(`${PATH}/snapshot/snapshot-1`);
      const temporary = `${PATH}/snapshot/.snapshot-1.java.tmp`;
      const rename = async (): Promise<void> => {
        store.put(`${PATH}/snapshot/snapshot-1`, snapshot);
        await store.remove(temporary);
      };
      store.publish = async (path, bytes, options) => {
        if (!path.endsWith('snapshot-1')) return publish(path, bytes, options);
        store.put(temporary, snapshot);
        assert.equal(await publish(path, bytes, options), true);
        if (renames === 'at once') await rename();
        else setTimeout(() => void rename(), 20);
        return true;
      };
      assert.equal((await commit(table, append([entry('ADD', 'mine')])))?.id, 2n);
      assert.equal((await table.snapshots.read(1n)).deltaManifestList, made?.deltaManifestList);
      assert.deepEqual(await liveNames(table), ['mine', 'theirs']);
    });
  }

  it('finds its own snapshot when it does not hear of its success', async () => {
    const store = new MemoryStore();
    const table = await tableOf({}, store);
    const publish = store.publish.bind(store);
    store.publish = async (path, bytes, options) => {
      const done = await publish(path, bytes, options);
      if (path.endsWith('snapshot-1')) throw new Error('the answer was lost');
      return done;
    };
    assert.equal((await commit(table, append([entry('ADD', 'a')])))?.id, 1n);
    assert.deepEqual(await table.snapshots.ids(), [1n]);
  });
});

describe('conflicts', () => {
  const compact = { kind: 'COMPACT', checkConflicts: true } as const;

  async function with2(): Promise<Table> {
    const table = await tableOf();
    await commit(table, append([entry('ADD', 'a'), entry('ADD', 'top', { level: 5, keys: [0, 4] })]));
    return table;
  }
  async function refused(entries: readonly ManifestEntry[]): Promise<void> {
    const table = await with2();
    const before = await filesOf(table, 'manifest');
    await assert.rejects(commit(table, append(entries, compact)), { code: 'COMMIT_CONFLICT' });
    assert.deepEqual(await filesOf(table, 'manifest'), before);
    assert.deepEqual(await table.snapshots.ids(), [1n]);
  }

  it('takes a compaction of files that are there', async () => {
    const table = await with2();
    const entries = [entry('DELETE', 'a'), entry('ADD', 'a5', { level: 5, keys: [5, 9] })];
    assert.equal((await commit(table, append(entries, compact)))?.totalRecordCount, 20n);
    assert.deepEqual(await liveNames(table), ['a5', 'top']);
  });
  it('refuses to remove a file that is gone', () => refused([entry('DELETE', 'gone')]));
  it('refuses to add a file twice', () => refused([entry('ADD', 'x'), entry('ADD', 'x')]));
  it('refuses key ranges that overlap on a level', () =>
    refused([entry('ADD', 'y', { level: 5, keys: [4, 8] })]));
  it('refuses another number of buckets', () => refused([entry('ADD', 'z', { totalBuckets: 2 })]));
});

describe('manifest merging', () => {
  const meta = (fileName: string, size: number): ManifestFileMeta => {
    return {
      fileName,
      fileSize: BigInt(size),
      numAddedFiles: 1n,
      numDeletedFiles: 0n,
      partitionStats: STATS,
      schemaId: 0,
    };
  };
  const pick = (sizes: readonly number[]): string =>
    pickMinor(
      sizes.map((size, i) => meta(String(i), size)),
      { targetBytes: 8n, minCount: 3, fullBytes: 16n },
    )
      .map((metas) => metas.map((m) => m.fileName).join('+'))
      .join(' ');

  it('takes manifests together until they reach the target, and leftovers when there are enough', () => {
    assert.equal(pick([]), '');
    assert.equal(pick([1, 1]), '0 1');
    assert.equal(pick([1, 1, 1]), '0+1+2');
    assert.equal(pick([9, 4, 4, 1]), '0 1+2 3');
    assert.equal(pick([1, 8, 1, 1, 1]), '0+1 2+3+4');
  });

  for (const [what, options] of [
    ['minor', { 'manifest.merge-min-count': '3' }],
    ['full', { 'manifest.full-compaction-threshold-size': '1 b', 'manifest.target-file-size': '1 mb' }],
  ] as const) {
    it(`keeps the same files through many ${what} merges`, async () => {
      const table = await tableOf(options);
      let before: string | undefined;
      const names: string[] = [];
      for (let i = 0; i < 20; i++) {
        const entries = [entry('ADD', `f${i}`)];
        if (before !== undefined && i % 3 === 0) {
          entries.unshift(entry('DELETE', before));
          names.pop();
        }
        await commit(
          table,
          append(entries, { commitIdentifier: BigInt(i), kind: 'OVERWRITE', checkConflicts: true }),
        );
        before = `f${i}`;
        names.push(before);
      }
      assert.deepEqual(await liveNames(table), names.sort());
      const latest = (await table.snapshots.latest()) as Snapshot;
      assert.equal(latest.totalRecordCount, BigInt(names.length * 10));
      const manifests = await listManifests(table, latest, 'all');
      assert.ok(manifests.length <= 4, `${manifests.length} manifests`);
    });
  }
});
