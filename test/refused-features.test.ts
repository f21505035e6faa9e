// Tables that use what this version does not read are refused when they are opened, by the option's name;
// options it need not know are let alone.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Lake, openLake } from '../src/index.ts';
import { DamagedTable } from './check/damaged-table.ts';

const root = mkdtempSync(join(tmpdir(), 'refused-features-'));
let lake: Lake;
before(async () => {
  mkdirSync(join(root, 'warehouse'));
  lake = await openLake({ warehouse: join(root, 'warehouse'), tempDirectory: join(root, 'temp') });
});
after(async () => {
  await lake.close();
  rmSync(root, { recursive: true, force: true });
});

function withOptions(name: string, options: Readonly<Record<string, string>>): DamagedTable {
  const table = new DamagedTable(join(root, 'warehouse'), name);
  for (const schema of table.files('schema/schema-*')) {
    table.json(schema, (json) => {
      json.options = { ...(json.options as object), ...options };
    });
  }
  return table;
}

const FEATURES: readonly (readonly [option: string, value: string])[] = [
  ['type', 'format-table'],
  ['type', 'object-table'],
  ['type', 'a-later-kind'],
  ['data-evolution.enabled', 'true'],
  ['chain-table.enabled', 'true'],
  ['query-auth.enabled', 'true'],
  ['pk-clustering-override', 'true'],
  ['deletion-vectors.merge-on-read', 'true'],
  ['sequence.snapshot-ordering', 'true'],
  ['scan.primary-branch', 'b'],
  ['merge-engine', 'a-later-engine'],
  ['changelog-producer', 'a-later-producer'],
  ['bucket-function.type', 'a-later-function'],
  ['sequence.field.sort-order', 'sideways'],
  ['manifest.format', 'orc'],
  ['file.format', 'a-later-format'],
];

describe('a table whose option this version does not read', () => {
  for (const [option, value] of FEATURES) {
    it(`${option} = ${value} is refused by name, by every way to open it`, async () => {
      withOptions('pk_bucket4', { [option]: value });
      const refusal = { kind: 'unsupported', message: new RegExp(option.replaceAll('.', '\\.')) };
      await assert.rejects(lake.table('golden.pk_bucket4'), refusal);
      await assert.rejects(lake.table('golden.pk_bucket4$files'), refusal);
      await assert.rejects(lake.sql('SELECT * FROM golden.pk_bucket4'), refusal);
      new DamagedTable(join(root, 'warehouse'), 'pk_bucket4');
      await assert.rejects(lake.table('golden.pk_bucket4', { [option]: value }), refusal);
    });
  }

  it('is a column type: named with its column', async () => {
    for (const type of [
      'VARIANT',
      'BLOB',
      'GEOMETRY',
      'VECTOR<FLOAT, 3>',
      { type: 'VECTOR', element: 'FLOAT', length: 3 },
    ]) {
      const table = new DamagedTable(join(root, 'warehouse'), 'pk_bucket4');
      table.json(table.last('schema/schema-*'), (json) => {
        json.fields = [...(json.fields as object[]), { id: 900, name: 'odd', type }];
      });
      const refusal = { kind: /^(unsupported|corrupt)$/, message: /odd/ };
      await assert.rejects(lake.table('golden.pk_bucket4'), refusal, JSON.stringify(type));
    }
  });

  it('is a newer layout of its metadata', async () => {
    const table = new DamagedTable(join(root, 'warehouse'), 'pk_bucket4');
    table.json(table.last('schema/schema-*'), (json) => {
      json.version = 99;
    });
    await assert.rejects(lake.table('golden.pk_bucket4'), { kind: 'unsupported', message: /version 99/ });
    const other = new DamagedTable(join(root, 'warehouse'), 'pk_bucket4');
    for (const name of other.files('snapshot/snapshot-*')) {
      other.json(name, (json) => {
        json.version = 99;
      });
    }
    await assert.rejects(async () => (await lake.table('golden.pk_bucket4')).scan(), {
      kind: 'unsupported',
      message: /version 99/,
    });
  });
});

describe('options that say nothing about reading', () => {
  it('are let alone, whatever they are', async () => {
    withOptions('pk_bucket4', {
      'a.later.option': 'true',
      'blob.target-file-size': '1 gb',
      'compaction.something': 'x',
      toString: 'x',
      constructor: 'x',
    });
    await (await lake.table('golden.pk_bucket4')).scan();
  });
});
