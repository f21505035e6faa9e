// Damaged Parquet files, read by ourselves: whatever the bytes say, every failure is one of ours and names
// the file, and everything that was counted is given back. Longer with ROUNDS.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Field, LakeError } from '../../base/index.ts';
import { jsonLines } from '../../codec/index.ts';
import { parseSchema } from '../../format/index.ts';
import { PageBudget } from '../../memory/index.ts';
import { MemoryStore } from '../../store/index.ts';
import { openParquet, planParquet, readParquetRows } from './index.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 60);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const GOLDEN = fileURLToPath(new URL('../../../test/data/golden/warehouse/golden.db/', import.meta.url));
/** Flat and nested types, every codec of Java's, dictionaries, both versions of pages. */
const TABLES = ['types_append_parquet', 'compress_none', 'cl_none', 'pk_bucket1_levels'];
const PAGE_BYTES = 64 * 1024 * 1024;

function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
}

interface Sample {
  readonly name: string;
  readonly bytes: Buffer;
  readonly fields: readonly Field[];
}

async function samples(): Promise<readonly Sample[]> {
  const all: Sample[] = [];
  for (const table of TABLES) {
    const root = join(GOLDEN, table);
    const { fields } = parseSchema(await readFile(join(root, 'schema/schema-0'), 'utf8'), 'schema-0');
    const names = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.parquet'));
    for (const name of names.sort().slice(0, 3)) {
      all.push({ name: `${table}/${name}`, bytes: await readFile(join(root, name)), fields });
    }
  }
  return all;
}

const PATH = '/damaged.parquet';

/** The rows as text, or the error. */
async function readAll(bytes: Uint8Array, fields: readonly Field[]): Promise<string | LakeError> {
  const store = new MemoryStore();
  store.put(PATH, bytes);
  const budget = new PageBudget(PAGE_BYTES);
  const text: string[] = [];
  try {
    await using opened = await openParquet(store, PATH);
    const columns = planParquet(opened.footer, fields, PATH);
    for await (const { batch } of readParquetRows(opened, columns, { budget, batchRows: 100 }))
      text.push(...jsonLines(batch));
  } catch (error) {
    if (!(error instanceof LakeError)) throw error;
    return error;
  } finally {
    assert.equal(budget.usedBytes, 0, 'everything counted is given back');
  }
  return text.join('');
}

function checkFailure(error: LakeError, where: string): void {
  assert.match(error.kind, /^(corrupt|unsupported|exhausted|invalid)$/, `${where}: ${error.stack}`);
  if (error.kind === 'invalid') assert.equal(error.code, 'VALUE_OUT_OF_RANGE', where);
  if (error.kind === 'corrupt') assert.equal(error.details.file, PATH, where);
}

const SAMPLES = await samples();

it(`answers flipped bits with errors that name the file (SEED=${SEED})`, async () => {
  const random = randomOf(SEED);
  for (const { name, bytes, fields } of SAMPLES) {
    const footerBytes = bytes.readUInt32LE(bytes.length - 8);
    for (let round = 0; round < ROUNDS; round++) {
      const damaged = Buffer.from(bytes);
      for (let i = random(3); i >= 0; i--) {
        const inFooter = bytes.length - 1 - random(footerBytes + 8);
        const at = round % 2 === 0 ? inFooter : random(bytes.length - footerBytes);
        damaged[at] = (damaged[at] as number) ^ (1 << random(8));
      }
      const read = await readAll(damaged, fields);
      if (read instanceof LakeError) checkFailure(read, `SEED=${SEED}, ${name}, round ${round}`);
    }
  }
});

it('answers files that end early as corrupt, wherever', async () => {
  const random = randomOf(SEED + 1);
  for (const { name, bytes, fields } of SAMPLES) {
    for (let round = 0; round < 12; round++) {
      const read = await readAll(bytes.subarray(0, random(bytes.length)), fields);
      assert.ok(read instanceof LakeError && read.kind === 'corrupt', `SEED=${SEED}, ${name}: ${read}`);
    }
  }
});

it('answers pages cut short under a whole footer as corrupt, or reads what does not need them', async () => {
  const random = randomOf(SEED + 2);
  for (const { name, bytes, fields } of SAMPLES) {
    const whole = await readAll(bytes, fields);
    assert.ok(typeof whole === 'string' && whole.length > 0, name);
    const footerAt = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
    for (let round = 0; round < 12; round++) {
      const damaged = Buffer.from(bytes);
      damaged.fill(0, 4 + random(footerAt - 4), footerAt);
      const read = await readAll(damaged, fields);
      if (read instanceof LakeError) checkFailure(read, `SEED=${SEED}, ${name}, round ${round}`);
    }
  }
});
