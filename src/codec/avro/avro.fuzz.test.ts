import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { type Field, LakeError, parseFields } from '../../base/index.ts';
import { bytesSource } from './container.ts';
import { decodeAvro } from './records.ts';
import { readAvroBatches } from './to-batch.ts';

const WAREHOUSE = new URL('../../../test/data/golden/warehouse/golden.db/', import.meta.url).pathname;
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const ROUNDS = 1500;

/** Numbers below `n` that follow from the seed (mulberry32). */
function randomOf(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}

function damage(file: Uint8Array, random: (n: number) => number): Uint8Array {
  const kind = random(4);
  if (kind === 0) return file.subarray(0, random(file.length));
  const bytes = Uint8Array.from(file);
  for (let flips = kind === 1 ? 1 : 1 + random(8); flips > 0; flips--) {
    const at = random(bytes.length);
    bytes[at] = kind === 3 ? random(256) : bytes[at]! ^ (1 << random(8));
  }
  return bytes;
}

async function ends(work: () => Promise<void>, what: string): Promise<void> {
  try {
    await work();
  } catch (error) {
    assert.ok(error instanceof LakeError, `SEED=${SEED} ${what}: ${String((error as Error).stack)}`);
    assert.match(error.kind, /^(corrupt|unsupported)$/, `SEED=${SEED} ${what}`);
  }
}

describe(`damaged Avro files (SEED=${SEED})`, () => {
  it('end as corrupt, unsupported or valid manifests', async () => {
    const random = randomOf(SEED);
    const files = globSync(`${WAREHOUSE}types_pk_*/manifest/*`).sort();
    const stats = { record: { _MIN_VALUES: 'bytes', _NULL_COUNTS: { array: 'long' } } } as const;
    const file = {
      record: {
        _FILE_NAME: 'string',
        _KEY_STATS: stats,
        _ROW_COUNT: 'safe-long',
        _EXTRA_FILES: { array: 'string' },
      },
    } as const;
    const shape = {
      _FILE: file,
      _PARTITION: 'bytes',
      _FILE_NAME: 'string',
      _PARTITION_STATS: stats,
    } as const;
    for (let round = 0; round < ROUNDS; round++) {
      const path = files[random(files.length)]!;
      const bytes = damage(readFileSync(path), random);
      await ends(async () => decodeAvro(bytes, { file: path, shape, onRecord: () => {} }), `round ${round}`);
    }
  });

  it('end as corrupt, unsupported or valid batches', async () => {
    const random = randomOf(SEED + 1);
    const tables = ['types_append_avro', 'types_pk_avro', 'compress_avro', 'agg_map_keytime'];
    for (let round = 0; round < ROUNDS; round++) {
      const table = tables[random(tables.length)]!;
      const files = globSync(`${WAREHOUSE}${table}/bucket-*/*.avro`).sort();
      const path = files[random(files.length)]!;
      const bytes = damage(readFileSync(path), random);
      const fields = fieldsOf(table).filter(() => random(4) > 0);
      await ends(async () => {
        for await (const batch of readAvroBatches(bytesSource(path, bytes), fields)) {
          assert.equal(batch.columns.length, fields.length);
          for (const column of batch.columns) assert.equal(column.length, batch.rowCount);
        }
      }, `round ${round}`);
    }
  });
});

function fieldsOf(table: string): readonly Field[] {
  const file = `${WAREHOUSE}${table}/schema/schema-0`;
  const { fields } = JSON.parse(readFileSync(file, 'utf8')) as { readonly fields: unknown };
  return parseFields(fields, { file, column: '' });
}
