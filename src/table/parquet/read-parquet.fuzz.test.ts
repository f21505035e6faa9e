// Damaged Parquet files: flipped bits, lost bytes, numbers that lie. Reading them gives rows or an error of a
// kind that says whose fault it is, within the memory a read may take.
import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Field, LakeError } from '../../base/index.ts';
import { decodeParquetFooter } from '../../codec/index.ts';
import { engineInDirectory, engineRows, ownBatches } from './own-reader.sample.ts';

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const ROUNDS = Number(process.env.ROUNDS ?? 25);
const DATA = fileURLToPath(new URL('../../../test/data/', import.meta.url));
/** Rows of a damaged file that are looked at: a run of a few bytes may claim any number of them. */
const ROWS_MAX = 300_000;

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

/** Damages pages, or the footer, or anything. */
function damage(file: Buffer, random: Random): Buffer {
  const footerLength = file.readUInt32LE(file.length - 8);
  const footerAt = file.length - 8 - footerLength;
  const bytes = Buffer.from(file);
  const [from, to] = random(3) === 0 ? [footerAt, file.length - 8] : [4, footerAt];
  if (random(12) === 0) return bytes.subarray(0, random(bytes.length));
  for (let left = 1 + random(random(3) === 0 ? 12 : 2); left > 0; left--) {
    const at = from + random(to - from);
    const kind = random(4);
    if (kind === 0) bytes[at] = random(256);
    else if (kind === 1) bytes[at] = [0, 1, 0x7f, 0x80, 0xff][random(5)] as number;
    else if (kind === 2) bytes[at] = (bytes[at] as number) ^ (1 << random(8));
    else bytes.fill(0xff, at, Math.min(to, at + 1 + random(6)));
  }
  return bytes;
}

/** Reads a file; the kind of error it ends with. */
async function outcome(path: string, fields: readonly Field[], random: Random): Promise<string> {
  let rows = 0;
  try {
    const options = { batchRows: 1 + random(9000), reuse: random(2) === 0, batchBytes: 1_000_000 };
    for await (const batch of ownBatches(path, fields, options)) {
      for (const column of batch.columns) assert.equal(column.length, batch.rowCount);
      rows += batch.rowCount;
      if (rows > ROWS_MAX) return 'rows';
    }
    return 'rows';
  } catch (error) {
    assert.ok(error instanceof LakeError, `${String((error as Error).stack)}`);
    if (error.kind === 'corrupt') assert.ok(error.message.includes(path), `names no file: ${error.message}`);
    return error.code;
  }
}

const EXPECTED: ReadonlySet<string> = new Set([
  'rows',
  'FILE_CORRUPT',
  'FEATURE_UNSUPPORTED',
  'MEMORY_EXHAUSTED',
  'LIMIT_EXCEEDED',
  'VALUE_OUT_OF_RANGE',
]);

describe('damaged Parquet files', async () => {
  const { engine, directory } = await engineInDirectory();
  const sound = [
    ...globSync('apache-parquet/*.parquet', { cwd: DATA }),
    ...globSync('golden/warehouse/golden.db/types_*_parquet/**/*.parquet', { cwd: DATA }),
    ...globSync('parquet/warehouse/parquet.db/*/**/*.parquet', { cwd: DATA }).filter((_, i) => i % 4 === 0),
  ].sort();
  const path = join(directory, 'damaged.parquet');
  const seen = new Map<string, number>();

  for (const name of sound) {
    it(`${basename(name)}: rows or an error that says whose fault it is (SEED=${SEED})`, async () => {
      const file = await readFile(join(DATA, name));
      const fields = await fieldsOf(join(DATA, name), file);
      if (fields === undefined) return;
      for (let round = 0; round < ROUNDS; round++) {
        const seed = SEED + round;
        const random = randomOf(seed ^ file.length);
        await writeFile(path, damage(file, random));
        const code = await outcome(path, fields, random).catch((error: unknown) => {
          throw new Error(`SEED=${seed} ROUNDS=1 ${name}`, { cause: error });
        });
        assert.ok(EXPECTED.has(code), `SEED=${seed} ROUNDS=1 ${name}: ${code}`);
        seen.set(code, (seen.get(code) ?? 0) + 1);
      }
    });
  }

  it('most damage is noticed', () => {
    assert.ok((seen.get('FILE_CORRUPT') ?? 0) > (seen.get('rows') ?? 0) / 10, JSON.stringify([...seen]));
  });

  /** The columns of a sound file; undefined for those that are damaged to begin with. */
  async function fieldsOf(whole: string, file: Buffer): Promise<readonly Field[] | undefined> {
    try {
      return (await engineRows(engine, whole)).fields;
    } catch (error) {
      assert.ok(error instanceof LakeError);
      decodeParquetFooter(file.subarray(file.length - 8 - file.readUInt32LE(file.length - 8), -8), whole);
      return undefined;
    }
  }
});
