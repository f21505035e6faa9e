// Random rows of random types, written to either format, are read back as they were.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { type Random, randomCell, randomOf, randomType, readable } from '../../../test/write/random-types.ts';
import type { Field, LakeError } from '../../base/index.ts';
import {
  type Batch,
  batchOf,
  bytesSource,
  readAvroBatches,
  sliceBatch,
  type Vector,
  valueAt,
} from '../../codec/index.ts';
import { openEngine } from '../../engine/index.ts';
import { LocalStore, MemoryStore } from '../../store/index.ts';
import { AvroFile } from './avro-file.ts';
import { createFile, type FormatFile, type Storage } from './format-file.ts';
import { ParquetFile } from './parquet-file.ts';
import { parquetOptions } from './parquet-options.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const ROUNDS = Number(process.env.ROUNDS ?? 40);

const directory = await mkdtemp(join(tmpdir(), 'spillway-parquet-'));
const engine = await openEngine({ memoryBytes: 256_000_000, threads: 2, tempDirectory: directory });
after(async () => {
  await engine[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

function rowsOf(batch: Batch): readonly string[] {
  return Array.from({ length: batch.rowCount }, (_, i) =>
    batch.columns.map((column) => readable(valueAt(column, i))).join(' | '),
  );
}

/** Options that put page and row-group borders, and the ends of dictionaries, where rows are few. */
function optionsOf(random: Random): Readonly<Record<string, string>> {
  const pick = (...words: readonly string[]): string => words[random(words.length)] as string;
  return {
    'parquet.page.size': pick('200', '5000', '1048576'),
    'parquet.page.row.count.limit': pick('1', '7', '300', '20000'),
    'parquet.dictionary.page.size': pick('16', '500', '1048576'),
    'parquet.enable.dictionary': pick('true', 'true', 'false'),
    'parquet.block.size': pick('1000', '40000', '134217728'),
    'file.compression': pick('zstd', 'snappy', 'gzip', 'none', 'lz4_raw'),
  };
}

/** Random columns and rows. */
function randomBatch(random: Random): Batch {
  const fields = Array.from({ length: 1 + random(5) }, (_, i): Field => {
    return { id: i, name: `c${i}`, type: randomType(random, 3) };
  });
  const rowCount = 1 + random([10, 300, 3000][random(3)] as number);
  const variety = [1, 8, 1000, 1_000_000][random(4)] as number;
  const nulls = [0, 3, 50, 100][random(4)] as number;
  const rows = Array.from({ length: rowCount }, () =>
    fields.map((field) => randomCell(random, field.type, variety, nulls)),
  );
  return batchOf(fields, rows);
}

/** Appends the rows part by part and ends the file. */
async function fill(file: FormatFile, batch: Batch, random: Random): Promise<void> {
  for (let from = 0; from < batch.rowCount; ) {
    const to = Math.min(batch.rowCount, from + 1 + random(1500));
    const part = sliceBatch(batch, from, to);
    await file.append(part.columns, part.rowCount);
    from = to;
  }
  await file.finish();
}

async function allRows(batches: AsyncIterable<Batch>): Promise<readonly string[]> {
  const read: string[] = [];
  for await (const part of batches) read.push(...rowsOf(part));
  return read;
}

it(`reads back what it wrote to Parquet (SEED=${seed})`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const random = randomOf(seed + round);
    const batch = randomBatch(random);
    const { fields } = batch;
    const raw = optionsOf(random);
    const options = parquetOptions(raw, { compression: raw['file.compression'] as string, zstdLevel: 1 });
    const path = join(directory, `${round}.parquet`);
    {
      await using file = await ParquetFile.create(new LocalStore(), path, fields, options);
      await fill(file, batch, random);
    }
    const read = await allRows(engine.readParquet({ paths: [path], columns: fields }));
    const say = `SEED=${seed} round ${round}: ${JSON.stringify(fields)} ${JSON.stringify(raw)}`;
    assert.deepEqual(read, rowsOf(batch), say);
  }
});

it(`reads back what it wrote to Avro (SEED=${seed})`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const random = randomOf(seed + round);
    const batch = randomBatch(random);
    const { fields } = batch;
    const codec = ['null', 'deflate', 'snappy', 'zstandard'][random(4)] as string;
    const path = join(directory, `${round}.avro`);
    const store = new MemoryStore();
    try {
      await using file = await AvroFile.create(store, path, fields, { codec, zstdLevel: 1 });
      await fill(file, batch, random);
    } catch (error) {
      if ((error as LakeError).code === 'SCHEMA_INVALID') continue;
      throw error;
    }
    const bytes = await store.readFile(path, { bytesMax: 2 ** 30 });
    const read = await allRows(readAvroBatches(bytesSource(path, bytes), fields));
    assert.deepEqual(read, rowsOf(batch), `SEED=${seed} round ${round}: ${JSON.stringify(fields)} ${codec}`);
  }
});

it('keeps the file it has not finished to itself', async () => {
  const store = new MemoryStore();
  const fields: readonly Field[] = [{ id: 0, name: 'a', type: { kind: 'INT', nullable: false } }];
  const nothing = { ...batchOf(fields, [[1]]).columns[0], validity: Uint8Array.of(0) } as Vector;
  const storages: readonly Storage[] = [
    { format: 'parquet', options: parquetOptions({}, { compression: 'zstd', zstdLevel: 1 }) },
    { format: 'avro', options: { codec: 'null', zstdLevel: 1 } },
  ];
  for (const storage of storages) {
    const path = `/a/b.${storage.format}`;
    const appended = async (): Promise<void> => {
      await using file = await createFile(store, path, fields, storage);
      await file.append(batchOf(fields, [[1], [2]]).columns, 2);
      await file.append([nothing], 1);
    };
    await assert.rejects(appended(), { code: 'VALUE_INVALID', message: /Column a/ });
    assert.equal(await store.exists(path), false);
  }
});
