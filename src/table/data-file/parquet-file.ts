// One Parquet file on its way into a store: rows are encoded as they come, pages compressed beside, a row
// group written as soon as it is large enough.
import { type Field, PARQUET_ROW_GROUP_BYTES } from '../../base/index.ts';
import {
  type PageSummary,
  ParquetColumnWriter,
  ParquetLayout,
  type StoredChunk,
  type StoredPage,
  shredColumn,
  type Vector,
  type WriteLeaf,
} from '../../codec/index.ts';
import type { Store, StoreOutput } from '../../store/index.ts';
import type { ColumnStats } from './file-stats.ts';
import { columnStats, type LeafFacts } from './leaf-stats.ts';
import { PageCompressor } from './page-compressor.ts';
import type { ParquetOptions } from './parquet-options.ts';

/** A leaf, and the pages of the row group that is open. */
interface OpenChunk {
  readonly writer: ParquetColumnWriter;
  readonly facts: LeafFacts;
  /** By order of the pages; holes are on their way. */
  pages: (StoredPage | undefined)[];
  dictionary: StoredPage | undefined;
}

/**
 * Writes one file.
 *
 * Limits  holds the compressed pages of a row group, at most `PARQUET_ROW_GROUP_BYTES` and a batch, the open
 *         page of each leaf, and the pages being compressed.
 * Errors  those of the store; VALUE_INVALID for a null where the column has none.
 * Source  parquet-mr, hadoop/InternalParquetRecordWriter.java.
 */
export class ParquetFile implements AsyncDisposable {
  readonly #fields: readonly Field[];
  readonly #output: StoreOutput;
  readonly #layout: ParquetLayout;
  readonly #compressor: PageCompressor;
  readonly #chunks: readonly OpenChunk[];
  readonly #rowGroupBytes: number;
  /** Row groups as large as Java's; ours are parts of them. */
  readonly #javaGroupBytes: number;
  /** Where the row group that Java would have open began. */
  #javaGroupStart = 0;
  /** Stored bytes of all row groups that were closed, as the compressor counts them. */
  #closedBytes = 0;
  #rows = 0;

  private constructor(output: StoreOutput, fields: readonly Field[], options: ParquetOptions) {
    this.#fields = fields;
    this.#output = output;
    this.#layout = new ParquetLayout(fields, options.codec);
    this.#compressor = new PageCompressor(options.codec, options.zstdLevel);
    this.#javaGroupBytes = options.rowGroupBytes;
    this.#rowGroupBytes = Math.min(options.rowGroupBytes, PARQUET_ROW_GROUP_BYTES);
    this.#chunks = this.#layout.leaves.map((leaf) => this.#openChunk(leaf, options));
  }

  /** Makes the file; nothing else may have its name. */
  static async create(
    store: Store,
    path: string,
    fields: readonly Field[],
    options: ParquetOptions,
  ): Promise<ParquetFile> {
    const output = await store.openNew(path);
    try {
      const file = new ParquetFile(output, fields, options);
      await output.append([file.#layout.begin()]);
      return file;
    } catch (error) {
      await output[Symbol.asyncDispose]();
      throw error;
    }
  }

  #openChunk(leaf: WriteLeaf, options: ParquetOptions): OpenChunk {
    const { pageBytes, pageRows, dictionaryOf } = options;
    const dictionaryBytes = dictionaryOf(leaf.path.join('.')) ? options.dictionaryBytes : 0;
    const pages = { pageBytes, pageRows, dictionaryBytes };
    const { bodies } = this.#compressor;
    const writer = new ParquetColumnWriter(leaf, pages, bodies, (page) => {
      if (page.summary === undefined) {
        this.#compressor.add(page, (stored) => {
          chunk.dictionary = stored;
        });
        return;
      }
      const into = chunk.pages;
      const at = into.push(undefined) - 1;
      this.#compressor.add(page, (stored) => {
        into[at] = stored;
      });
    });
    const facts = { leaf, bounds: writer.newBounds(), nullCount: 0 };
    const chunk: OpenChunk = { writer, facts, pages: [], dictionary: undefined };
    return chunk;
  }

  /** Bytes the file would have if it ended now, footer apart: pages that are open count as they are. */
  get estimatedBytes(): number {
    return this.#compressor.estimatedBytes + this.#openBytes();
  }

  /** The same with every page compressed. */
  async measuredBytes(): Promise<number> {
    await this.#compressor.settle(0);
    return this.estimatedBytes;
  }

  #openBytes(): number {
    let bytes = 0;
    for (const { writer } of this.#chunks) bytes += writer.openBytes;
    return bytes;
  }

  /** Appends rows: one vector a column. */
  async append(columns: readonly Vector[], rowCount: number): Promise<void> {
    let at = 0;
    for (const [c, field] of this.#fields.entries()) {
      for (const leafRows of shredColumn(field.name, field.type, columns[c] as Vector)) {
        (this.#chunks[at++] as OpenChunk).writer.append(leafRows, rowCount);
        if (this.#compressor.full) await this.#compressor.settle(PAGES_LEFT);
      }
    }
    this.#rows += rowCount;
    if (this.estimatedBytes - this.#closedBytes >= this.#rowGroupBytes) await this.#endRowGroup();
  }

  async #endRowGroup(): Promise<void> {
    const summaries: PageSummary[] = [];
    // A column that gave up its dictionary does without until Java would begin a row group.
    const retry = this.estimatedBytes - this.#javaGroupStart >= this.#javaGroupBytes;
    for (const { writer, facts } of this.#chunks) {
      const summary = writer.finish(retry);
      facts.bounds.merge(summary.bounds);
      facts.nullCount += summary.nullCount;
      summaries.push(summary);
      if (this.#compressor.full) await this.#compressor.settle(PAGES_LEFT);
    }
    await this.#compressor.settle(0);
    const stored = this.#chunks.map((chunk, i): StoredChunk => {
      const { pages, dictionary } = chunk;
      chunk.pages = [];
      chunk.dictionary = undefined;
      return {
        summary: summaries[i] as PageSummary,
        pages: pages as readonly StoredPage[],
        dictionary,
      };
    });
    await this.#output.append(this.#layout.addRowGroup(this.#rows, stored));
    this.#rows = 0;
    this.#closedBytes = this.#compressor.estimatedBytes;
    if (retry) this.#javaGroupStart = this.#closedBytes;
  }

  /** Ends the file, durable. Its size, and what Java would gather of its columns. */
  async finish(): Promise<{ readonly size: number; readonly stats: readonly ColumnStats[] }> {
    if (this.#rows > 0) await this.#endRowGroup();
    await this.#output.append(this.#layout.finish());
    await this.#output.finish();
    const facts = this.#chunks.map((chunk) => chunk.facts);
    return { size: this.#output.size, stats: this.#fields.map(({ type }, c) => columnStats(type, facts, c)) };
  }

  /** Gives the file up unless it was finished. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#compressor.abandon();
    await this.#output[Symbol.asyncDispose]();
  }
}

/** Pages left on their way when there is room again: the threads that compress are not to run dry. */
const PAGES_LEFT = 4;
