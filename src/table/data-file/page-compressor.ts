// Pages of one file compressed beside the thread that encodes them, a few at a time, and counted in the order
// they came so that a file's size does not hang on which was faster.
import { promisify } from 'node:util';
import { crc32, gzip, constants as zlib, zstdCompress } from 'node:zlib';
import { LakeError, PAGES_IN_FLIGHT } from '../../base/index.ts';
import {
  CODEC,
  deflateHadoopLz4,
  deflateLz4,
  deflateSnappy,
  PageBodies,
  type RawPage,
  type StoredPage,
} from '../../codec/index.ts';
import { loadZstdDeflate } from '../../engine/index.ts';

/** Smaller arrays may live where V8 moves them. */
const PINNED_BYTES_MIN = 128;

const zstd = promisify(zstdCompress) as (bytes: Uint8Array, options: object) => Promise<Uint8Array>;
const gzipped = promisify(gzip) as (bytes: Uint8Array, options: object) => Promise<Uint8Array>;

/** Where a page goes once it is compressed. */
export type TakeStored = (page: StoredPage) => void;

interface Job {
  readonly rawSize: number;
  /** Bytes of the page as stored; never rejects: a failure is kept for `settle`. */
  readonly done: Promise<number>;
}

/**
 * Compresses pages.
 *
 * Limits  `PAGES_IN_FLIGHT` pages and their results, once `settle` is awaited after each `add`.
 */
export class PageCompressor {
  readonly bodies = new PageBodies(PAGES_IN_FLIGHT);
  readonly #compress: (bytes: Uint8Array) => Promise<Uint8Array> | Uint8Array;
  readonly #jobs: Job[] = [];
  #failure: unknown;
  #storedBytes = 0;
  #rawBytes = 0;
  #waitingBytes = 0;

  constructor(codec: number, zstdLevel: number) {
    this.#compress = compressorOf(codec, zstdLevel);
  }

  /** True when `settle` has to be awaited before more pages are added. */
  get full(): boolean {
    return this.#jobs.length >= PAGES_IN_FLIGHT;
  }

  /**
   * Bytes of all pages as stored. Those on their way count by what the pages before them shrank to: what is
   * given depends on the pages only.
   */
  get estimatedBytes(): number {
    const share = this.#rawBytes === 0 ? 1 : this.#storedBytes / this.#rawBytes;
    return this.#storedBytes + this.#waitingBytes * share;
  }

  add(page: RawPage, take: TakeStored): void {
    const rawSize = page.body.length;
    this.#waitingBytes += rawSize;
    this.#jobs.push({ rawSize, done: this.#run(page, take) });
  }

  /** Waits until at most `left` pages are on their way. Fails with what failed first. */
  async settle(left: number): Promise<void> {
    while (this.#jobs.length > left) {
      const job = this.#jobs.shift() as Job;
      const stored = await job.done;
      this.#waitingBytes -= job.rawSize;
      this.#rawBytes += job.rawSize;
      this.#storedBytes += stored;
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Waits for what is on its way, whatever becomes of it. */
  async abandon(): Promise<void> {
    await Promise.all(this.#jobs.map((job) => job.done));
    this.#jobs.length = 0;
  }

  async #run(page: RawPage, take: TakeStored): Promise<number> {
    const { encoding, entryCount, summary, body } = page;
    const raw = body.written;
    try {
      const compressed = await this.#compress(raw);
      // The result may lie in a larger buffer, or be the body itself: what is kept has its own, exact one.
      const own = compressed !== raw && compressed.length === compressed.buffer.byteLength;
      const bytes = own ? compressed : new Uint8Array(compressed);
      this.bodies.give(body);
      take({ encoding, entryCount, summary, rawSize: raw.length, bytes, crc: crc32(bytes) });
      return bytes.length;
    } catch (error) {
      this.#failure ??= error;
      return 0;
    }
  }
}

function compressorOf(codec: number, level: number): (bytes: Uint8Array) => Promise<Uint8Array> | Uint8Array {
  switch (codec) {
    case CODEC.UNCOMPRESSED:
      return (bytes) => bytes;
    case CODEC.ZSTD:
      return zstdCompressor(level);
    case CODEC.GZIP:
      return (bytes) => gzipped(bytes, { chunkSize: roomFor(bytes.length) });
    case CODEC.SNAPPY:
      return deflateSnappy;
    case CODEC.LZ4:
      return deflateHadoopLz4;
    case CODEC.LZ4_RAW:
      return deflateLz4;
    default:
      throw new LakeError('BUG', `no compressor for codec ${codec}`);
  }
}

/** Each result has memory of its own; what it is made in is used again, one room for each page on its way. */
function zstdCompressor(level: number): (bytes: Uint8Array) => Promise<Uint8Array> {
  const idle: Uint8Array[] = [];
  return async (bytes) => {
    const deflate = bytes.length < PINNED_BYTES_MIN ? undefined : await loadZstdDeflate();
    if (deflate === undefined) {
      const params = { [zlib.ZSTD_c_compressionLevel]: level };
      return zstd(bytes, { params, chunkSize: roomFor(bytes.length), pledgedSrcSize: bytes.length });
    }
    const size = roomFor(bytes.length);
    const kept = idle.pop();
    const room = kept !== undefined && kept.length >= size ? kept : new Uint8Array(new ArrayBuffer(size));
    const made = await deflate(bytes, room, level);
    if (made < 0) throw new LakeError('BUG', `zstd made more than ${size} bytes of ${bytes.length}`);
    const result = room.slice(0, made);
    idle.push(room);
    return result;
  };
}

/** Room for any result, so that one step does it all. */
function roomFor(bytes: number): number {
  return bytes + (bytes >> 7) + 1024;
}
