// Every way Java 1.4.2 can lay out a Parquet file (codecs, page versions, encodings, row groups, names), read
// as Java read it. `interop/run.sh layouts test/data/parquet` makes the tables anew.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { type Batch, jsonLines, type Lake, openLake, type ScanOptions } from '../src/index.ts';
import type { Expected } from './golden.ts';

const ROOT = join(import.meta.dirname, 'data/parquet');

let lake: Lake;
before(async () => {
  lake = await openLake({ warehouse: join(ROOT, 'warehouse'), memory: '400mb' });
});
after(() => lake.close());

for (const table of readdirSync(join(ROOT, 'expected'))) {
  const folder = join(ROOT, 'expected', table);
  const index: { expected: Expected[] } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'));
  const all = linesOf(folder, 'latest.jsonl.gz');
  describe(`parquet.${table}`, () => {
    for (const { file, read } of index.expected) {
      it(file, async () => {
        const filter = read?.filter === undefined ? {} : { filter: read.filter };
        assert.deepEqual(await scan(table, filter), linesOf(folder, file));
      });
    }

    it('reads each column alone, and with another one', async () => {
      const { schema } = await lake.table(`parquet.${table}`);
      for (const { name } of schema.fields) {
        assert.deepEqual(await scan(table, { columns: [name] }), projected(all, [name]), name);
        const columns = name === 'id' ? ['id'] : [name, 'id'];
        assert.deepEqual(
          await scan(table, { columns, filter: 'id >= 5 AND id < 9' }),
          projected(linesOf(folder, 'filter.jsonl.gz'), columns),
          name,
        );
      }
    });
  });
}

describe('SQL over Parquet files', () => {
  it('reads LZ4 files, which the engine refuses, like the others', async () => {
    for (const table of ['codec_lz4', 'codec_zstd', 'v2_lz4']) {
      const sql = `SELECT count(*) AS n, sum(id) AS ids, count(DISTINCT text) AS texts FROM parquet.${table}`;
      const [row] = split(await textOf(await lake.sql(sql)));
      // 40 rows; every seventh from the third has no text.
      assert.deepEqual(
        JSON.parse(row as string),
        { n: '40', ids: String((39 * 40) / 2), texts: '34' },
        table,
      );
    }
  });

  it('finds columns whose names are like what the engine calls other ones', async () => {
    const sql = 'SELECT "b.c", "quo""te", "A_1" FROM parquet.names_zstd WHERE id = 3';
    const row = JSON.parse(await textOf(await lake.sql(sql)));
    assert.deepEqual(row, { 'b.c': 'column 2 of 3', 'quo"te': 'column 4 of 3', A_1: 'column 16 of 3' });
  });
});

async function textOf(batches: AsyncIterable<Batch>): Promise<string> {
  let text = '';
  for await (const batch of batches) text += [...jsonLines(batch)].join('');
  return text;
}

async function scan(table: string, options: ScanOptions): Promise<string[]> {
  const out: string[] = [];
  for await (const batch of await (await lake.table(`parquet.${table}`)).scan(options)) {
    out.push(...split([...jsonLines(batch)].join('')));
  }
  return out.sort();
}

function linesOf(folder: string, file: string): string[] {
  return split(gunzipSync(readFileSync(join(folder, file))).toString()).sort();
}

/**
 * The lines with these members only. No name occurs twice, and none is a number that JSON.parse would move.
 */
function projected(lines: readonly string[], columns: readonly string[]): string[] {
  return lines
    .map((line) => {
      const row = JSON.parse(line);
      return JSON.stringify(Object.fromEntries(columns.map((name) => [name, row[name]])));
    })
    .sort();
}

function split(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
