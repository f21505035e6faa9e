// A Parquet file being put together: row groups of finished pages in, bytes to append out.
//
//   "PAR1"   row groups: column chunks: [dictionary page] data pages   column indexes   offset indexes
//   footer   u32 its length   "PAR1"
//
// Source  parquet-mr, hadoop/ParquetFileWriter.java.
import type { Field } from '../../../base/index.ts';
import { ThriftWriter } from '../thrift-writer.ts';
import type { PageSummary } from './column-writer.ts';
import { leavesOf, type SchemaNode, schemaOf, type WriteLeaf } from './file-schema.ts';
import {
  BOUNDS_BYTES_MAX,
  encodeFooter,
  encodePageHeader,
  type PlacedChunk,
  type PlacedRowGroup,
} from './footer-writer.ts';
import { type PlacedPage, writeColumnIndex, writeOffsetIndex } from './page-index.ts';

/**
 * A page as it will lie in the file.
 *
 * Shape   `summary` undefined: a dictionary. `bytes` compressed, `crc` of these. `rawSize` before.
 */
export interface StoredPage {
  readonly encoding: number;
  readonly entryCount: number;
  readonly summary: PageSummary | undefined;
  readonly rawSize: number;
  readonly bytes: Uint8Array;
  readonly crc: number;
}

/** All pages of a leaf of a row group, data pages in order. */
export interface StoredChunk {
  readonly summary: PageSummary;
  readonly pages: readonly StoredPage[];
  readonly dictionary: StoredPage | undefined;
}

/** Puts a file together. Nothing of a row group is kept but what the footer says of it. */
export class ParquetLayout {
  readonly leaves: readonly WriteLeaf[];
  readonly #schema: readonly SchemaNode[];
  readonly #codec: number;
  readonly #groups: PlacedRowGroup[] = [];
  readonly #pages: (readonly PlacedPage[])[][] = [];
  #at = MAGIC.length;

  /** `codec`: a value of `CODEC`, of all pages. */
  constructor(fields: readonly Field[], codec: number) {
    this.#schema = schemaOf(fields);
    this.leaves = leavesOf(fields);
    this.#codec = codec;
  }

  /** The first bytes of the file. */
  begin(): Uint8Array {
    return MAGIC;
  }

  /** Bytes of the file so far. */
  get length(): number {
    return this.#at;
  }

  /**
   * Adds a row group: `chunks` by leaf, whose bounds are cut if they are long. The bytes to append, in order.
   */
  addRowGroup(rowCount: number, chunks: readonly StoredChunk[]): readonly Uint8Array[] {
    const parts: Uint8Array[] = [];
    const offset = this.#at;
    const placed: (readonly PlacedPage[])[] = [];
    const done = chunks.map((chunk, i): PlacedChunk => {
      const leaf = this.leaves[i] as WriteLeaf;
      const start = this.#at;
      let rawSize = 0;
      const append = (page: StoredPage): number => {
        const header = headerOf(page, leaf);
        parts.push(header, page.bytes);
        rawSize += header.length + page.rawSize;
        this.#at += header.length + page.bytes.length;
        return header.length + page.bytes.length;
      };
      if (chunk.dictionary !== undefined) append(chunk.dictionary);
      const dataAt = this.#at;
      const encodings = new Map<number, number>();
      placed.push(
        chunk.pages.map((page): PlacedPage => {
          encodings.set(page.encoding, (encodings.get(page.encoding) ?? 0) + 1);
          const at = this.#at;
          return { offset: at, size: append(page), summary: page.summary as PageSummary };
        }),
      );
      const dictionaryAt = chunk.dictionary === undefined ? 0 : start;
      const place = { dataAt, dictionaryAt, rawSize, size: this.#at - start };
      chunk.summary.bounds.cutBeyond(BOUNDS_BYTES_MAX);
      const indexes = { columnIndex: undefined, offsetIndex: undefined };
      return { leaf, summary: chunk.summary, encodings, ...place, ...indexes };
    });
    this.#groups.push({ rowCount, offset, chunks: done });
    this.#pages.push(placed);
    return parts;
  }

  /** The bytes that end the file. */
  finish(): readonly Uint8Array[] {
    const indexes = this.#writeIndexes();
    const footer = encodeFooter(this.#schema, this.leaves.length, this.#groups, this.#codec);
    const tail = new Uint8Array(8);
    new DataView(tail.buffer).setUint32(0, footer.length, true);
    tail.set(MAGIC, 4);
    this.#at += footer.length + tail.length;
    return [indexes, footer, tail];
  }

  /** All column indexes, then all offset indexes. */
  #writeIndexes(): Uint8Array {
    const out = new ThriftWriter();
    const start = this.#at;
    const each = (write: (chunk: PlacedChunk, pages: readonly PlacedPage[]) => void): void => {
      this.#groups.forEach(({ chunks }, g) => {
        chunks.forEach((chunk, c) => {
          write(chunk, this.#pages[g]?.[c] as readonly PlacedPage[]);
        });
      });
    };
    each((chunk, pages) => {
      const offset = out.bytes.length;
      if (!writeColumnIndex(out, chunk.leaf, pages)) return;
      chunk.columnIndex = { offset: start + offset, size: out.bytes.length - offset };
    });
    each((chunk, pages) => {
      const offset = out.bytes.length;
      writeOffsetIndex(out, chunk.leaf, pages);
      chunk.offsetIndex = { offset: start + offset, size: out.bytes.length - offset };
    });
    this.#at += out.bytes.length;
    return out.bytes;
  }
}

const MAGIC = Uint8Array.of(0x50, 0x41, 0x52, 0x31);

function headerOf(page: StoredPage, levels: WriteLeaf): Uint8Array {
  const { encoding, entryCount, rawSize, crc, bytes, summary } = page;
  const size = bytes.length;
  return encodePageHeader({
    dictionary: summary === undefined,
    encoding,
    entryCount,
    rawSize,
    size,
    crc,
    levels,
  });
}
