// Every row of the golden tables, as Java printed it, read by the encoding and printed again.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { type Field, parseFields } from '../../base/index.ts';
import { batchOf } from '../arrow/index.ts';
import { jsonLines } from './jsonl.ts';
import { parseCell } from './parse-value.ts';

const GOLDEN = new URL('../../../test/data/golden/', import.meta.url);

function latestFields(table: string): readonly Field[] {
  const directory = new URL(`warehouse/golden.db/${table}/schema/`, GOLDEN);
  const ids = readdirSync(directory).map((name) => Number(name.replace('schema-', '')));
  const file = new URL(`schema-${Math.max(...ids)}`, directory);
  const schema = JSON.parse(readFileSync(file, 'utf8')) as { readonly fields: unknown };
  return parseFields(schema.fields, { file: String(file), column: '' });
}

describe('the encoding', () => {
  it('reads and prints every golden row as Java does', () => {
    let rows = 0;
    for (const table of readdirSync(new URL('expected/', GOLDEN))) {
      const expected = new URL(`expected/${table}/latest.jsonl`, GOLDEN);
      if (!existsSync(expected)) continue;
      const fields = latestFields(table);
      const text = readFileSync(expected, 'utf8');
      const lines = text.split('\n').filter((line) => line !== '');
      const cells = lines.map((line) => {
        const row = JSON.parse(line) as Record<string, unknown>;
        return fields.map((field) => parseCell(field.type, row[field.name]));
      });
      const printed = [...jsonLines(batchOf(fields, cells))].join('').split('\n').slice(0, -1);
      assert.deepEqual(printed, lines, table);
      rows += lines.length;
    }
    assert.ok(rows > 1000, `${rows} rows compared`);
  });
});
