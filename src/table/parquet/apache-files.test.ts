// Files of many writers out of Apache's parquet-testing: this reader gives what DuckDB's does, or says why
// not.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Field, parseType } from '../../base/index.ts';
import { engineInDirectory, engineRows, ownLines } from './own-reader.sample.ts';

const ROOT = fileURLToPath(new URL('../../../test/data/apache-parquet/', import.meta.url));
const { engine } = await engineInDirectory();

/** Files that are not read like the others, with the types to ask for where DuckDB's are not Paimon's. */
const OTHERS: ReadonlySet<string> = new Set([
  'concatenated_gzip_members.parquet',
  'hadoop_lz4_compressed.parquet',
  'non_hadoop_lz4_compressed.parquet',
  'int96_from_spark.parquet',
  'old_list_structure.parquet',
  'repeated_no_annotation.parquet',
  'repeated_primitive_no_list.parquet',
  'ARROW-GH-45185.parquet',
  'ARROW-GH-47662.parquet',
  'ARROW-RS-GH-6229-LEVELS.parquet',
  'ARROW-RS-GH-6229-DICTHEADER.parquet',
]);

function fieldsOf(types: Readonly<Record<string, string>>): Field[] {
  return Object.entries(types).map(([name, type], id) => ({ id, name, type: parseType(type) }));
}

const lines = (name: string, types: Readonly<Record<string, string>>): Promise<string[]> =>
  ownLines(join(ROOT, name), fieldsOf(types));

describe('files of other writers', () => {
  for (const name of readdirSync(ROOT).filter((file) => file.endsWith('.parquet') && !OTHERS.has(file))) {
    it(`${name}: the rows DuckDB reads, in batches of any size`, async () => {
      const path = join(ROOT, name);
      const { fields, lines: expected } = await engineRows(engine, path);
      assert.ok(fields.length > 0 && expected.length > 0);
      assert.deepEqual(await ownLines(path, fields), expected);
      assert.deepEqual(await ownLines(path, fields, { batchRows: 3, reuse: true }), expected);
      assert.deepEqual(await ownLines(path, fields, { batchBytes: 200 }), expected);
    });
  }

  for (const name of ['delta_encoding_optional_column', 'delta_encoding_required_column']) {
    it(`${name}: what the CSV beside it says`, async () => {
      const { fields } = await engineRows(engine, join(ROOT, `${name}.parquet`));
      const [, ...rows] = readFileSync(join(ROOT, `${name}_expect.csv`), 'latin1')
        .trim()
        .split('\n');
      const expected = rows.map((row) =>
        [...row.matchAll(/("[^"]*"|[^,]*)(,|$)/g)]
          .map(([, cell]) => cell?.replaceAll('"', '') ?? '')
          .slice(0, fields.length)
          .map((cell) => (cell === '' ? null : cell)),
      );
      const read = (await ownLines(join(ROOT, `${name}.parquet`), fields)).map((line) =>
        (JSON.parse(line) as (string | number | null)[]).map((cell) =>
          cell === null || cell === '' ? null : String(cell).replace(/^(-?\d+)n$/, '$1'),
        ),
      );
      assert.deepEqual(read, expected);
    });
  }

  it('LZ4 as Hadoop frames it and as Arrow did not', async () => {
    const types = { c0: 'BIGINT', c1: 'BYTES', v11: 'DOUBLE' };
    const expected = ['["1593604800n","abc",42]', '["1593604800n","def",7.7]'];
    expected.push('["1593604801n","abc",42.125]', '["1593604801n","def",7.7]');
    assert.deepEqual(await lines('hadoop_lz4_compressed.parquet', types), expected);
    assert.deepEqual(await lines('non_hadoop_lz4_compressed.parquet', types), expected);
  });

  it('gzip pages of several members; unsigned numbers as Java reads them', async () => {
    const read = await lines('concatenated_gzip_members.parquet', { long_col: 'BIGINT' });
    assert.deepEqual(
      read,
      Array.from({ length: 513 }, (_, i) => `["${i + 1}n"]`),
    );
  });

  it('INT96 of any year at nine digits, of years that fit at six', async () => {
    // The values are in parquet-testing's int96_from_spark.md.
    const nine = await lines('int96_from_spark.parquet', { a: 'TIMESTAMP(9)' });
    const days = [1704141296123456000n, 1704070800000000000n, 253402225200000000000n, 1735599600000000000n];
    assert.deepEqual(
      nine.slice(0, 4),
      days.map((nanos) => `["${nanos}n"]`),
    );
    assert.equal(nine[4], '[null]');
    // Year 290000, which Spark wrapped around; Java reads what is there, and fails where it does not fit.
    assert.equal(nine[5], '["-9357363680509551616000n"]');
    await assert.rejects(lines('int96_from_spark.parquet', { a: 'TIMESTAMP(6)' }), {
      code: 'VALUE_OUT_OF_RANGE',
    });
  });
});

describe('files that are refused', () => {
  it('lists in forms Java does not read', async () => {
    const refused = (name: string, types: Readonly<Record<string, string>>) =>
      assert.rejects(lines(name, types), { kind: 'unsupported', message: new RegExp(`${name}: column`) });
    await refused('old_list_structure.parquet', { a: 'ARRAY<ARRAY<INT>>' });
    await refused('repeated_no_annotation.parquet', { phoneNumbers: 'ROW<phone ARRAY<ROW<number BIGINT>>>' });
    await refused('repeated_primitive_no_list.parquet', { Int32_list: 'ARRAY<INT>' });
  });

  it('levels, dictionaries and values that are not there, naming file and place', async () => {
    const corrupt = (name: string, types: Readonly<Record<string, string>>, message: RegExp) =>
      assert.rejects(lines(name, types), { kind: 'corrupt', message });
    await corrupt('ARROW-GH-45185.parquet', { x: 'ARRAY<INT>' }, /at byte 4: .* goes on with no row/);
    await corrupt('ARROW-GH-47662.parquet', { flba_field: 'BYTES' }, /at byte 4: .*values beyond their page/);
    await corrupt(
      'ARROW-RS-GH-6229-LEVELS.parquet',
      { outer: 'ARRAY<ROW<c INT>>' },
      /at byte \d+: .*1 values/,
    );
    await corrupt('ARROW-RS-GH-6229-DICTHEADER.parquet', { name: 'STRING' }, /at byte 129: /);
  });
});
