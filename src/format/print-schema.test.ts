import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { printSchema } from './print-schema.ts';
import { parseSchema, type TableSchema } from './schema.ts';

const warehouse = fileURLToPath(new URL('../../test/data/golden/warehouse', import.meta.url));

describe('printSchema', () => {
  it('prints every golden schema byte for byte as Java did', () => {
    const files = globSync('**/schema/schema-*', { cwd: warehouse });
    assert.ok(files.length > 70, `${files.length} schemas`);
    for (const file of files) {
      const text = readFileSync(`${warehouse}/${file}`, 'utf8');
      assert.equal(printSchema(parseSchema(text, file)), text, file);
    }
  });

  it('escapes as Jackson does: short escapes, upper-case digits, nothing else', () => {
    const schema: TableSchema = {
      version: 3,
      id: 0,
      fields: [],
      highestFieldId: -1,
      partitionKeys: [],
      primaryKeys: [],
      options: { '\\u001f\u001f': '"\n\t\b\f\r\u0000\u007f\u2028é😀/' },
      timeMillis: 0n,
    };
    assert.match(printSchema(schema), /"\\\\u001f\\u001F" : "\\"\\n\\t\\b\\f\\r\\u0000\u007f\u2028é😀\/"/);
    assert.deepEqual(parseSchema(printSchema(schema), 'x'), schema);
  });
});
