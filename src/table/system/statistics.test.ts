import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryStore } from '../../store/index.ts';
import { Catalog } from '../catalog.ts';
import { STATISTICS } from './manifest-tables.ts';

const SCHEMA = {
  version: 3,
  id: 0,
  fields: [{ id: 0, name: 'a', type: 'INT' }],
  highestFieldId: 0,
  partitionKeys: [],
  primaryKeys: [],
  options: {},
  timeMillis: 0,
};
const SNAPSHOT = {
  version: 3,
  id: 1,
  schemaId: 0,
  baseManifestList: 'b',
  deltaManifestList: 'd',
  commitUser: 'u',
  commitIdentifier: 1,
  commitKind: 'ANALYZE',
  timeMillis: 0,
  statistics: 'stat-0',
};
const STATS = {
  snapshotId: 1,
  schemaId: 0,
  mergedRecordCount: 9007199254740993n,
  colStats: { a: { colId: 0, distinctCount: 2, min: '1', nullCount: 0 } },
};

async function rows(stats: boolean): Promise<unknown[]> {
  const store = new MemoryStore();
  const print = (json: object): Uint8Array =>
    new TextEncoder().encode(
      JSON.stringify(json, (_k, v) => (typeof v === 'bigint' ? `#${v}#` : v)).replace(/"#(\d+)#"/g, '$1'),
    );
  const { statistics: _statistics, ...plain } = SNAPSHOT;
  store.put('/w/d.db/t/schema/schema-0', print(SCHEMA));
  store.put('/w/d.db/t/snapshot/snapshot-1', print(stats ? SNAPSHOT : plain));
  store.put('/w/d.db/t/statistics/stat-0', print(STATS));
  const table = await new Catalog(store, '/w').openTable('d.t');
  const found: unknown[] = [];
  for await (const row of STATISTICS.rows(table)) found.push(row);
  return found;
}

describe('$statistics', () => {
  it('has one row, its columns as Jackson prints them', async () => {
    const columns = [
      '{',
      '  "a" : {',
      '    "colId" : 0,',
      '    "distinctCount" : 2,',
      '    "min" : "1",',
      '    "nullCount" : 0',
      '  }',
      '}',
    ].join('\n');
    assert.deepEqual(await rows(true), [[1n, 0n, 9007199254740993n, null, columns]]);
  });

  it('is empty for a snapshot that was not analyzed', async () => {
    assert.deepEqual(await rows(false), []);
  });
});
