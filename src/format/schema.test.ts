import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { LakeError } from '../base/index.ts';
import {
  bucketKeys,
  crossPartitionUpdate,
  fieldOf,
  parseSchema,
  type TableSchema,
  trimmedPrimaryKeys,
} from './schema.ts';

const warehouse = new URL('../../test/data/golden/warehouse/golden.db/', import.meta.url);

const minimal = {
  id: 0,
  fields: [
    { id: 0, name: 'dt', type: 'STRING NOT NULL' },
    { id: 1, name: 'k', type: 'INT NOT NULL' },
    { id: 2, name: 'v', type: 'BIGINT' },
  ],
  highestFieldId: 2,
  partitionKeys: ['dt'],
  primaryKeys: ['dt', 'k'],
  options: {},
};
const parse = (changes: object = {}): TableSchema =>
  parseSchema(JSON.stringify({ ...minimal, ...changes }), 'schema-0');
const refused = (changes: object, code: string): void => {
  assert.throws(
    () => parse(changes),
    (e) => e instanceof LakeError && e.code === code,
  );
};

describe('schema', () => {
  it('reads every golden schema', () => {
    let count = 0;
    for (const table of readdirSync(warehouse)) {
      for (const dir of [`${table}/schema/`, `${table}/branch/branch-b1/schema/`]) {
        let names: string[] = [];
        try {
          names = readdirSync(new URL(dir, warehouse));
        } catch {
          continue;
        }
        for (const name of names) {
          const schema = parseSchema(readFileSync(new URL(dir + name, warehouse), 'utf8'), dir + name);
          assert.equal(`schema-${schema.id}`, name);
          assert.equal(schema.version, 3);
          assert.ok(schema.highestFieldId >= Math.max(...schema.fields.map((f) => f.id)));
          count++;
        }
      }
    }
    assert.ok(count > 70, `${count}`);
  });

  it('applies the old defaults of versions 1 and 2, and none for 3', () => {
    assert.deepEqual(parse().options, { bucket: '1', 'file.format': 'orc' });
    assert.equal(parse().version, 1);
    assert.deepEqual(parse({ version: 2 }).options, { 'file.format': 'orc' });
    assert.deepEqual(parse({ version: 3 }).options, {});
    assert.deepEqual(parse({ options: { bucket: '7', 'file.format': 'avro' } }).options, {
      bucket: '7',
      'file.format': 'avro',
    });
  });

  it('takes a missing timeMillis as 0 and a comment as text', () => {
    assert.equal(parse().timeMillis, 0n);
    assert.equal(parse().comment, undefined);
    const schema = parse({ timeMillis: 1700000000123, comment: 'x' });
    assert.equal(schema.timeMillis, 1700000000123n);
    assert.equal(schema.comment, 'x');
  });

  it('trims the primary key and finds the bucket keys', () => {
    assert.deepEqual(trimmedPrimaryKeys(parse()), ['k']);
    assert.deepEqual(bucketKeys(parse()), ['k']);
    assert.deepEqual(bucketKeys(parse({ primaryKeys: [], options: { 'bucket-key': 'v,k' } })), ['v', 'k']);
    assert.deepEqual(bucketKeys(parse({ primaryKeys: [] })), []);
    assert.equal(crossPartitionUpdate(parse()), false);
    assert.equal(crossPartitionUpdate(parse({ primaryKeys: ['k'] })), true);
    assert.equal(crossPartitionUpdate(parse({ primaryKeys: [] })), false);
  });

  it('refuses what Java refuses', () => {
    refused({ primaryKeys: ['dt'] }, 'SCHEMA_INVALID');
    refused({ options: { 'bucket-key': 'dt' } }, 'SCHEMA_INVALID');
    refused({ options: { 'bucket-key': 'v' } }, 'SCHEMA_INVALID');
    refused({ options: { 'bucket-key': 'nope' } }, 'SCHEMA_INVALID');
    refused({ partitionKeys: ['nope'] }, 'FILE_CORRUPT');
    refused({ id: 'x' }, 'FILE_CORRUPT');
    refused({ fields: 3 }, 'FILE_CORRUPT');
    refused({ version: 4 }, 'FEATURE_UNSUPPORTED');
    assert.throws(() => parseSchema('{"id": 0,', 'schema-0'), /schema-0/);
    assert.throws(() => fieldOf(parse(), 'x'), /there are: dt, k, v/);
  });
});
