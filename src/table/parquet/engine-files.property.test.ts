// Random columns that DuckDB writes, in every codec and both versions of pages: this reader gives what
// DuckDB's does.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { engineInDirectory, engineRows, ownLines } from './own-reader.sample.ts';

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const ROUNDS = Number(process.env.ROUNDS ?? 12);
const CODECS = ['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw'];

type Random = (n: number) => number;

/** Numbers below `n` that follow from the seed (mulberry32). */
function randomOf(seed: number): Random {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}

/** An expression of row `i` (and a salt), of a type Paimon has. Equal hashes make equal values. */
function expression(random: Random, depth: number, row = 'i'): string {
  const salt = random(1000);
  const variety = [1, 3, 50, 100_000][random(4)] as number;
  const hash = `(hash(${row}, ${salt}) % ${variety})::BIGINT`;
  const inner = () => expression(random, depth - 1, row);
  const each = () => expression(random, depth - 1, `(${row} * 31 + x)`);
  const bare = leaf(random, hash, salt);
  const kind = random(depth > 0 ? 8 : 4);
  const length = `hash(${row}, ${salt + 1}) % ${[2, 5, 40][random(3)]}`;
  const value =
    kind < 4
      ? bare
      : kind < 6
        ? `list_transform(range((${length})::BIGINT), lambda x: ${each()})`
        : kind === 6
          ? `{'a': ${inner()}, 'b': ${inner()}}`
          : `map(list_transform(range((${length})::BIGINT), lambda x: x::INTEGER), ` +
            `list_transform(range((${length})::BIGINT), lambda x: ${each()}))`;
  const nulls = [0, 2, 9][random(3)] as number;
  return nulls === 0
    ? value
    : `CASE WHEN hash(${row}, ${salt + 2}) % ${nulls} = 0 THEN NULL ELSE ${value} END`;
}

function leaf(random: Random, hash: string, salt: number): string {
  const signed = `(${hash} - ${random(60_000)})`;
  const all = [
    `${hash} % 2 = 0`,
    `(${hash} % 128)::TINYINT`,
    `(${hash} % 32000)::SMALLINT`,
    `${signed}::INTEGER`,
    `${signed} * 12345678901`,
    `${signed}::FLOAT / 7`,
    `${signed}::DOUBLE / 3`,
    `DATE '2000-01-01' + (${hash} % 20000)::INTEGER`,
    `make_timestamp(${signed} * 1000000007)`,
    `make_timestamp(${signed} * 1000000)::TIMESTAMP_MS`,
    `(${signed}::DECIMAL(18, 0) / 100)::DECIMAL(9, 2)`,
    `${signed}::DECIMAL(18, 3)`,
    `${signed}::DECIMAL(38, 10)`,
    `'v' || ${hash}`,
    `repeat('long text ${salt} ', (${hash} % 20)::INTEGER) || ${hash}`,
    `('b' || ${hash})::BLOB`,
  ];
  return all[random(all.length)] as string;
}

describe('files DuckDB writes', async () => {
  const { engine, directory } = await engineInDirectory();

  it(`are read as DuckDB reads them (SEED=${SEED})`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const random = randomOf(SEED + round);
      const columns = Array.from(
        { length: 1 + random(4) },
        (_, c) => `${expression(random, random(4))} AS c${c}`,
      );
      const rows = 1 + random([20, 3000, 6000][random(3)] as number);
      const path = join(directory, `${round}.parquet`);
      const options = [
        'FORMAT parquet',
        `COMPRESSION ${CODECS[random(CODECS.length)]}`,
        `PARQUET_VERSION V${1 + random(2)}`,
        `ROW_GROUP_SIZE ${[2048, 4096, 122_880][random(3)]}`,
        ...(random(3) === 0 ? ['DICTIONARY_SIZE_LIMIT 1'] : []),
      ];
      const select = `SELECT ${columns.join(', ')} FROM range(${rows}) AS r(i)`;
      const sql = `COPY (${select}) TO '${path}' (${options.join(', ')})`;
      for await (const _ of engine.query(sql));
      const say = `SEED=${SEED + round} ROUNDS=1: ${sql}`;
      const { fields, lines } = await engineRows(engine, path);
      const own = await ownLines(path, fields, {
        batchRows: 1 + random(random(2) === 0 ? 70_000 : 900),
        batchBytes: random(2) === 0 ? 1 + random(100_000) : undefined,
        reuse: random(2) === 0,
      }).catch((error: unknown) => assert.fail(`${String(error)} ${say}`));
      const at = own.findIndex((line, i) => line !== lines[i]);
      assert.equal(at < 0 ? '' : `row ${at}: ${own[at]} for ${lines[at]}`, '', say);
      assert.equal(own.length, lines.length, say);
    }
  });
});
