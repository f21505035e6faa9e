import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, it } from 'node:test';
import { type DataType, type Field, parseFields } from '../../base/index.ts';
import type { Batch } from '../arrow/index.ts';
import { jsonLines } from '../text/index.ts';
import { bytesSource } from './container.ts';
import { readAvroBatches } from './to-batch.ts';

const GOLDEN = new URL('../../../test/data/golden/', import.meta.url).pathname;
const INTERNAL: readonly Field[] = [
  { id: 1, name: '_SEQUENCE_NUMBER', type: { kind: 'BIGINT', nullable: false } },
  { id: 2, name: '_VALUE_KIND', type: { kind: 'TINYINT', nullable: false } },
];

function schemaOf(table: string): readonly Field[] {
  const file = `${GOLDEN}warehouse/golden.db/${table}/schema/schema-0`;
  const { fields } = JSON.parse(readFileSync(file, 'utf8')) as { fields: unknown };
  return parseFields(fields, { file, column: '' });
}

function dataFiles(table: string): readonly string[] {
  return globSync(`${GOLDEN}warehouse/golden.db/${table}/bucket-*/*.avro`).sort();
}

function expected(table: string, file = 'latest.jsonl'): readonly string[] {
  const text = readFileSync(`${GOLDEN}expected/${table}/${file}`, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}

async function rowsOf(path: string, fields: readonly Field[], options = {}): Promise<string[]> {
  const rows: string[] = [];
  for await (const batch of readAvroBatches(
    bytesSource(basename(path), readFileSync(path)),
    fields,
    options,
  )) {
    rows.push(...linesOf(batch));
  }
  return rows;
}

function linesOf(batch: Batch): readonly string[] {
  return [...jsonLines(batch)].join('').trimEnd().split('\n');
}

/**
 * The rows with the highest sequence number of their key, deletes dropped: what the deduplicate engine reads.
 */
async function checkNewest(table: string): Promise<void> {
  const fields = schemaOf(table);
  const newest = new Map<
    string,
    { readonly sequence: bigint; readonly kind: number; readonly row: string }
  >();
  for (const file of dataFiles(table)) {
    const keys = await rowsOf(file, fields.slice(0, 1));
    const rows = await rowsOf(file, fields);
    const internal = await rowsOf(file, INTERNAL);
    rows.forEach((row, i) => {
      const { _SEQUENCE_NUMBER, _VALUE_KIND } = JSON.parse(internal[i]!) as Record<string, string>;
      const sequence = BigInt(_SEQUENCE_NUMBER!);
      const old = newest.get(keys[i]!);
      if (old === undefined || old.sequence <= sequence) {
        newest.set(keys[i]!, { sequence, kind: Number(_VALUE_KIND), row });
      }
    });
  }
  const rows = [...newest.values()].filter(({ kind }) => kind === 0 || kind === 2).map(({ row }) => row);
  assert.deepEqual(rows.sort(), expected(table));
}

describe('Avro data files', () => {
  it('gives the rows Java reads from an append table, whatever the batches', async () => {
    const fields = schemaOf('types_append_avro');
    for (const options of [{}, { batchRows: 1 }, { batchRows: 7 }, { batchBytes: 1000 }]) {
      const rows: string[] = [];
      for (const file of dataFiles('types_append_avro')) rows.push(...(await rowsOf(file, fields, options)));
      assert.deepEqual(rows.sort(), expected('types_append_avro'));
    }
  });

  for (const table of ['types_pk_avro', 'compress_avro']) {
    it(`gives the newest row of every key of ${table} as Java does`, () => checkNewest(table));
  }

  it('reads a projection in any order, with nulls for what the file does not have', async () => {
    const table = 'types_append_avro';
    const all = schemaOf(table);
    const extra: readonly DataType[] = [
      { kind: 'INT', nullable: true },
      { kind: 'VARCHAR', nullable: true, length: 5 },
      { kind: 'ARRAY', nullable: true, element: { kind: 'DOUBLE', nullable: true } },
      {
        kind: 'ROW',
        nullable: true,
        fields: [{ id: 900, name: 'q', type: { kind: 'DATE', nullable: true } }],
      },
    ];
    const fields = [...all.filter((_, i) => i % 3 === 0).reverse()];
    for (const [i, type] of extra.entries()) fields.splice(i * 2, 0, { id: 1000 + i, name: `new${i}`, type });
    const rows: string[] = [];
    for (const file of dataFiles(table)) rows.push(...(await rowsOf(file, fields)));
    const projected = expected(table).map((line) => {
      const row = JSON.parse(line) as Record<string, unknown>;
      return JSON.stringify(Object.fromEntries(fields.map(({ name }) => [name, row[name] ?? null])));
    });
    assert.deepEqual(rows.sort(), projected.sort());
  });

  it('counts rows when no column is wanted', async () => {
    let count = 0;
    for (const file of dataFiles('types_append_avro')) {
      for await (const batch of readAvroBatches(bytesSource(file, readFileSync(file)), []))
        count += batch.rowCount;
    }
    assert.equal(count, 120);
  });

  it('refuses a column of another type, naming file and column', async () => {
    const [file] = dataFiles('types_append_avro');
    const fields: readonly Field[] = [{ id: 0, name: 'c_str', type: { kind: 'BIGINT', nullable: true } }];
    await assert.rejects(rowsOf(file!, fields), { kind: 'corrupt', message: /c_str is string/ });
  });

  it('decodes every Avro data file of the golden tables', async () => {
    const files = globSync(`${GOLDEN}warehouse/golden.db/*/bucket-*/*.avro`);
    assert.ok(files.length > 20);
    for (const file of files) await rowsOf(file, INTERNAL);
  });
});
