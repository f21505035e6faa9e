import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LakeError } from '../base/index.ts';
import { encodeRow, type Value } from '../codec/index.ts';
import { decodeManifest } from './manifest/index.ts';
import { bucketPath, decodePartition, escapePathName, partitionPath, partitionSpec } from './partition.ts';
import { parseSchema, type TableSchema } from './schema.ts';

const warehouse = new URL('../../test/data/golden/warehouse/golden.db/', import.meta.url);

function schemaOf(types: readonly string[], options: Record<string, string> = {}): TableSchema {
  const fields = types.map((type, id) => ({ id, name: `p${id}`, type }));
  const partitionKeys = fields.map((f) => f.name);
  const json = { version: 3, id: 0, fields, highestFieldId: 9, partitionKeys, primaryKeys: [], options };
  return parseSchema(JSON.stringify(json), 'schema-0');
}

const pathOf = (type: string, value: Value, options: Record<string, string> = {}): string =>
  partitionPath(partitionSpec(schemaOf([type]), [value], options));
const MODERN = { 'partition.legacy-name': 'false' };

describe('partition paths', () => {
  it('lead to every data file of the golden tables', () => {
    let count = 0;
    for (const table of readdirSync(warehouse)) {
      const folder = new URL(`${table}/manifest/`, warehouse);
      if (!existsSync(folder)) continue;
      const schema = parseSchema(readFileSync(new URL(`${table}/schema/schema-0`, warehouse), 'utf8'), table);
      const root = fileURLToPath(new URL(table, warehouse));
      const reached = new Set<string>();
      for (const name of readdirSync(folder).filter((n) => /^manifest-(?!list)/.test(n))) {
        decodeManifest(readFileSync(new URL(name, folder)), name, {
          onEntry: ({ partition, bucket, file }) => {
            reached.add(`${bucketPath(root, schema, partition, bucket, schema.options)}/${file.fileName}`);
          },
        });
      }
      for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
        if (!/bucket-[^/]*\/.*\.(parquet|orc|avro)$/.test(path)) continue;
        assert.ok(reached.has(`${root}/${path}`), `${table}/${path}`);
        count++;
      }
    }
    assert.ok(count > 500, `${count}`);
  });

  it("print values as Java's objects do under legacy names", () => {
    assert.equal(pathOf('DATE', 19000), 'p0=19000');
    assert.equal(pathOf('BOOLEAN', true), 'p0=true');
    assert.equal(pathOf('BIGINT', 2n ** 63n - 1n), 'p0=9223372036854775807');
    assert.equal(pathOf('DECIMAL(10, 2)', -150n), 'p0=-1.50');
    assert.equal(pathOf('DOUBLE', 1e10), 'p0=1.0E10');
    assert.equal(pathOf('FLOAT', Math.fround(0.1)), 'p0=0.1');
    assert.equal(pathOf('TIMESTAMP(3)', 1704067200000000n), 'p0=2024-01-01T00%3A00');
    assert.equal(pathOf('TIMESTAMP(9)', 1704067200000000001n), 'p0=2024-01-01T00%3A00%3A00.000000001');
    assert.throws(
      () => pathOf('BYTES', new Uint8Array(1)),
      (e) => e instanceof LakeError && e.code === 'FEATURE_UNSUPPORTED',
    );
  });

  it('print values cast to STRING otherwise', () => {
    assert.equal(pathOf('DATE', 19000, MODERN), 'p0=2022-01-08');
    assert.equal(pathOf('TIMESTAMP(3)', 1704067200000000n, MODERN), 'p0=2024-01-01 00%3A00%3A00.000');
    assert.equal(pathOf('BYTES', new TextEncoder().encode('x'), MODERN), 'p0=x');
  });

  it('put null and blank values under the default name', () => {
    for (const value of [null, '', ' ', '\t\u001c\u3000'])
      assert.equal(pathOf('STRING', value), 'p0=__DEFAULT_PARTITION__');
    assert.equal(pathOf('STRING', null, { 'partition.default-name': 'N/A' }), 'p0=N%2FA');
    assert.equal(pathOf('STRING', '\u00a0'), 'p0=\u00a0');
  });

  it('escape what Java escapes and nothing else', () => {
    assert.equal(
      escapePathName('a\tb"#%\'*/:=?\\\u007f{}[]^'),
      'a%09b%22%23%25%27%2A%2F%3A%3D%3F%5C%7F%7B%7D%5B%5D%5E',
    );
    assert.equal(escapePathName('é中 ~!@$&()_+|<>,.;`-\u0080'), 'é中 ~!@$&()_+|<>,.;`-\u0080');
  });

  it('cannot leave the table', () => {
    const schema = schemaOf(['STRING']);
    const row = encodeRow([schema.fields[0]!.type], ['../..']);
    assert.equal(bucketPath('/t', schema, row, 0, {}), '/t/p0=..%2F../bucket-0');
    assert.equal(
      bucketPath('/t', schema, row, -2, { 'data-file.path-directory': 'data/x/' }),
      '/t/data/x/p0=..%2F../bucket-postpone',
    );
    for (const directory of ['../x', '/x', 'a/../../b']) {
      const options = { 'data-file.path-directory': directory };
      assert.throws(
        () => bucketPath('/t', schema, row, 0, options),
        (e) => e instanceof LakeError && e.code === 'PATH_OUTSIDE_TABLE',
      );
    }
  });

  it('refuse rows of another table', () => {
    assert.throws(
      () => decodePartition(schemaOf(['INT', 'INT']), encodeRow([], []), 'manifest-1'),
      /manifest-1.*0 fields/,
    );
  });
});
