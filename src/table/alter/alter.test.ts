import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { LakeError, parseType, printType } from '../../base/index.ts';
import { createSchema, type SchemaDraft, type TableSchema } from '../../format/index.ts';
import { LocalStore, MemoryStore } from '../../store/index.ts';
import { Catalog } from '../catalog.ts';
import { createDatabase, createTable, dropDatabase, dropTable, renameTable } from '../change-catalog.ts';
import { parseIdentifier } from '../identifier.ts';
import { SchemaLog } from '../schemas.ts';
import { applyChanges } from './apply-changes.ts';
import { alterSchema } from './commit-schema.ts';
import type { SchemaChange } from './schema-change.ts';

const column = (name: string, type: string) => ({ name, type: parseType(type) });
const draft: SchemaDraft = {
  fields: [
    column('id', 'INT'),
    column('a', 'INT'),
    column('b', 'STRING'),
    column('r', 'ROW<x INT, y ARRAY<ROW<z INT>>>'),
  ],
  primaryKeys: ['id'],
  options: { bucket: '1' },
};
const add = (name: string): SchemaChange => ({ kind: 'add-column', path: [name], type: parseType('INT') });

async function shop(): Promise<{ catalog: Catalog; store: MemoryStore }> {
  const store = new MemoryStore();
  await store.makeDirectory('/w');
  const catalog = new Catalog(store, '/w');
  await createDatabase(catalog, 'shop');
  await createTable(catalog, parseIdentifier('shop.t'), draft);
  return { catalog, store };
}

const codeIs =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof LakeError && error.code === code;

describe('the catalog', () => {
  it('creates, renames and drops', async () => {
    const { catalog, store } = await shop();
    const [t, u] = [parseIdentifier('shop.t'), parseIdentifier('shop.u')];
    await assert.rejects(createDatabase(catalog, 'shop'), codeIs('DATABASE_EXISTS'));
    await assert.rejects(createTable(catalog, t, draft), codeIs('TABLE_EXISTS'));
    await assert.rejects(createTable(catalog, parseIdentifier('no.t'), draft), codeIs('DATABASE_MISSING'));
    await renameTable(catalog, t, u);
    await assert.rejects(catalog.openTable('shop.t'), codeIs('TABLE_MISSING'));
    assert.deepEqual((await catalog.openTable('shop.u')).schema.primaryKeys, ['id']);
    await createTable(catalog, t, draft);
    await assert.rejects(renameTable(catalog, t, u), codeIs('TABLE_EXISTS'));
    await dropTable(catalog, t);
    await assert.rejects(dropTable(catalog, t), codeIs('TABLE_MISSING'));
    await assert.rejects(dropDatabase(catalog, 'shop'), codeIs('DATABASE_NOT_EMPTY'));
    await dropDatabase(catalog, 'shop', { cascade: true });
    assert.equal(await store.exists('/w/shop.db'), false);
    await assert.rejects(dropDatabase(catalog, 'shop'), codeIs('DATABASE_MISSING'));
  });

  it('touches neither branches, system tables, nor the system database', async () => {
    const { catalog } = await shop();
    for (const name of ['shop.t$branch_b', 'shop.t$snapshots', 'sys.t']) {
      await assert.rejects(createTable(catalog, parseIdentifier(name), draft), codeIs('ARGUMENT_INVALID'));
      await assert.rejects(dropTable(catalog, parseIdentifier(name)), codeIs('ARGUMENT_INVALID'));
    }
    await assert.rejects(createDatabase(catalog, 'sys'), codeIs('ARGUMENT_INVALID'));
    await assert.rejects(createDatabase(catalog, '../x'), codeIs('ARGUMENT_INVALID'));
  });

  it('removes nothing of a table that has files elsewhere', async () => {
    const { catalog } = await shop();
    const target = { ...(await catalog.openTable('shop.t')) };
    await alterSchema(target, [
      { kind: 'set-option', key: 'data-file.external-paths', value: 'file:///elsewhere' },
    ]);
    await alterSchema(target, [{ kind: 'remove-option', key: 'data-file.external-paths' }]);
    await assert.rejects(dropTable(catalog, parseIdentifier('shop.t')), codeIs('FEATURE_UNSUPPORTED'));
    await assert.rejects(dropDatabase(catalog, 'shop', { cascade: true }), codeIs('FEATURE_UNSUPPORTED'));
    assert.equal((await catalog.openTable('shop.t')).schema.id, 2);
  });

  it('writes nothing when a table is refused', async () => {
    const { catalog, store } = await shop();
    for (const options of [{ bucket: '0' }, { path: '/x' }, { 'data-evolution.enabled': 'true' }]) {
      await assert.rejects(createTable(catalog, parseIdentifier('shop.u'), { ...draft, options }));
    }
    assert.equal(await store.exists('/w/shop.db/u'), false);
  });

  it('lets one of many creators win', async () => {
    const { catalog } = await shop();
    const made = await Promise.allSettled(
      Array.from({ length: 8 }, () => createTable(catalog, parseIdentifier('shop.u'), draft)),
    );
    assert.equal(made.filter(({ status }) => status === 'fulfilled').length, 1);
  });
});

describe('changes of a schema', () => {
  it('lose no change when writers race, and give no id twice', async () => {
    const { catalog } = await shop();
    const target = await catalog.openTable('shop.t');
    await Promise.all(Array.from({ length: 20 }, (_, i) => alterSchema(target, [add(`n${i}`)])));
    const log = new SchemaLog(catalog.store, target.path, undefined);
    const schema = (await log.latest()) as TableSchema;
    assert.equal(schema.id, 20);
    assert.equal(schema.fields.length, 4 + 20);
    assert.equal(new Set(schema.fields.map(({ id }) => id)).size, 24);
    assert.equal((await log.ids()).length, 21);
  });

  it('lose no change on local files either, whose links decide', async () => {
    const warehouse = await mkdtemp(join(tmpdir(), 'spillway-alter-'));
    try {
      const catalog = new Catalog(new LocalStore(), warehouse);
      await createDatabase(catalog, 'shop');
      await createTable(catalog, parseIdentifier('shop.t'), draft);
      const target = await catalog.openTable('shop.t');
      await Promise.all(Array.from({ length: 10 }, (_, i) => alterSchema(target, [add(`n${i}`)])));
      const { schema } = await catalog.openTable('shop.t');
      assert.deepEqual([schema.id, schema.fields.length], [10, 4 + 10]);
      const files = await readdir(join(target.path, 'schema'));
      assert.deepEqual(files.sort(), Array.from({ length: 11 }, (_, i) => `schema-${i}`).sort());
    } finally {
      await rm(warehouse, { recursive: true });
    }
  });

  it('see what a faster writer did: the same column twice is refused', async () => {
    const { catalog } = await shop();
    const target = await catalog.openTable('shop.t');
    const made = await Promise.allSettled([alterSchema(target, [add('n')]), alterSchema(target, [add('n')])]);
    assert.deepEqual(made.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  });

  it('are made all or none', async () => {
    const { catalog } = await shop();
    const target = await catalog.openTable('shop.t');
    await assert.rejects(alterSchema(target, [add('n'), add('a')]), codeIs('SCHEMA_INVALID'));
    await assert.rejects(alterSchema(target, []), codeIs('ARGUMENT_INVALID'));
    assert.equal((await catalog.openTable('shop.t')).schema.id, 0);
  });

  it('reach into rows and arrays', () => {
    const old = createSchema(draft, 0n);
    const schema = applyChanges(
      old,
      [
        {
          kind: 'add-column',
          path: ['r', 'y', 'element', 'n'],
          type: parseType('INT'),
          position: { kind: 'first' },
        },
        { kind: 'retype-column', path: ['r', 'y', 'element', 'z'], type: parseType('BIGINT') },
        { kind: 'rename-column', path: ['r', 'x'], name: 'w' },
      ],
      { hasSnapshots: true, timeMillis: 0n },
    );
    const r = schema.fields.find(({ name }) => name === 'r')?.type;
    assert.ok(r !== undefined);
    assert.equal(printType(r), 'ROW<`w` INT, `y` ARRAY<ROW<`n` INT, `z` BIGINT>>>');
    assert.equal(schema.highestFieldId, old.highestFieldId + 1);
  });

  it('carry new names into keys and options', () => {
    const options = {
      bucket: '1',
      'bucket-key': 'id',
      'sequence.field': 'a',
      'merge-engine': 'aggregation',
      'fields.b.aggregate-function': 'listagg',
      'fields.b.list-agg-delimiter': ';',
    };
    const schema = applyChanges(
      createSchema({ ...draft, options }, 0n),
      [
        { kind: 'rename-column', path: ['id'], name: 'key' },
        { kind: 'rename-column', path: ['a'], name: 'at' },
        { kind: 'rename-column', path: ['b'], name: 'text' },
      ],
      { hasSnapshots: true, timeMillis: 0n },
    );
    assert.deepEqual(schema.primaryKeys, ['key']);
    assert.deepEqual(schema.options, {
      bucket: '1',
      'bucket-key': 'key',
      'sequence.field': 'at',
      'merge-engine': 'aggregation',
      'fields.text.aggregate-function': 'listagg',
      'fields.text.list-agg-delimiter': ';',
    });
  });
});
