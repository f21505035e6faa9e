// Avro object container files from records that are encoded by the caller, block by block as Java's
// DataFileWriter cuts them. Layout: container.ts.
import { crc32, deflateRawSync, constants as zlib, zstdCompressSync } from 'node:zlib';
import { LakeError, unsupported } from '../../base/index.ts';
import { deflateSnappy } from '../compress/index.ts';

/** Bytes of records at which a block is closed, as Java does. */
const BLOCK_BYTES = 64_000;
const SYNC_BYTES = 16;

/** Grows by doubling; the primitives of Avro's binary encoding. */
export class AvroOutput {
  #bytes = new Uint8Array(4096);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written since the last `clear`; valid until the next write. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  /** The bytes as they are, without a length. */
  raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  boolean(value: boolean): void {
    this.#room(1);
    this.#bytes[this.#length++] = value ? 1 : 0;
  }

  /** An `int`: zigzag, seven bits a byte. */
  int(value: number): void {
    this.#room(5);
    let rest = ((value << 1) ^ (value >> 31)) >>> 0;
    for (; rest > 0x7f; rest >>>= 7) this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
    this.#bytes[this.#length++] = rest;
  }

  /** A `long` that is a safe integer of at most 52 bits. */
  safeLong(value: number): void {
    this.#room(8);
    let rest = value < 0 ? -2 * value - 1 : 2 * value;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.#bytes[this.#length++] = (rest % 128) | 0x80;
    this.#bytes[this.#length++] = rest;
  }

  /** A `long`. */
  long(value: bigint): void {
    this.#room(10);
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    for (; rest > 0x7fn; rest >>= 7n) this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
    this.#bytes[this.#length++] = Number(rest);
  }

  bytes(value: Uint8Array): void {
    this.int(value.length);
    this.raw(value);
  }

  string(value: string): void {
    this.bytes(encoder.encode(value));
  }

  /** An array: one block of all items, then the empty one. */
  array<T>(items: readonly T[], item: (value: T) => void): void {
    if (items.length > 0) this.int(items.length);
    for (const value of items) item(value);
    this.int(0);
  }

  /** A union of null and another type, in this order. */
  nullable<T>(value: T | undefined, write: (value: T) => void): void {
    this.int(value === undefined ? 0 : 1);
    if (value !== undefined) write(value);
  }

  #room(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
    grown.set(this.written);
    this.#bytes = grown;
  }
}

const encoder = new TextEncoder();

/**
 * How an Avro file is written.
 *
 * Shape   `schema` is put into the file as it is; `codec` Avro's name of it; `sync` 16 random bytes.
 */
export interface AvroFileOptions {
  readonly schema: string;
  readonly codec: string;
  readonly zstdLevel: number;
  readonly sync: Uint8Array;
}

/**
 * Makes an Avro file out of records.
 *
 * Limits  holds one block of records, and the blocks that were closed until they are taken.
 * Errors  FEATURE_UNSUPPORTED naming a codec that cannot be written.
 * Source  Avro 1.12 specification, "Object Container Files"; org.apache.avro.file.DataFileWriter.
 */
export class AvroFileWriter {
  readonly #options: AvroFileOptions;
  readonly #deflate: (bytes: Uint8Array) => Uint8Array;
  readonly #file = new AvroOutput();
  readonly #block = new AvroOutput();
  #records = 0;
  #taken = 0;

  constructor(options: AvroFileOptions) {
    if (options.sync.length !== SYNC_BYTES)
      throw new LakeError('ARGUMENT_INVALID', 'An Avro sync marker has 16 bytes.');
    this.#options = options;
    this.#deflate = deflater(options);
    const file = this.#file;
    file.raw(MAGIC);
    file.int(2);
    file.string('avro.schema');
    file.string(options.schema);
    file.string('avro.codec');
    file.string(options.codec);
    file.int(0);
    file.raw(options.sync);
  }

  /** Bytes of the file so far, the open block not compressed. */
  get length(): number {
    return this.closedLength + this.#block.length;
  }

  /** Bytes of the file so far without the open block. */
  get closedLength(): number {
    return this.#taken + this.#file.length;
  }

  /** The bytes that were made since the last call; the caller appends them to the file. */
  take(): Uint8Array {
    const bytes = this.#file.written.slice();
    this.#taken += bytes.length;
    this.#file.clear();
    return bytes;
  }

  /** Appends the record that `write` encodes. */
  append(write: (into: AvroOutput) => void): void {
    write(this.#block);
    this.#records++;
    if (this.#block.length >= BLOCK_BYTES) this.#closeBlock();
  }

  /** Ends the file: the bytes that were not taken. */
  finish(): Uint8Array {
    this.#closeBlock();
    return this.#file.written.slice();
  }

  #closeBlock(): void {
    if (this.#records === 0) return;
    const data = this.#deflate(this.#block.written);
    this.#file.int(this.#records);
    this.#file.int(data.length);
    this.#file.raw(data);
    this.#file.raw(this.#options.sync);
    this.#block.clear();
    this.#records = 0;
  }
}

const MAGIC = Uint8Array.of(0x4f, 0x62, 0x6a, 1);

function deflater({ codec, zstdLevel }: AvroFileOptions): (bytes: Uint8Array) => Uint8Array {
  switch (codec) {
    case 'null':
      return (bytes) => bytes;
    case 'deflate':
      return (bytes) => deflateRawSync(bytes);
    case 'snappy':
      return snappyBlock;
    case 'zstandard':
      return (bytes) => zstdCompressSync(bytes, { params: { [zlib.ZSTD_c_compressionLevel]: zstdLevel } });
    default:
      throw unsupported(`avro codec ${codec}`, `Avro codec '${codec}' cannot be written.`);
  }
}

/** Snappy as Avro writes it: the block, then the CRC-32 of what it holds, big-endian. */
function snappyBlock(bytes: Uint8Array): Uint8Array {
  const block = deflateSnappy(bytes);
  const out = new Uint8Array(block.length + 4);
  out.set(block);
  new DataView(out.buffer).setUint32(block.length, crc32(bytes));
  return out;
}
