// Avro object container files: the header, then blocks of records with a sync marker after each.
//
//   0   magic      "Obj" 1
//   4   metadata   map of bytes: avro.schema, avro.codec
//       sync       16 bytes
//   then blocks, each
//       records    long, how many
//       size       long, bytes that follow as stored (compressed)
//       data
//       sync       the 16 bytes of the header again
import {
  AVRO_BLOCK_BYTES_MAX,
  AVRO_HEADER_BYTES_MAX,
  AVRO_READ_AHEAD_BYTES,
  corrupt,
} from '../../base/index.ts';
import { blockCodec, type InflateBlock } from './block-codec.ts';
import { Cursor } from './cursor.ts';
import { type AvroType, parseAvroSchema } from './schema.ts';

/**
 * Bytes that can be read from anywhere.
 *
 * Shape   `read` gives exactly `length` bytes from `offset`; callers never ask beyond `size`. `path` names
 *         the file in errors.
 */
export interface ByteSource {
  readonly path: string;
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** What an Avro file says of itself. `dataOffset`: where the first block starts. */
export interface AvroHeader {
  readonly file: string;
  readonly schema: AvroType;
  readonly codec: string;
  readonly inflate: InflateBlock;
  readonly sync: Uint8Array;
  readonly dataOffset: number;
}

/** The records of one block, inflated. `offset`: of the block in the file. */
export interface AvroBlock {
  readonly recordCount: number;
  readonly bytes: Uint8Array;
  readonly offset: number;
}

/** Bytes of the longest block header: two longs. */
const BLOCK_HEADER_BYTES_MAX = 20;
const SYNC_BYTES = 16;

/** Bytes in memory as a source. */
export function bytesSource(path: string, bytes: Uint8Array): ByteSource {
  return {
    path,
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  };
}

/**
 * Reads the header of an Avro file.
 *
 * Limits  `AVRO_HEADER_BYTES_MAX`; no more of the file is read than the header needs, doubled.
 * Errors  `FILE_CORRUPT`; `FEATURE_UNSUPPORTED` for a codec or schema that cannot be read.
 */
export async function readAvroHeader(source: ByteSource): Promise<AvroHeader> {
  for (let bytes = 16 * 1024; ; bytes *= 4) {
    const length = Math.min(bytes, source.size, AVRO_HEADER_BYTES_MAX);
    const cursor = new Cursor(source.path);
    const buffer = await source.read(0, length);
    try {
      return decodeHeader(buffer, cursor);
    } catch (error) {
      if (!cursor.overrun || length === source.size || length === AVRO_HEADER_BYTES_MAX) throw error;
    }
  }
}

/** Decodes the header at the front of `bytes`. */
export function decodeAvroHeader(bytes: Uint8Array, file: string): AvroHeader {
  return decodeHeader(bytes.subarray(0, AVRO_HEADER_BYTES_MAX), new Cursor(file));
}

/** The blocks of a file in memory, in order. Each must be used before the next is asked for. */
export function* avroBlocksOf(header: AvroHeader, bytes: Uint8Array): Generator<AvroBlock> {
  const cursor = new Cursor(header.file);
  for (let offset = header.dataOffset; offset < bytes.length; ) {
    const stored = decodeBlockHeader(
      cursor,
      bytes.subarray(offset, offset + BLOCK_HEADER_BYTES_MAX),
      offset,
      bytes.length,
    );
    yield inflate(header, bytes.subarray(stored.dataOffset, stored.end), stored);
    offset = stored.end;
  }
}

/**
 * The blocks of a file, in order.
 *
 * Limits  holds one stored and one inflated block, and `AVRO_READ_AHEAD_BYTES` of the file.
 * Errors  `FILE_CORRUPT` naming the offset of the block.
 */
export async function* readAvroBlocks(header: AvroHeader, source: ByteSource): AsyncGenerator<AvroBlock> {
  const cursor = new Cursor(header.file);
  let ahead: Uint8Array = new Uint8Array(0);
  let aheadOffset = header.dataOffset;
  const take = async (offset: number, length: number): Promise<Uint8Array> => {
    const from = offset - aheadOffset;
    if (from < 0 || from + length > ahead.length) {
      const wanted = Math.min(Math.max(length, AVRO_READ_AHEAD_BYTES), source.size - offset);
      ahead = await source.read(offset, wanted);
      if (ahead.length < wanted)
        throw corrupt(source.path, offset + ahead.length, 'file is shorter than announced');
      aheadOffset = offset;
      return ahead.subarray(0, length);
    }
    return ahead.subarray(from, from + length);
  };
  for (let offset = header.dataOffset; offset < source.size; ) {
    const head = await take(offset, Math.min(BLOCK_HEADER_BYTES_MAX, source.size - offset));
    const stored = decodeBlockHeader(cursor, head, offset, source.size);
    yield inflate(header, await take(stored.dataOffset, stored.end - stored.dataOffset), stored);
    offset = stored.end;
  }
}

interface StoredBlock {
  readonly recordCount: number;
  readonly offset: number;
  readonly dataOffset: number;
  /** The first byte after the sync marker. */
  readonly end: number;
}

function decodeHeader(bytes: Uint8Array, cursor: Cursor): AvroHeader {
  const { file } = cursor;
  cursor.open(bytes, 0);
  cursor.skip(4);
  if (bytes[0] !== 0x4f || bytes[1] !== 0x62 || bytes[2] !== 0x6a || bytes[3] !== 1) {
    throw corrupt(file, 0, 'not an Avro file');
  }
  let schema: string | undefined;
  let codec = 'null';
  for (let items = cursor.items(2); items > 0; items = cursor.items(2)) {
    for (let i = 0; i < items; i++) {
      const key = cursor.string();
      const value = cursor.string();
      if (key === 'avro.schema') schema = value;
      if (key === 'avro.codec') codec = value;
    }
  }
  const at = cursor.at;
  cursor.skip(SYNC_BYTES);
  if (schema === undefined) throw corrupt(file, 0, 'Avro file without a schema');
  return {
    file,
    schema: parseAvroSchema(schema, file),
    codec,
    inflate: blockCodec(codec, file),
    sync: Uint8Array.from(bytes.subarray(at, at + SYNC_BYTES)),
    dataOffset: cursor.at,
  };
}

function decodeBlockHeader(cursor: Cursor, bytes: Uint8Array, offset: number, fileSize: number): StoredBlock {
  cursor.open(bytes, offset);
  const recordCount = cursor.safeLong();
  const size = cursor.safeLong();
  if (recordCount < 0) throw corrupt(cursor.file, offset, `Avro block of ${recordCount} records`);
  const dataOffset = offset + cursor.at;
  if (size < 0 || size > AVRO_BLOCK_BYTES_MAX || size + SYNC_BYTES > fileSize - dataOffset) {
    throw corrupt(cursor.file, offset, `Avro block of ${size} bytes in a file of ${fileSize}`);
  }
  return { recordCount, offset, dataOffset, end: dataOffset + size + SYNC_BYTES };
}

function inflate(header: AvroHeader, bytes: Uint8Array, stored: StoredBlock): AvroBlock {
  const size = bytes.length - SYNC_BYTES;
  for (let i = 0; i < SYNC_BYTES; i++) {
    if (bytes[size + i] !== header.sync[i]) {
      throw corrupt(header.file, stored.offset + size, 'Avro block without the sync marker of the file');
    }
  }
  const inflated = header.inflate(bytes.subarray(0, size), stored.offset);
  const least = Math.max(1, header.schema.bytesMin);
  if (stored.recordCount > inflated.length / least) {
    throw corrupt(
      header.file,
      stored.offset,
      `Avro block of ${stored.recordCount} records in ${inflated.length} bytes`,
    );
  }
  return { recordCount: stored.recordCount, bytes: inflated, offset: stored.offset };
}
