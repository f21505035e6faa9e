import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { GOLDEN } from '../../test/golden.ts';
import { type Field, printType } from '../base/index.ts';
import { type Lake, openLake } from './index.ts';

let lake: Lake;
before(async () => {
  lake = await openLake({ warehouse: GOLDEN.warehouse, memory: '420mb' });
});
after(() => lake.close());

function shown(fields: readonly Field[]): string {
  return fields.map(({ name, type }) => `${name} ${printType(type)}`).join();
}

/** The ids of the snapshots that bring changes, and the columns they come in. */
async function changes(options: Readonly<Record<string, string>>) {
  const table = await lake.table('golden.schema_nested', options);
  const snapshots = new Set<bigint>();
  const columns = new Set<string>();
  for await (const { snapshotId, batch } of table.changes({ once: true, filter: 'id is not null' })) {
    snapshots.add(snapshotId);
    columns.add(shown(batch.fields.slice(0, -1)));
  }
  return { snapshots: [...snapshots], columns: [...columns] };
}

describe('changes from where the options say', () => {
  it('have the columns of today, not those of the snapshot they begin with', async () => {
    const { fields } = await lake.table('golden.schema_nested');
    const all = await changes({ 'scan.mode': 'from-snapshot', 'scan.snapshot-id': '1' });
    assert.deepEqual(all.columns, [shown(fields)]);
    assert.equal(all.snapshots[0], 1n);
    assert.ok(all.snapshots.length > 1);
    const old = await lake.table('golden.schema_nested', { 'scan.snapshot-id': '1' });
    assert.notEqual(shown(old.fields), shown(fields));
  });

  it('begin with the first ones for any time before', async () => {
    const all = await changes({ 'scan.mode': 'from-snapshot', 'scan.snapshot-id': '1' });
    for (const millis of ['5', '1000000', '-1']) {
      assert.deepEqual((await changes({ 'scan.timestamp-millis': millis })).snapshots, all.snapshots);
    }
  });
});
