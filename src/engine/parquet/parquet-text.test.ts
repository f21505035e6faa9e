import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { DataType } from '../../base/index.ts';
import { decodeParquetFooter } from '../../codec/index.ts';
import { collect, field, linesOf, testDirectory, testEngine } from '../engine-fixture.ts';
import { readParquetFooter } from './parquet-copy.ts';
import { withTextAsBytes } from './parquet-text.ts';

const INT: DataType = { kind: 'INT', nullable: true };
const STRING: DataType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };
const LIST: DataType = { kind: 'ARRAY', nullable: true, element: STRING };
const MAP: DataType = { kind: 'MAP', nullable: true, key: { ...STRING, nullable: false }, value: STRING };
const ROW: DataType = { kind: 'ROW', nullable: true, fields: [field('x', INT), field('y', STRING)] };
const COLUMNS = [field('a', INT), field('t', STRING), field('l', LIST), field('m', MAP), field('r', ROW)];
/**
 * Written by the engine, and then overwritten in the file: a surrogate and a byte that begins nothing,
 * thrice.
 */
const MARK = '~mark~~mark~';
const MALFORMED = Buffer.from('eda080ff'.repeat(3), 'hex');
/** Java makes one U+FFFD of each. */
const PRINTED = '\ufffd'.repeat(6);

/** Row `a`; every text of a row that is `bad` is malformed. */
function line(a: number, bad: boolean): string {
  const t = bad ? PRINTED : a % 7 === 0 ? null : `text ${a}`;
  return JSON.stringify({ a, t, l: ['é', t], m: [['k', t]], r: { x: a, y: t } });
}

// Over the native bridge only: the public API does not tell a result that failed on the way from one that
// ended.
describe('text that is no UTF-8', async () => {
  const directory = await testDirectory();
  const engine = await testEngine({ bridge: 'native', tempDirectory: directory });
  /** Rows `from` to `to`, of which `bad` is malformed. */
  const write = async (name: string, from: number, to: number, bad: number): Promise<string> => {
    const path = join(directory, name);
    const t = `CASE WHEN i = ${bad} THEN '${MARK}' WHEN i % 7 = 0 THEN NULL ELSE 'text ' || i END`;
    const columns = "i::INTEGER AS a, t, ['é', t] AS l, MAP {'k': t} AS m, {'x': i::INTEGER, 'y': t} AS r";
    const rows = `SELECT ${columns} FROM (SELECT i, ${t} AS t FROM range(${from}, ${to}) AS s(i))`;
    await collect(
      engine.query(
        `COPY (${rows}) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 2048, COMPRESSION uncompressed)`,
      ),
    );
    const bytes = await readFile(path);
    for (let at = bytes.indexOf(MARK); at >= 0; at = bytes.indexOf(MARK, at)) MALFORMED.copy(bytes, at);
    await writeFile(path, bytes);
    return path;
  };
  const paths = [
    await write('a.parquet', 0, 3000, -1),
    await write('b.parquet', 3000, 9000, 7500),
    await write('c.parquet', 9000, 10000, 9001),
  ];
  const all = Array.from({ length: 10000 }, (_, a) => line(a, a === 7500 || a === 9001));

  it('is read like any other, each row once, whatever was given before it was met', async () => {
    for (const batchRows of [100, 2048, 100000]) {
      assert.deepEqual(await linesOf(engine.readParquet({ paths, columns: COLUMNS, batchRows })), all);
    }
    const alone = await linesOf(engine.readParquet({ paths: [paths[1] as string], columns: COLUMNS }));
    assert.deepEqual(alone, all.slice(3000, 9000));
  });

  it('is read under filters, which may let through more but nothing twice', async () => {
    for (const where of ['"a" % 5 = 0', `"t" >= 'text 5'`, `"t" IS NULL`, '"a" >= 7400 AND "a" < 7600']) {
      const read = engine.readParquet({ paths, columns: COLUMNS, batchRows: 100, where });
      const lines = await linesOf(read);
      assert.equal(new Set(lines).size, lines.length, where);
      assert.deepEqual(
        lines,
        [...lines].sort((p, q) => JSON.parse(p).a - JSON.parse(q).a),
      );
      const given = new Set(lines);
      const needed = all.filter((text, a) => {
        if (where.includes('%')) return a % 5 === 0;
        if (where.includes('NULL')) return a % 7 === 0 && a !== 7500 && a !== 9001;
        if (where.includes('>= 7400')) return a >= 7400 && a < 7600;
        const { t } = JSON.parse(text) as { readonly t: string | null };
        return t !== null && t >= 'text 5';
      });
      assert.deepEqual(
        needed.filter((text) => !given.has(text)),
        [],
        where,
      );
    }
  });

  it('leaves no copy behind', async () => {
    const left = (await readdir(directory, { recursive: true })).filter((n) => /-.*\.parquet$/.test(n));
    assert.deepEqual(left, []);
  });
});

describe('withTextAsBytes', () => {
  it('takes the name of text off the wanted columns alone', async () => {
    const directory = await testDirectory();
    const engine = await testEngine({ tempDirectory: directory });
    const path = join(directory, 'f.parquet');
    const select = "SELECT 1.5::DECIMAL(30,1) AS d, 'a' AS a, ['b'] AS b, 'c' AS c, DATE '2024-01-01' AS e";
    await collect(engine.query(`COPY (${select}) TO '${path}' (FORMAT parquet)`));
    const { footer } = await readParquetFooter(path);
    const texts = (of: typeof footer) => of.leaves.filter((leaf) => leaf.text).map((leaf) => leaf.path[0]);
    assert.deepEqual(texts(footer), ['a', 'b', 'c']);
    const bytes = withTextAsBytes(footer.bytes, footer, new Set(['a', 'b', 'd', 'e']), path);
    const changed = decodeParquetFooter(bytes, path);
    assert.deepEqual(texts(changed), ['c']);
    assert.deepEqual(changed.columns, footer.columns);
    assert.deepEqual(
      changed.chunks.map(({ start, length }) => [start, length]),
      footer.chunks.map(({ start, length }) => [start, length]),
    );
  });
});
