import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type DataType, type Field, LakeError } from '../../base/index.ts';
import { CODEC, decodePageHeader, inflateLz4, PAGE } from '../../codec/index.ts';
import type { Engine } from '../engine.ts';
import { collect, field, rowsOf, testDirectory, testEngine } from '../engine-fixture.ts';
import { withChunksAt } from './parquet-chunks.ts';
import { readParquetFooter, tailOf } from './parquet-copy.ts';
import { rawBlockOf } from './parquet-lz4.ts';
import { holdsLz4 } from './parquet-recode.ts';

const INT: DataType = { kind: 'INT', nullable: true };
const BYTES: DataType = { kind: 'VARBINARY', nullable: true, length: 2147483647 };
const STRING: DataType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };
const BIG_COLUMNS = [field('id', INT), field('text', STRING), field('again', STRING), field('noise', BYTES)];

/** The only data file of a table Java wrote, see `test/parquet-layouts.test.ts`. */
function javaFile(table: string): string {
  const root = new URL('../../../test/data/parquet/warehouse/parquet.db/', import.meta.url);
  const folder = fileURLToPath(new URL(`${table}/bucket-0/`, root));
  return join(folder, readdirSync(folder)[0] as string);
}

/** The file saying that its pages are under another codec. */
async function withCodec(path: string, codec: number): Promise<Buffer> {
  const { footer, start } = await readParquetFooter(path);
  const places = footer.chunks.map((chunk) => ({
    start: chunk.start,
    dataAt: chunk.dataAt,
    size: chunk.length,
    rawSize: undefined,
    codec,
  }));
  const data = (await readFile(path)).subarray(0, start);
  return Buffer.concat([data, tailOf(withChunksAt(footer.bytes, places, path))]);
}

async function errorOf(batches: AsyncIterable<unknown>): Promise<LakeError> {
  try {
    for await (const _ of batches);
  } catch (error) {
    assert.ok(error instanceof LakeError);
    return error;
  }
  throw new Error('nothing failed');
}

describe('the blocks of an LZ4 page', () => {
  const a = Buffer.from([0x15, 97, 1, 0, 0x10, 98]);
  const raw = `${'a'.repeat(10)}b`;
  const u32 = (value: number) =>
    Buffer.from([value >>> 24, value >>> 16, value >>> 8, value].map((b) => b & 255));
  const block = (bytes: Buffer, size: number) =>
    Buffer.concat([...rawBlockOf({ bytes, file: 'f', offset: 100 }, size).pieces()]);
  const text = (bytes: Buffer, size: number) => {
    const found = rawBlockOf({ bytes, file: 'f', offset: 100 }, size);
    const all = block(bytes, size);
    assert.equal(all.length, found.size);
    return Buffer.from(inflateLz4(all, size) as Uint8Array).toString();
  };

  it('is the block itself when there is one, framed or not', () => {
    assert.deepEqual(block(Buffer.concat([u32(11), u32(6), a]), 11), a);
    assert.deepEqual(block(a, 11), a);
  });

  it('is stored when there are several, in one frame or in many', () => {
    assert.equal(text(Buffer.concat([u32(22), u32(6), a, u32(6), a]), 22), raw.repeat(2));
    assert.equal(text(Buffer.concat([u32(11), u32(6), a, u32(22), u32(6), a, u32(6), a]), 33), raw.repeat(3));
  });

  it('is empty when nothing was stored', () => {
    for (const bytes of [Buffer.alloc(0), u32(0), Buffer.from([0])]) assert.equal(text(bytes, 0), '');
  });

  it('is refused, naming file and place, when frames do not make what they say', () => {
    const wrong = (bytes: Buffer, size: number, offset: number) =>
      assert.throws(
        () => rawBlockOf({ bytes, file: 'f', offset: 100 }, size),
        (error: LakeError) => error.code === 'FILE_CORRUPT' && error.details.offset === 100 + offset,
      );
    wrong(Buffer.concat([u32(23), u32(6), a, u32(6), a]), 23, 20 + 4);
    wrong(Buffer.concat([u32(21), u32(6), a, u32(6), a]), 21, 18);
    wrong(Buffer.concat([u32(22), u32(6), a, u32(7), a]), 22, 14);
    wrong(Buffer.concat([u32(22), u32(6), a, u32(6), a]), 23, 24);
    wrong(Buffer.concat([u32(22), u32(6), a, u32(6), a]), 21, 0);
  });
});

describe('damaged frames', () => {
  it('end in FILE_CORRUPT or in a block no larger than it says', () => {
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
    const dice = random(seed);
    const block = Buffer.from([0x15, 97, 1, 0, 0x30, 98, 99, 100]);
    const u32 = (value: number) =>
      Buffer.from([value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]);
    const framed = Buffer.concat([u32(26), u32(8), block, u32(8), block, u32(13), u32(8), block]);
    for (let round = 0; round < 3000; round++) {
      const bytes = Buffer.from(framed.subarray(0, framed.length - (dice(3) === 0 ? dice(20) : 0)));
      for (let flips = dice(3); flips >= 0; flips--) bytes[dice(bytes.length)]! ^= 1 << dice(8);
      try {
        const found = rawBlockOf({ bytes, file: 'f', offset: 0 }, 39);
        const pieces = Buffer.concat([...found.pieces()]);
        assert.equal(pieces.length, found.size, `SEED=${seed} round ${round}`);
      } catch (error) {
        assert.equal((error as LakeError).code, 'FILE_CORRUPT', `SEED=${seed} round ${round}: ${error}`);
      }
    }
  });
});

describe('Parquet files under the codec LZ4', async () => {
  const directory = await testDirectory();
  const engine = await testEngine({ tempDirectory: directory });
  const left = async () =>
    (await readdir(directory, { recursive: true })).filter((n) => /engine.*parquet$/.test(n));

  it('has fixtures with pages of several frames, and of several blocks in a frame', async () => {
    for (const [table, type] of [
      ['big_pages_lz4', PAGE.DATA],
      ['big_pages_v2_lz4', PAGE.DATA_V2],
    ] as const) {
      const path = javaFile(table);
      const bytes = await readFile(path);
      const { footer } = await readParquetFooter(path);
      const chunk = footer.chunks.find((c) => c.path[0] === 'text');
      assert.ok(chunk?.codec === CODEC.LZ4);
      const header = decodePageHeader(bytes.subarray(chunk.dataAt), path, chunk.dataAt);
      const valuesAt = chunk.dataAt + header.headerSize + header.levelsSize;
      assert.equal(header.type, type);
      assert.ok(bytes.readUInt32BE(valuesAt) < header.rawSize - header.levelsSize, 'more than one frame');
    }
    const path = javaFile('big_pages_lz4');
    const { footer } = await readParquetFooter(path);
    const { start } = footer.chunks.find((c) => c.path[0] === 'again') as { start: number };
    const bytes = await readFile(path);
    const header = decodePageHeader(bytes.subarray(start), path, start);
    assert.equal(header.type, PAGE.DICTIONARY);
    assert.equal(bytes.readUInt32BE(start + header.headerSize), header.rawSize);
    assert.ok(bytes.readUInt32BE(start + header.headerSize + 4) < header.size - 8, 'more than one block');
  });

  it('reads raw blocks without framing, and files of both codecs in one read', async () => {
    const plain = join(directory, 'plain.parquet');
    const select = 'SELECT i::INTEGER AS a, repeat(i::VARCHAR, 50) AS b FROM range(9000) AS r(i)';
    await collect(
      engine.query(
        `COPY (${select}) TO '${plain}' (FORMAT parquet, COMPRESSION lz4_raw, ROW_GROUP_SIZE 4096)`,
      ),
    );
    const unframed = join(directory, 'unframed.parquet');
    await writeFile(unframed, await withCodec(plain, CODEC.LZ4));
    const columns = [field('a', INT), field('b', STRING)];
    const expected = await rowsOf(engine.readParquet({ paths: [plain], columns }));
    assert.equal(expected.length, 9000);
    assert.deepEqual(await rowsOf(engine.readParquet({ paths: [unframed], columns })), expected);
    const paths = [plain, plain, unframed, plain];
    const both = await rowsOf(engine.readParquet({ paths, columns, batchRows: 1000 }));
    assert.deepEqual(both, [...expected, ...expected, ...expected, ...expected]);
    const where = '"a" % 3 = 0';
    const some = await rowsOf(engine.readParquet({ paths, columns, where, rowNumbers: true }));
    const third = expected.flatMap((row, i) => (i % 3 === 0 ? [[...row, BigInt(i)]] : []));
    assert.deepEqual(some, [...third, ...third, ...third, ...third]);
    assert.deepEqual(await left(), []);
  });

  it('names LZO as unsupported, and says corrupt for a codec that does not exist', async () => {
    const path = join(directory, 'lzo.parquet');
    await writeFile(path, await withCodec(javaFile('codec_lz4'), CODEC.LZO));
    const error = await errorOf(engine.readParquet({ paths: [path], columns: [field('id', INT)] }));
    assert.equal(error.code, 'FEATURE_UNSUPPORTED');
    assert.equal(error.details.feature, 'parquet compression LZO');
    assert.match(error.message, /lzo\.parquet.*LZO/);
    await writeFile(path, await withCodec(javaFile('codec_lz4'), 12));
    const other = await errorOf(engine.readParquet({ paths: [path], columns: [field('id', INT)] }));
    assert.equal(other.code, 'FILE_CORRUPT');
  });

  it('copies nothing when no wanted column is under LZ4', async () => {
    const { footer } = await readParquetFooter(javaFile('codec_lz4'));
    assert.equal(holdsLz4(footer, new Set(['id'])), true);
    assert.equal(holdsLz4(footer, new Set()), false);
    const zstd = await readParquetFooter(javaFile('codec_zstd'));
    assert.equal(holdsLz4(zstd.footer, new Set(zstd.footer.columns)), false);
  });

  it('says corrupt for every flip in a page and every cut, or reads the rows that are there', async () => {
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
    const dice = random(seed);
    const path = join(directory, 'damaged.parquet');
    let refused = 0;
    for (let round = 0; round < 160; round++) {
      const table = ['big_pages_lz4', 'big_pages_v2_lz4'][dice(2)] as string;
      const good = javaFile(table);
      const damaged = await damage(good, dice);
      await writeFile(path, damaged.bytes);
      const name = `SEED=${seed} round ${round} ${table} ${damaged.what}`;
      const outcome = await readAll(engine, path, BIG_COLUMNS);
      if (typeof outcome === 'number') {
        assert.ok(damaged.inHeader, `${name} read ${outcome} rows`);
        continue;
      }
      refused += 1;
      const allowed = damaged.inHeader ? ['corrupt', 'unsupported', 'exhausted'] : ['corrupt'];
      assert.ok(allowed.includes(outcome.kind), `${name}: ${outcome.message}`);
      assert.match(outcome.message, /damaged\.parquet/, name);
    }
    assert.ok(refused > 80, `SEED=${seed}: ${refused} refused`);
    assert.deepEqual(await left(), []);
  });
});

async function readAll(engine: Engine, path: string, columns: readonly Field[]): Promise<number | LakeError> {
  let rows = 0;
  try {
    for await (const batch of engine.readParquet({ paths: [path], columns })) rows += batch.rowCount;
  } catch (error) {
    if (error instanceof LakeError) return error;
    throw error;
  }
  return rows;
}

/** A flipped bit before the footer, or a cut anywhere. */
async function damage(path: string, dice: (below: number) => number) {
  const bytes = Buffer.from(await readFile(path));
  if (dice(4) === 0) {
    const length = dice(bytes.length);
    return { bytes: bytes.subarray(0, length), what: `cut to ${length}`, inHeader: false };
  }
  const { footer } = await readParquetFooter(path);
  const chunk = footer.chunks[dice(footer.chunks.length)] as { start: number; length: number };
  const at = chunk.start + dice(chunk.length);
  let page = chunk.start;
  let header = decodePageHeader(bytes.subarray(page), path, page);
  while (page + header.headerSize + header.size <= at) {
    page += header.headerSize + header.size;
    header = decodePageHeader(bytes.subarray(page), path, page);
  }
  bytes[at]! ^= 1 << dice(8);
  return { bytes, what: `flip at ${at}`, inHeader: at < page + header.headerSize };
}

function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}
