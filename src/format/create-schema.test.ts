import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LakeError, parseType } from '../base/index.ts';
import { createSchema, type SchemaDraft } from './create-schema.ts';
import { parseDraft } from './parse-draft.ts';

const column = (name: string, type: string) => ({ name, type: parseType(type) });
const fields = [column('a', 'INT'), column('b', 'STRING'), column('dt', 'DATE')];
const invalid = (draft: SchemaDraft, words: RegExp): void => {
  assert.throws(
    () => createSchema(draft, 0n),
    (e) => e instanceof LakeError && e.code === 'SCHEMA_INVALID' && words.test(e.message),
  );
};

describe('createSchema', () => {
  it('gives ids in the order of Java: a column, then what is inside it, inner rows first', () => {
    // The example of the format notes, seen by running Java's ReassignFieldId: a=0 r=1 p=2 x=3 q=4 m=5.
    const r = column('r', 'ROW<p INT, q ARRAY<ROW<x INT>>>');
    const schema = createSchema({ fields: [column('a', 'INT'), r, column('m', 'INT')] }, 7n);
    assert.deepEqual(
      schema.fields.map(({ id }) => id),
      [0, 1, 5],
    );
    const row = schema.fields[1]?.type;
    assert.equal(row?.kind, 'ROW');
    const [p, q] = row.fields;
    assert.deepEqual([p?.id, q?.id], [2, 4]);
    assert.ok(q?.type.kind === 'ARRAY' && q.type.element.kind === 'ROW');
    assert.equal(q.type.element.fields[0]?.id, 3);
    assert.deepEqual([schema.highestFieldId, schema.id, schema.version, schema.timeMillis], [5, 0, 3, 7n]);
  });

  it('makes key columns NOT NULL and takes keys out of the options', () => {
    const options = { 'primary-key': 'dt, a', partition: ' dt ', bucket: '1' };
    const schema = createSchema({ fields, options }, 0n);
    assert.deepEqual(schema.primaryKeys, ['dt', 'a']);
    assert.deepEqual(schema.partitionKeys, ['dt']);
    assert.deepEqual(schema.options, { bucket: '1' });
    assert.deepEqual(
      schema.fields.map(({ type }) => type.nullable),
      [false, true, false],
    );
  });

  it('refuses names and keys that do not fit', () => {
    invalid({ fields: [...fields, column('a', 'INT')] }, /two columns named "a"/);
    invalid({ fields: [column(' ', 'INT')] }, /blank/);
    invalid({ fields: [column('r', 'ROW<x INT, x INT>')] }, /Column r has two columns named "x"/);
    invalid({ fields, primaryKeys: ['nope'] }, /Column nope of the primary key does not exist/);
    invalid({ fields, partitionKeys: ['a', 'a'] }, /Column a is in the partition keys twice/);
    invalid({ fields, primaryKeys: ['a'], options: { 'primary-key': 'a' } }, /'primary-key' is set/);
    invalid({ fields, primaryKeys: ['dt'], partitionKeys: ['dt'] }, /same as the partition keys/);
    invalid({ fields, options: { 'bucket-key': 'nope' } }, /Bucket key "nope"/);
  });
});

describe('parseDraft', () => {
  const parse = (json: object): SchemaDraft => parseDraft(JSON.stringify(json), 'spec.json');

  it('takes the shape of schema files with and without ids, and types as text', () => {
    const nested = { type: 'ROW NOT NULL', fields: [{ id: 9, name: 'x', type: 'INT' }] };
    const draft = parse({
      version: 3,
      id: 4,
      fields: [
        { id: 8, name: 'r', type: nested },
        { name: 'm', type: 'MAP<STRING, INT>', description: 'd', defaultValue: '1' },
      ],
      options: { bucket: 4, 'write-only': true },
      comment: 'c',
    });
    assert.deepEqual(draft, {
      fields: [
        column('r', 'ROW<x INT> NOT NULL'),
        { ...column('m', 'MAP<STRING, INT>'), description: 'd', defaultValue: '1' },
      ],
      partitionKeys: [],
      primaryKeys: [],
      options: { bucket: '4', 'write-only': 'true' },
      comment: 'c',
    });
  });

  it('names the file and the member that is wrong', () => {
    const wrong: readonly (readonly [object, string])[] = [
      [{}, 'fields is no list'],
      [{ fields: [{ type: 'INT' }] }, 'fields[0].name'],
      [{ fields: [{ name: 'a', type: 'IN T' }] }, "fields.a: Type 'IN T': 'IN' is no type"],
      [{ fields: [{ name: 'a', type: { type: 'LIST' } }] }, 'fields.a.type'],
      [{ fields: [], primaryKey: ['a'] }, 'primaryKey is no member'],
      [{ fields: [], options: { a: [] } }, 'options.a'],
    ];
    for (const [json, words] of wrong) {
      assert.throws(
        () => parse(json),
        (e) =>
          e instanceof LakeError &&
          e.code === 'ARGUMENT_INVALID' &&
          e.message.includes('spec.json') &&
          e.message.includes(words),
        words,
      );
    }
    assert.throws(() => parseDraft('{', 'spec.json'), { code: 'ARGUMENT_INVALID' });
  });
});
