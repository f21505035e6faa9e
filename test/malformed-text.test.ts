// Text that is not UTF-8 in a table of Java's: its bytes are changed in place, so that all but the text is as
// Java wrote it. Java reads such tables and prints U+FFFD; so do scans and SQL.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Batch, jsonLines, type Lake, openLake } from '../src/index.ts';

const SOURCE = join(import.meta.dirname, 'data/parquet/warehouse/parquet.db/codec_none');
const warehouse = mkdtempSync(join(tmpdir(), 'malformed-text-'));
const BROKEN = 7;

let lake: Lake;
let sound: string[];
before(async () => {
  const table = join(warehouse, 'parquet.db/codec_none');
  cpSync(SOURCE, table, { recursive: true });
  lake = await openLake({ warehouse, memory: '400mb' });
  sound = await linesOf((await lake.table('parquet.codec_none')).scan());
  const { text } = JSON.parse(sound.find((line) => JSON.parse(line).id === BROKEN) as string);
  const bucket = join(table, 'bucket-0');
  const [name] = readdirSync(bucket);
  const path = join(bucket, name as string);
  const bytes = readFileSync(path);
  // A surrogate, for which Java has one U+FFFD, and a byte that begins nothing.
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at))
    bytes.set([0xed, 0xa0, 0x80, 0xff], at);
  writeFileSync(path, bytes);
});
after(async () => {
  await lake.close();
  rmSync(warehouse, { recursive: true, force: true });
});

async function linesOf(batches: AsyncIterable<Batch> | Promise<AsyncIterable<Batch>>): Promise<string[]> {
  let all = '';
  for await (const batch of await batches) for (const chunk of jsonLines(batch)) all += chunk;
  return all.split('\n').filter((line) => line !== '');
}

/** The line as it has become. */
function broken(line: string): string {
  const row = JSON.parse(line);
  if (row.id !== BROKEN) return line;
  const { text } = row as { readonly text: string };
  return line.replaceAll(text, `\ufffd\ufffd${text.slice(4)}`);
}

describe('text that is not UTF-8', () => {
  it('is read by scans, with filters, and alone', async () => {
    const table = await lake.table('parquet.codec_none');
    const wanted = sound.map(broken);
    assert.notDeepEqual(wanted, sound);
    assert.deepEqual(await linesOf(table.scan()), wanted);
    const few = wanted.filter((line) => JSON.parse(line).id > 5);
    assert.deepEqual(await linesOf(table.scan({ filter: 'id > 5' })), few);
    const texts = wanted.map((line) => JSON.stringify({ text: JSON.parse(line).text }));
    assert.deepEqual(await linesOf(table.scan({ columns: ['text'] })), texts);
  });

  it('is read by SQL, which sees U+FFFD', async () => {
    const texts = sound.map(broken).map((line) => JSON.parse(line).text as string | null);
    const sql =
      'SELECT count(text) AS n, count(DISTINCT text) AS d, sum(length(text)) AS l FROM parquet.codec_none';
    const present = texts.filter((text) => text !== null);
    const length = present.reduce((sum, text) => sum + [...text].length, 0);
    assert.deepEqual(await linesOf(lake.sql(sql)), [
      `{"n":"${present.length}","d":"${new Set(present).size}","l":"${length}"}`,
    ]);
    const all = await linesOf(lake.sql('SELECT text FROM parquet.codec_none ORDER BY id'));
    const byId = sound.map(broken).sort((a, b) => JSON.parse(a).id - JSON.parse(b).id);
    assert.deepEqual(
      all,
      byId.map((line) => JSON.stringify({ text: JSON.parse(line).text })),
    );
    const found = await linesOf(
      lake.sql("SELECT id FROM parquet.codec_none WHERE text LIKE '%\ufffd\ufffd%'"),
    );
    assert.deepEqual(found, [`{"id":${BROKEN}}`]);
  });
});
