import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DataType, Field } from '../base/index.ts';
import type { TableSchema } from '../format/index.ts';
import { mergeColumns, mergeSpec } from './spec-of.ts';

const INT: DataType = { kind: 'INT', nullable: true };
const STRING: DataType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };

function table(
  options: Record<string, string>,
  names = 'dt,id,a,b,c,g1,g2',
  types: Record<string, DataType> = {},
) {
  const fields = names.split(',').map((name, id): Field => ({ id, name, type: types[name] ?? INT }));
  const schema: TableSchema = {
    version: 3,
    id: 0,
    fields,
    highestFieldId: fields.length,
    partitionKeys: ['dt'],
    primaryKeys: ['dt', 'id'],
    options,
    timeMillis: 0n,
  };
  return schema;
}

function refusal(options: Record<string, string>, types: Record<string, DataType> = {}): string {
  const schema = table(options, undefined, types);
  try {
    mergeSpec(schema, schema.fields);
  } catch (error) {
    const { code, details } = error as { code: string; details: { option?: string; feature?: string } };
    return `${code} ${details.option ?? details.feature}`;
  }
  return 'accepted';
}

describe('mergeColumns', () => {
  const read = (options: Record<string, string>, wanted: string[]): string[] =>
    mergeColumns(table(options), wanted).map((field) => field.name);

  it('adds the key without partition columns, and sequence fields', () => {
    assert.deepEqual(read({}, ['b']), ['b', 'id']);
    assert.deepEqual(read({ 'sequence.field': 'g2, c' }, ['c', 'id']), ['c', 'id', 'g2']);
  });

  it('adds the sequence fields of the groups that are read', () => {
    const options = {
      'merge-engine': 'partial-update',
      'fields.g1.sequence-group': 'a',
      'fields.g2,dt.sequence-group': 'b',
    };
    assert.deepEqual(read(options, ['c', 'id']), ['c', 'id']);
    assert.deepEqual(read(options, ['a', 'id']), ['a', 'id', 'g1']);
    assert.deepEqual(read(options, ['b']), ['b', 'id', 'g2', 'dt']);
    const removing = { ...options, 'partial-update.remove-record-on-sequence-group': 'g1' };
    assert.deepEqual(read(removing, ['c', 'id']), ['c', 'id']);
  });
});

describe('mergeSpec', () => {
  it('places key and sequence in the columns read', () => {
    const schema = table({ 'sequence.field': 'g1', 'sequence.field.sort-order': 'DESCENDING' });
    const spec = mergeSpec(schema, mergeColumns(schema, ['b', 'g1']));
    assert.deepEqual(
      spec.fields.map((field) => field.name),
      ['b', 'g1', 'id'],
    );
    assert.deepEqual([spec.key, spec.userSequence, spec.sequenceDescending], [[2], [1], true]);
    assert.equal(spec.keepDeletes, false);
  });

  it('knows ignore-delete by its older names', () => {
    for (const option of ['ignore-delete', 'deduplicate.ignore-delete', 'first-row.ignore-delete']) {
      const schema = table({ [option]: 'true' });
      assert.deepEqual(mergeSpec(schema, schema.fields).engine, { kind: 'deduplicate', ignoreDelete: true });
    }
  });

  it('merges by lookup where compaction has merged already', () => {
    const lookup = (options: Record<string, string>): boolean =>
      mergeSpec(table(options), table(options).fields).lookup;
    assert.equal(lookup({}), false);
    assert.equal(lookup({ 'changelog-producer': 'input' }), false);
    assert.equal(lookup({ 'changelog-producer': 'lookup' }), true);
    assert.equal(lookup({ 'deletion-vectors.enabled': 'true' }), true);
    assert.equal(lookup({ 'force-lookup': 'true' }), true);
  });

  it('gives every column of an aggregation its function', () => {
    const schema = table({
      'merge-engine': 'aggregation',
      'sequence.field': 'g1',
      'fields.default-aggregate-function': 'max',
      'fields.a.aggregate-function': 'sum',
      'fields.a.ignore-retract': 'true',
    });
    const { engine } = mergeSpec(schema, schema.fields);
    assert.ok(engine.kind === 'aggregation');
    assert.deepEqual(
      engine.aggregators.map(({ name }) => name),
      ['primary-key', 'primary-key', 'sum', 'max', 'max', 'last_value', 'max'],
    );
    assert.equal(engine.aggregators[2]?.ignoreRetract, true);
  });

  it('takes last_non_null_value when nothing is named', () => {
    const schema = table({ 'merge-engine': 'aggregation' });
    const { engine } = mergeSpec(schema, schema.fields);
    assert.ok(engine.kind === 'aggregation');
    assert.equal(engine.aggregators[2]?.name, 'last_non_null_value');
  });
});

describe('what Java refuses', () => {
  const PARTIAL = { 'merge-engine': 'partial-update' };
  const GROUP = { ...PARTIAL, 'fields.g1.sequence-group': 'a,b' };
  const AGGREGATION = { 'merge-engine': 'aggregation' };
  const cases: readonly (readonly [string, Record<string, string>, string])[] = [
    ['an unknown engine', { 'merge-engine': 'cubist' }, 'FEATURE_UNSUPPORTED merge-engine'],
    ['a bad boolean', { 'ignore-delete': 'yes' }, 'SCHEMA_INVALID ignore-delete'],
    [
      'options of no column',
      { 'fields.zz.ignore-retract': 'true' },
      'SCHEMA_INVALID fields.zz.ignore-retract',
    ],
    ['an unknown sequence field', { 'sequence.field': 'zz' }, 'SCHEMA_INVALID sequence.field'],
    ['a repeated sequence field', { 'sequence.field': 'a,a' }, 'SCHEMA_INVALID sequence.field'],
    [
      'a sequence field of first-row',
      { 'merge-engine': 'first-row', 'sequence.field': 'a' },
      'SCHEMA_INVALID sequence.field',
    ],
    [
      'an aggregated sequence field',
      { ...AGGREGATION, 'sequence.field': 'a', 'fields.a.aggregate-function': 'sum' },
      'SCHEMA_INVALID fields.a.aggregate-function',
    ],
    [
      'an unknown function',
      { ...AGGREGATION, 'fields.a.aggregate-function': 'median' },
      'FEATURE_UNSUPPORTED fields.a.aggregate-function',
    ],
    [
      'a function of another type',
      { ...AGGREGATION, 'fields.a.aggregate-function': 'listagg' },
      'SCHEMA_INVALID fields.a.aggregate-function',
    ],
    [
      'ignored retracts that remove',
      { ...AGGREGATION, 'aggregation.remove-record-on-delete': 'true', 'fields.a.ignore-retract': 'true' },
      'SCHEMA_INVALID fields.a.ignore-retract',
    ],
    [
      'a function without a group',
      { ...PARTIAL, 'fields.a.aggregate-function': 'sum' },
      'SCHEMA_INVALID fields.a.aggregate-function',
    ],
    [
      'two groups of one column',
      { ...GROUP, 'fields.g2.sequence-group': 'b' },
      'SCHEMA_INVALID fields.g2.sequence-group',
    ],
    [
      'removal and ignored deletes',
      { ...PARTIAL, 'partial-update.remove-record-on-delete': 'true', 'ignore-delete': 'true' },
      'SCHEMA_INVALID partial-update.remove-record-on-delete',
    ],
    [
      'removal and groups',
      { ...GROUP, 'partial-update.remove-record-on-delete': 'true' },
      'SCHEMA_INVALID partial-update.remove-record-on-delete',
    ],
    [
      'removal by what is no sequence field',
      { ...GROUP, 'partial-update.remove-record-on-sequence-group': 'a' },
      'SCHEMA_INVALID partial-update.remove-record-on-sequence-group',
    ],
  ];
  for (const [name, options, expected] of cases) {
    it(name, () => assert.equal(refusal(options), expected));
  }

  it('nested tables without their key, and times that are no field', () => {
    const row: DataType = { kind: 'ROW', nullable: true, fields: [{ id: 9, name: 'id', type: INT }] };
    const types: Record<string, DataType> = { a: { kind: 'ARRAY', nullable: true, element: row } };
    const nested = { ...AGGREGATION, 'fields.a.aggregate-function': 'nested_partial_update' };
    assert.equal(refusal(nested, types), 'SCHEMA_INVALID fields.a.nested-key');
    assert.equal(
      refusal({ ...nested, 'fields.a.nested-key': 'x' }, types),
      'SCHEMA_INVALID fields.a.nested-key',
    );
    assert.equal(refusal({ ...nested, 'fields.a.nested-key': 'id' }, types), 'accepted');
    const map: Record<string, DataType> = {
      a: {
        kind: 'MAP',
        nullable: true,
        key: STRING,
        value: { ...row, fields: [...row.fields, { id: 10, name: 'at', type: STRING }] },
      },
    };
    const timed = { ...AGGREGATION, 'fields.a.aggregate-function': 'merge_map_with_keytime' };
    assert.equal(refusal(timed, map), 'accepted');
    assert.equal(refusal({ ...timed, 'fields.a.ts-field': 'zz' }, map), 'SCHEMA_INVALID fields.a.ts-field');
  });
});
