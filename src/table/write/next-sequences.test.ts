// What a table handle remembers of sequence numbers while others write.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { encodeRow } from '../../codec/index.ts';
import type { DataFileMeta, ManifestEntry } from '../../format/index.ts';
import { MemoryStore } from '../../store/index.ts';
import { commit } from '../commit/index.ts';
import { planWrite } from '../data-file/index.ts';
import { openTableAt, type Table } from '../table.ts';
import { nextSequences, targetKey } from './next-sequences.ts';

const PATH = '/w/d.db/t';
const EMPTY = encodeRow([], []);
const STATS = { minValues: EMPTY, maxValues: EMPTY, nullCounts: [] };
const INT = { kind: 'INT', nullable: false } as const;

async function tableOf(store: MemoryStore): Promise<Table> {
  const fields = ['p', 'k'].map((name, id) => ({ id, name, type: 'INT NOT NULL' }));
  const keys = { partitionKeys: ['p'], primaryKeys: ['p', 'k'] };
  const schema = { version: 3, id: 0, fields, highestFieldId: 1, ...keys, options: { bucket: '1' } };
  store.put(`${PATH}/schema/schema-0`, JSON.stringify({ ...schema, timeMillis: 0 }));
  for (const p of [1, 2]) await store.makeDirectory(`${PATH}/p=${p}/bucket-0`);
  return openTableAt({ store, identifier: { database: 'd', table: 't' }, path: PATH });
}

function added(p: number, fileName: string, maxSequenceNumber: bigint): ManifestEntry {
  const [minKey, maxKey] = [encodeRow([INT], [0]), encodeRow([INT], [9])];
  const counts = { fileSize: 100n, rowCount: 10n, minSequenceNumber: 0n, maxSequenceNumber };
  const place = { schemaId: 0, level: 0, extraFiles: [] };
  const file: DataFileMeta = {
    fileName,
    ...counts,
    ...place,
    minKey,
    maxKey,
    keyStats: STATS,
    valueStats: STATS,
  };
  return { kind: 'ADD', partition: encodeRow([INT], [p]), bucket: 0, totalBuckets: 1, file };
}

it('misses no commit that comes while the files of a partition are read', async () => {
  const store = new MemoryStore();
  const [table, other] = [await tableOf(store), await tableOf(store)];
  const by = { commitUser: 'u', kind: 'APPEND', checkConflicts: false } as const;
  const write = (id: bigint, entry: ManifestEntry) =>
    commit(other, { ...by, commitIdentifier: id, changes: async () => [entry] });
  const next = async (p: number): Promise<bigint | undefined> => {
    const partition = encodeRow([INT], [p]);
    const targets = [{ partition, bucket: 0, rowCount: 1 }];
    const found = await nextSequences({ table, plan: planWrite(table), targets, signal: undefined });
    return found.get(targetKey(partition, 0));
  };
  await write(1n, added(1, 'a', 4n));
  await write(2n, added(2, 'b', 9n));
  assert.equal(await next(1), 5n);
  const open = store.open.bind(store);
  let meanwhile = 0;
  store.open = async (path) => {
    if (/\/manifest-[-0-9a-f]{36}-\d+$/.test(path) && meanwhile++ === 0) {
      await write(3n, added(2, 'c', 99n));
      await next(1);
    }
    return open(path);
  };
  await next(2);
  assert.ok(meanwhile > 0);
  assert.equal(await next(2), 100n);
});
