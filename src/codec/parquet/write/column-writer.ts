// One leaf of a row group: entries in, pages out. Pages are cut where parquet-mr cuts them by default: near
// `pageBytes` of plain values, at `pageRows` rows.
//
//   page v1   [u32 length, repetition levels]  [u32 length, definition levels]  values
//             either part is left out where the leaf has no such levels
//
// Source  parquet-mr, column/impl/ColumnWriteStoreBase.java, ColumnWriterV1.java, ColumnValueCollector.java.
import type { BytesVector } from '../../arrow/index.ts';
import { ENCODING } from '../footer.ts';
import { PHYSICAL } from '../schema.ts';
import { ValueBounds } from './bounds.ts';
import { ByteOutput } from './byte-output.ts';
import type { WriteLeaf } from './file-schema.ts';
import { bitWidth, encodeRepeated, encodeRuns } from './run-length.ts';
import type { LeafRows } from './shred.ts';
import type { Range } from './stage-fixed.ts';
import { type ValueWriter, valueWriter } from './value-writers.ts';

/** Rows handled at once, between two looks at the size of the page. */
const BLOCK_ROWS = 1024;
/** A page is full when so much of its size is reached. Source: ColumnWriteStoreBase.THRESHOLD_TOLERANCE. */
const FULL_SHARE = 0.9;

/**
 * How a column's pages are cut.
 *
 * Units   bytes. `dictionaryBytes`: most a chunk's dictionary may have, 0 for none.
 */
export interface PageOptions {
  readonly pageBytes: number;
  readonly pageRows: number;
  readonly dictionaryBytes: number;
}

/** What is known of a page, or of a whole chunk. */
export interface PageSummary {
  entryCount: number;
  rowCount: number;
  nullCount: number;
  /** Bytes of a BYTE_ARRAY leaf's values, without lengths. */
  valueBytes: number;
  readonly bounds: ValueBounds;
  /** How often each level was seen; empty where Parquet leaves them out. */
  readonly repetitions: number[];
  readonly definitions: number[];
}

/**
 * A page before it is compressed.
 *
 * Shape   `summary` undefined: the dictionary, of `entryCount` values. `body` belongs to who takes the page;
 *         it goes back by `PageBodies.give`.
 */
export interface RawPage {
  readonly encoding: number;
  readonly entryCount: number;
  readonly summary: PageSummary | undefined;
  readonly body: ByteOutput;
}

/** Bodies of pages, used again once they are written. */
export class PageBodies {
  readonly #spare: ByteOutput[] = [];
  readonly #spareMax: number;

  constructor(spareMax: number) {
    this.#spareMax = spareMax;
  }

  take(): ByteOutput {
    return this.#spare.pop() ?? new ByteOutput(64 * 1024);
  }

  give(body: ByteOutput): void {
    body.clear();
    if (this.#spare.length < this.#spareMax) this.#spare.push(body);
  }
}

/** Where pages go, in order; the dictionary last. */
export type PageSink = (page: RawPage) => void;

export class ParquetColumnWriter {
  readonly leaf: WriteLeaf;
  readonly #options: PageOptions;
  readonly #pool: PageBodies;
  readonly #sink: PageSink;
  readonly #values: ValueWriter;
  readonly #definitions: LevelBuffer;
  readonly #repetitions: LevelBuffer;
  #page: PageSummary;
  #chunk: PageSummary;

  constructor(leaf: WriteLeaf, options: PageOptions, pool: PageBodies, sink: PageSink) {
    this.leaf = leaf;
    this.#options = options;
    this.#pool = pool;
    this.#sink = sink;
    this.#values = valueWriter(leaf, options.dictionaryBytes);
    this.#definitions = new LevelBuffer(leaf.definitionMax, leaf.definitionMax);
    this.#repetitions = new LevelBuffer(0, leaf.repetitionMax);
    this.#page = emptySummary(leaf);
    this.#chunk = emptySummary(leaf);
  }

  /** Bounds in the order of the leaf, still empty. */
  newBounds(): ValueBounds {
    return new ValueBounds(this.leaf.physical);
  }

  /** Bytes of the open page, before compression. */
  get openBytes(): number {
    return this.#values.rawBytes + this.#definitions.byteLength + this.#repetitions.byteLength;
  }

  /** Takes all entries of `rowCount` rows. */
  append(leafRows: LeafRows, rowCount: number): void {
    const { pageBytes, pageRows } = this.#options;
    let entry = 0;
    let value = 0;
    for (let row = 0; row < rowCount; ) {
      let rows = Math.min(rowCount - row, pageRows - this.#page.rowCount, BLOCK_ROWS);
      let block = this.#block(leafRows, entry, value, rows);
      while (rows > 1 && this.openBytes + block.bytes > pageBytes) {
        rows >>= 1;
        block = this.#block(leafRows, entry, value, rows);
      }
      this.#take(leafRows, entry, block, rows);
      row += rows;
      entry = block.entryEnd;
      value = block.range.to;
      if (this.#page.rowCount >= pageRows || this.openBytes >= FULL_SHARE * pageBytes) this.#finishPage();
    }
  }

  /** What the next so many rows hold. */
  #block(leafRows: LeafRows, entry: number, value: number, rows: number): Block {
    const entryEnd = entryAfter(leafRows, entry, rows);
    const valueEnd = value + valuesBetween(leafRows, entry, entryEnd, this.leaf.definitionMax);
    const range = { rows: leafRows.rows, from: value, to: valueEnd };
    return { entryEnd, range, bytes: this.#values.rawBytesOf(leafRows.vector, range) };
  }

  #take(leafRows: LeafRows, entry: number, { entryEnd, range }: Block, rows: number): void {
    const { vector, definition, repetition } = leafRows;
    const page = this.#page;
    const entries = entryEnd - entry;
    this.#definitions.append(definition, entry, entryEnd);
    this.#repetitions.append(repetition, entry, entryEnd);
    this.#values.append(vector, range, page.bounds);
    page.entryCount += entries;
    page.rowCount += rows;
    page.nullCount += entries - (range.to - range.from);
    if (this.leaf.physical === PHYSICAL.BYTE_ARRAY) page.valueBytes += bytesIn(vector as BytesVector, range);
  }

  #finishPage(): void {
    const page = this.#page;
    this.#definitions.count(page.definitions);
    this.#repetitions.count(page.repetitions);
    const body = this.#pool.take();
    this.#repetitions.finish(body);
    this.#definitions.finish(body);
    const encoding = this.#values.finishPage(body);
    addSummary(this.#chunk, page);
    page.bounds.cutForIndex();
    this.#sink({ encoding, entryCount: page.entryCount, summary: page, body });
    this.#page = emptySummary(this.leaf);
  }

  /** Ends the chunk and begins the next: see `ValueWriter.finishChunk`. What it held in all. */
  finish(retry: boolean): PageSummary {
    if (this.#page.entryCount > 0) this.#finishPage();
    const body = this.#pool.take();
    const size = this.#values.finishChunk(body, retry);
    if (size > 0)
      this.#sink({ encoding: ENCODING.PLAIN_DICTIONARY, entryCount: size, summary: undefined, body });
    else this.#pool.give(body);
    const chunk = this.#chunk;
    this.#chunk = emptySummary(this.leaf);
    return chunk;
  }
}

interface Block {
  readonly entryEnd: number;
  readonly range: Range;
  readonly bytes: number;
}

function bytesIn({ offsets }: BytesVector, { rows, from, to }: Range): number {
  if (rows === null) return (offsets[to] as number) - (offsets[from] as number);
  let bytes = 0;
  for (let k = from; k < to; k++) {
    const row = rows[k] as number;
    bytes += (offsets[row + 1] as number) - (offsets[row] as number);
  }
  return bytes;
}

/** Where the entries of `rows` more rows end. */
function entryAfter({ repetition, entryCount }: LeafRows, entry: number, rows: number): number {
  if (repetition === null) return entry + rows;
  let left = rows;
  let at = entry;
  while (at < entryCount) {
    if (repetition[at] === 0 && left-- === 0) return at;
    at++;
  }
  return at;
}

/** How many entries of a range are values. */
function valuesBetween({ definition }: LeafRows, from: number, to: number, max: number): number {
  if (definition === null) return to - from;
  let count = 0;
  for (let i = from; i < to; i++) if (definition[i] === max) count++;
  return count;
}

function emptySummary({ physical, definitionMax, repetitionMax }: WriteLeaf): PageSummary {
  return {
    entryCount: 0,
    rowCount: 0,
    nullCount: 0,
    valueBytes: 0,
    bounds: new ValueBounds(physical),
    repetitions: repetitionMax > 0 ? new Array<number>(repetitionMax + 1).fill(0) : [],
    definitions: definitionMax > 1 ? new Array<number>(definitionMax + 1).fill(0) : [],
  };
}

function addSummary(into: PageSummary, page: PageSummary): void {
  into.entryCount += page.entryCount;
  into.rowCount += page.rowCount;
  into.nullCount += page.nullCount;
  into.valueBytes += page.valueBytes;
  into.bounds.merge(page.bounds);
  page.repetitions.forEach((count, level) => {
    into.repetitions[level] = (into.repetitions[level] as number) + count;
  });
  page.definitions.forEach((count, level) => {
    into.definitions[level] = (into.definitions[level] as number) + count;
  });
}

/** Levels of one kind; only counted while all are the usual one. */
class LevelBuffer {
  readonly #usual: number;
  readonly #max: number;
  #levels = new Uint8Array(0);
  #count = 0;
  #varied = false;

  constructor(usual: number, max: number) {
    this.#usual = usual;
    this.#max = max;
  }

  get byteLength(): number {
    return this.#varied ? (this.#count * bitWidth(this.#max)) >> 3 : 0;
  }

  /** `levels` null: the usual one, each time. */
  append(levels: Uint8Array | null, from: number, to: number): void {
    if (this.#max === 0) return;
    const count = this.#count + to - from;
    if (levels !== null || this.#varied) {
      if (count > this.#levels.length) {
        const grown = new Uint8Array(Math.max(2 * this.#levels.length, count, 1024));
        grown.set(this.#levels);
        this.#levels = grown;
      }
      if (!this.#varied) this.#levels.fill(this.#usual, 0, this.#count);
      this.#varied = true;
      if (levels === null) this.#levels.fill(this.#usual, this.#count, count);
      else this.#levels.set(levels.subarray(from, to), this.#count);
    }
    this.#count = count;
  }

  /** Adds how often each level is there. */
  count(into: number[]): void {
    if (into.length === 0) return;
    if (!this.#varied) into[this.#usual] = (into[this.#usual] as number) + this.#count;
    else
      for (let i = 0; i < this.#count; i++) {
        const level = this.#levels[i] as number;
        into[level] = (into[level] as number) + 1;
      }
  }

  /** Appends the levels with their length in front and begins anew. */
  finish(out: ByteOutput): void {
    if (this.#max === 0) return;
    const start = out.length;
    out.room(4);
    out.length += 4;
    const width = bitWidth(this.#max);
    if (this.#varied) encodeRuns(this.#levels, this.#count, width, out);
    else encodeRepeated(this.#usual, this.#count, width, out);
    const size = out.length - start - 4;
    new DataView(out.bytes.buffer, out.bytes.byteOffset).setUint32(start, size, true);
    this.#count = 0;
    this.#varied = false;
  }
}
