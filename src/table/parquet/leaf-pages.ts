// The pages of one leaf, through the row groups that are read: from the file, inflated, the next one read
// ahead while one is decoded.
import { checkAborted, LakeError } from '../../base/index.ts';
import { PAGE, type PageHeader, type ParquetPage } from '../../codec/index.ts';
import type { PageBudget } from '../../memory/index.ts';
import { ChunkReader, type ChunkSource, ReadWindow, type StoredBytes } from './chunk-reader.ts';
import { inflatePage } from './inflate-page.ts';

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

/**
 * The pages of one leaf in order. One call at a time.
 *
 * Limits  holds the page given last, its dictionary until the next chunk is begun, the bytes read, and one
 *         page ahead where the budget has room for it.
 */
export class LeafPages {
  readonly #chunks: readonly ChunkSource[];
  readonly #options: PagesOptions;
  readonly #window: ReadWindow;
  #memory = new PageMemory();
  #index = -1;
  #reader: ChunkReader | undefined;
  #first = false;
  #dictionary: ParquetPage | undefined;
  #current: ParquetPage | undefined;
  /** The dictionary given last. */
  #given: ParquetPage | undefined;
  /** A page that is being read, perhaps ahead. */
  #loading: Promise<NextPage> | undefined;
  /** Bytes counted: for the dictionary of the chunk, for all. */
  #dictionaryBytes = 0;
  #counted = 0;
  #closed = false;

  constructor(chunks: readonly ChunkSource[], options: PagesOptions) {
    this.#chunks = chunks;
    this.#options = options;
    this.#window = new ReadWindow(options.file, options.stepBytes, options.budget);
  }

  /**
   * The next data page of a chunk, by its place; the page before is given up, its memory is written again.
   *
   * Errors  FILE_CORRUPT naming the file and the place, also when the chunk has no more pages;
   *         MEMORY_EXHAUSTED when pages take more than there is for them; LIMIT_EXCEEDED; CANCELLED.
   */
  async next(chunk: number): Promise<NextPage> {
    // Another leaf failed, and this one did not know yet.
    if (this.#closed) throw new LakeError('CANCELLED', `${this.#options.file}: the read was given up.`);
    if (this.#current !== undefined) {
      this.#memory.give(this.#current.body);
      this.#give(this.#current.header.rawSize);
      this.#current = undefined;
    }
    if (this.#given !== undefined) this.#memory.give(this.#given.body);
    this.#loading ??= this.#load(chunk);
    const next = await this.#loading;
    this.#loading = undefined;
    this.#current = next.page;
    this.#given = next.dictionary;
    return next;
  }

  /** Begins to read the next page of a chunk, if there is memory for another like the one before. */
  readAhead(chunk: number): void {
    if (this.#closed || this.#loading !== undefined || chunk >= this.#chunks.length) return;
    if (!this.#options.budget.hasRoom(this.#current?.header.rawSize ?? 0)) {
      this.#memory = new PageMemory();
      return;
    }
    this.#loading = this.#load(chunk);
    // Whoever asks for the page gets the failure.
    this.#loading.catch(() => undefined);
  }

  async #load(chunk: number): Promise<NextPage> {
    if (chunk !== this.#index) this.#openChunk(chunk);
    const reader = this.#reader as ChunkReader;
    for (;;) {
      checkAborted(this.#options.signal);
      if (reader.left === 0) throw reader.fail('the pages of a column end early');
      const header = await reader.header();
      if (header.type > PAGE.DATA_V2) throw reader.fail(`no such type ${header.type}`);
      const stored = await reader.take(header);
      if (header.type === PAGE.INDEX) continue;
      if (header.type !== PAGE.DICTIONARY) {
        const page = await this.#inflate(reader, header, stored);
        // Of thousands of columns with a page each, what was read would lie around until the last row.
        if (reader.left === 0) this.#window.release();
        const dictionary = this.#dictionary;
        this.#dictionary = undefined;
        this.#first = false;
        return { page, dictionary };
      }
      if (!this.#first || this.#dictionary !== undefined)
        throw reader.fail('a dictionary behind other pages');
      this.#dictionary = await this.#inflate(reader, header, stored);
      this.#dictionaryBytes = header.rawSize;
    }
  }

  #openChunk(index: number): void {
    this.#give(this.#dictionaryBytes);
    this.#dictionaryBytes = 0;
    this.#index = index;
    this.#first = true;
    this.#dictionary = undefined;
    this.#reader = new ChunkReader(this.#chunks[index] as ChunkSource, this.#window);
  }

  async #inflate(reader: ChunkReader, header: PageHeader, stored: StoredBytes): Promise<ParquetPage> {
    const { file, budget } = this.#options;
    const { offset, bytes } = stored;
    const { rawSize, levelsSize } = header;
    budget.take(rawSize, file);
    this.#counted += rawSize;
    const body = await inflatePage({
      bytes: bytes.subarray(levelsSize),
      rawSize: rawSize - levelsSize,
      codec: header.compressed ? reader.codec : 0,
      file,
      offset,
      memory: (count) => this.#memory.take(count),
    });
    // What was read is overwritten by what is read next.
    return { file, offset, header, levels: bytes.slice(0, levelsSize), body };
  }

  #give(bytes: number): void {
    this.#counted -= bytes;
    this.#options.budget.give(bytes);
  }

  /** Waits for what is still being read and gives everything back. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#loading?.catch(() => undefined);
    this.#loading = undefined;
    this.#current = undefined;
    this.#give(this.#counted);
    this.#window.release();
  }
}

/** Bytes behind a page, so that its last values are read as fast as the others. */
const SLACK = 16;

/** Memory for pages: what one page took serves the next but one. */
class PageMemory {
  #free: Uint8Array | undefined;
  /** Memory that was given out, of which pages are parts. */
  readonly #ours = new Set<ArrayBufferLike>();

  take(bytes: number): Uint8Array {
    const free = this.#free;
    this.#free = undefined;
    if (free !== undefined && free.length >= bytes + SLACK && free.length <= 4 * bytes + 65536) return free;
    if (free !== undefined) this.#ours.delete(free.buffer);
    const memory = Buffer.allocUnsafeSlow(bytes + SLACK + (bytes >> 3));
    this.#ours.add(memory.buffer);
    return memory;
  }

  /** Takes back the memory a page is part of, if it was given out here. */
  give({ buffer }: Uint8Array): void {
    if (!this.#ours.has(buffer) || this.#free?.buffer === buffer) return;
    if (this.#free !== undefined) this.#ours.delete(this.#free.buffer);
    this.#free = new Uint8Array(buffer);
  }
}
