// The pages of one leaf, through the row groups that are read: from the file, inflated, the next one read
// ahead while one is decoded.
import {
  checkAborted,
  corrupt,
  LakeError,
  PARQUET_PAGE_BYTES_MAX,
  PARQUET_PAGE_HEADER_BYTES_MAX,
} from '../../base/index.ts';
import {
  decodePageHeader,
  PAGE,
  type PageHeader,
  type ParquetChunk,
  type ParquetPage,
} from '../../codec/index.ts';
import type { PageBudget } from '../../memory/index.ts';
import { inflatePage } from './inflate-page.ts';
import type { ByteRanges } from './open-parquet.ts';

/** A header is looked for in this many bytes first. */
const HEADER_LOOK_BYTES = 256;

/** A chunk of a row group that is read, and where its bytes come from. */
export interface ChunkSource {
  readonly chunk: ParquetChunk;
  readonly rowCount: number;
  readonly ranges: ByteRanges;
}

/**
 * What all leaves of a file share. `stepBytes`: bytes of a chunk read at once, when its pages are smaller.
 */
export interface PagesOptions {
  readonly file: string;
  readonly stepBytes: number;
  readonly budget: PageBudget;
  readonly signal: AbortSignal | undefined;
}

/** A data page, and the dictionary of its chunk if it has one and the page is the first of it. */
export interface NextPage {
  readonly page: ParquetPage;
  readonly dictionary: ParquetPage | undefined;
}

/** The pages of one leaf in order. One call at a time. */
export class LeafPages {
  readonly #chunks: readonly ChunkSource[];
  readonly #options: PagesOptions;
  #index = -1;
  #reader: ChunkReader | undefined;
  #first = false;
  #dictionary: ParquetPage | undefined;
  /** Bytes counted: for the page given last, for the dictionary of the chunk, for all. */
  #held = 0;
  #dictionaryBytes = 0;
  #counted = 0;
  #ahead: Promise<NextPage> | undefined;

  constructor(chunks: readonly ChunkSource[], options: PagesOptions) {
    this.#chunks = chunks;
    this.#options = options;
  }

  /**
   * The next data page; the one before is given up.
   *
   * Errors  FILE_CORRUPT naming the file and the place, also when the chunk has no more pages;
   *         MEMORY_EXHAUSTED when pages take more than there is for them; LIMIT_EXCEEDED; CANCELLED.
   */
  async next(chunkIndex: number): Promise<NextPage> {
    this.#release(this.#held);
    this.#held = 0;
    const ahead = this.#ahead;
    this.#ahead = undefined;
    const found = await (ahead ?? this.#load(chunkIndex));
    this.#held = found.page.header.rawSize;
    return found;
  }

  /** Begins to read the next page if there is memory for another like the one before. */
  readAhead(chunkIndex: number): void {
    if (this.#ahead !== undefined || chunkIndex >= this.#chunks.length) return;
    if (!this.#options.budget.hasRoom(2 * this.#held)) return;
    this.#ahead = this.#load(chunkIndex);
    // Whoever asks for the page gets the failure.
    this.#ahead.catch(() => undefined);
  }

  async #load(chunkIndex: number): Promise<NextPage> {
    for (;;) {
      checkAborted(this.#options.signal);
      if (chunkIndex !== this.#index) this.#openChunk(chunkIndex);
      const reader = this.#reader as ChunkReader;
      if (reader.left === 0) throw reader.fail('the pages of a column end early');
      const header = await reader.header();
      const stored = await reader.take(header);
      if (header.type === PAGE.INDEX) continue;
      const page = await this.#inflate(reader, header, stored);
      if (header.type === PAGE.DICTIONARY) {
        if (!this.#first || this.#dictionary !== undefined)
          throw reader.fail('a dictionary behind other pages');
        this.#dictionary = page;
        this.#dictionaryBytes = header.rawSize;
        continue;
      }
      const dictionary = this.#dictionary;
      this.#dictionary = undefined;
      this.#first = false;
      return { page, dictionary };
    }
  }

  #openChunk(index: number): void {
    const source = this.#chunks[index] as ChunkSource;
    this.#reader?.close();
    this.#release(this.#dictionaryBytes);
    this.#dictionaryBytes = 0;
    this.#index = index;
    this.#first = true;
    this.#dictionary = undefined;
    this.#reader = new ChunkReader(source, this.#options);
  }

  async #inflate(reader: ChunkReader, header: PageHeader, stored: StoredBytes): Promise<ParquetPage> {
    const { file, budget } = this.#options;
    const { offset, bytes } = stored;
    if (header.type !== PAGE.DATA && header.type !== PAGE.DATA_V2 && header.type !== PAGE.DICTIONARY)
      throw corrupt(file, offset, `Parquet page: no such type ${header.type}`);
    budget.take(header.rawSize, file);
    this.#counted += header.rawSize;
    const levels = bytes.subarray(0, header.levelsSize);
    const values = bytes.subarray(header.levelsSize);
    const rawSize = header.rawSize - header.levelsSize;
    const codec = header.compressed ? reader.codec : 0;
    const body = await inflatePage({ bytes: values, rawSize, codec, file, offset });
    return { file, offset, header, levels, body };
  }

  #release(bytes: number): void {
    this.#counted -= bytes;
    this.#options.budget.give(bytes);
  }

  /** Waits for what is still being read and gives everything back. */
  async close(): Promise<void> {
    await this.#ahead?.catch(() => undefined);
    this.#ahead = undefined;
    this.#release(this.#counted);
    this.#reader?.close();
    this.#reader = undefined;
  }
}

interface StoredBytes {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/** The bytes of one chunk, front to back, a step at a time. */
class ChunkReader {
  readonly codec: number;
  readonly #ranges: ByteRanges;
  readonly #options: PagesOptions;
  readonly #end: number;
  #at: number;
  #buffer: Uint8Array = NOTHING;
  #counted = 0;

  constructor({ chunk, ranges }: ChunkSource, options: PagesOptions) {
    this.codec = chunk.codec;
    this.#ranges = ranges;
    this.#options = options;
    this.#at = chunk.start;
    this.#end = chunk.start + chunk.length;
  }

  /** Bytes not taken yet. */
  get left(): number {
    return this.#end - this.#at;
  }

  fail(what: string): Error {
    return corrupt(this.#options.file, this.#at, `Parquet page: ${what}`);
  }

  /** The header the reader stands at, which it does not step over. */
  async header(): Promise<PageHeader> {
    const { file } = this.#options;
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
    const { file } = this.#options;
    if (header.size > this.left - header.headerSize)
      throw corrupt(file, this.#at, `Parquet page: ${header.size} bytes reach beyond the column's pages`);
    const size = Math.max(header.size, header.rawSize);
    if (size > PARQUET_PAGE_BYTES_MAX) {
      const text = `${file}: a page of ${size} bytes at byte ${this.#at} (PARQUET_PAGE_BYTES_MAX).`;
      throw new LakeError('LIMIT_EXCEEDED', text, { path: file });
    }
    return header;
  }

  /** Steps over a page; its bytes behind the header. */
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
    if (this.#buffer.length < wanted) {
      const size = Math.min(this.left, Math.max(wanted, this.#options.stepBytes));
      const { budget, file } = this.#options;
      budget.give(this.#counted);
      this.#counted = 0;
      budget.take(size, file);
      this.#counted = size;
      this.#buffer = await this.#ranges.read(this.#at, size);
    }
    return this.#buffer.subarray(0, wanted);
  }

  close(): void {
    this.#options.budget.give(this.#counted);
    this.#counted = 0;
    this.#buffer = NOTHING;
  }
}
