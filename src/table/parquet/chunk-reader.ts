// The bytes of one column chunk, front to back, page by page.
import {
  corrupt,
  LakeError,
  PARQUET_PAGE_BYTES_MAX,
  PARQUET_PAGE_HEADER_BYTES_MAX,
} from '../../base/index.ts';
import { decodePageHeader, type PageHeader, type ParquetChunk } from '../../codec/index.ts';
import type { PageBudget } from '../../memory/index.ts';
import type { ByteRanges } from './open-parquet.ts';

/** A header is looked for in this many bytes first. */
const HEADER_LOOK_BYTES = 256;

/** A chunk of a row group that is read, and where its bytes come from. */
export interface ChunkSource {
  readonly chunk: ParquetChunk;
  readonly ranges: ByteRanges;
}

/**
 * Memory that the chunks of one leaf are read into, one after the other.
 *
 * Limits  as much as the largest page stored, or `stepBytes`; counted against the budget.
 */
export class ReadWindow {
  readonly file: string;
  readonly stepBytes: number;
  readonly #budget: PageBudget;
  #memory = new Uint8Array(0);

  constructor(file: string, stepBytes: number, budget: PageBudget) {
    this.file = file;
    this.stepBytes = stepBytes;
    this.#budget = budget;
  }

  /** Memory of at least so many bytes that begins with `kept`, which lies in the memory given before. */
  reserve(bytes: number, kept: Uint8Array): Uint8Array {
    if (bytes <= this.#memory.length && this.#memory.length <= 4 * bytes + this.stepBytes) {
      this.#memory.set(kept);
      return this.#memory;
    }
    this.#budget.take(bytes, this.file);
    this.#budget.give(this.#memory.length);
    const memory = new Uint8Array(bytes);
    memory.set(kept);
    this.#memory = memory;
    return memory;
  }

  release(): void {
    this.#budget.give(this.#memory.length);
    this.#memory = new Uint8Array(0);
  }
}

/** A page as stored, behind its header, and where the header lies. Good until the next call of the reader. */
export interface StoredBytes {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/** Reads a chunk. One call at a time. */
export class ChunkReader {
  readonly codec: number;
  readonly #ranges: ByteRanges;
  readonly #window: ReadWindow;
  readonly #end: number;
  #at: number;
  #buffer: Uint8Array = NOTHING;

  constructor({ chunk, ranges }: ChunkSource, window: ReadWindow) {
    this.codec = chunk.codec;
    this.#ranges = ranges;
    this.#window = window;
    this.#at = chunk.start;
    this.#end = chunk.start + chunk.length;
  }

  /** Bytes not taken yet. */
  get left(): number {
    return this.#end - this.#at;
  }

  /** The error for what is wrong where the reader stands. */
  fail(what: string): Error {
    return corrupt(this.#window.file, this.#at, `Parquet page: ${what}`);
  }

  /**
   * The header the reader stands at, which it does not step over.
   *
   * Errors  FILE_CORRUPT, also for a page beyond the chunk; LIMIT_EXCEEDED beyond PARQUET_PAGE_BYTES_MAX.
   */
  async header(): Promise<PageHeader> {
    const { file } = this.#window;
    for (let look = HEADER_LOOK_BYTES; ; look *= 8) {
      const bytes = await this.#peek(Math.min(look, PARQUET_PAGE_HEADER_BYTES_MAX));
      try {
        return this.#checked(decodePageHeader(bytes, file, this.#at));
      } catch (error) {
        // The least and greatest value in a header can be long: look at more of it, if there is more.
        if (bytes.length < look) throw error;
      }
    }
  }

  #checked(header: PageHeader): PageHeader {
    const { file } = this.#window;
    if (header.size > this.left - header.headerSize)
      throw this.fail(`${header.size} bytes reach beyond the column's pages`);
    const size = Math.max(header.size, header.rawSize);
    if (size > PARQUET_PAGE_BYTES_MAX) {
      const text = `${file}: a page of ${size} bytes at byte ${this.#at} (PARQUET_PAGE_BYTES_MAX).`;
      throw new LakeError('LIMIT_EXCEEDED', text, { path: file });
    }
    return header;
  }

  /** Steps over the page with this header. */
  async take(header: PageHeader): Promise<StoredBytes> {
    const offset = this.#at;
    const bytes = await this.#peek(header.headerSize + header.size);
    this.#buffer = this.#buffer.subarray(bytes.length);
    this.#at += bytes.length;
    return { offset, bytes: bytes.subarray(header.headerSize) };
  }

  /** The next `count` bytes, fewer at the end of the chunk. */
  async #peek(count: number): Promise<Uint8Array> {
    const wanted = Math.min(count, this.left);
    if (this.#buffer.length < wanted) await this.#fill(wanted);
    return this.#buffer.subarray(0, wanted);
  }

  async #fill(wanted: number): Promise<void> {
    const held = this.#ranges.held(this.#at, this.left);
    if (held !== undefined) {
      this.#buffer = await held;
      return;
    }
    const size = Math.min(this.left, Math.max(wanted, this.#window.stepBytes));
    const kept = this.#buffer;
    const memory = this.#window.reserve(size, kept).subarray(0, size);
    await this.#ranges.readInto(this.#at + kept.length, memory.subarray(kept.length));
    this.#buffer = memory;
  }
}
