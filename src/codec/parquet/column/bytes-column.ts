// Text and binaries, built from the pages of one leaf. Their lengths are looked at before they are copied, so
// that a batch is closed before it becomes too large.
//
//   PLAIN BYTE_ARRAY             4  i32 little-endian, bytes that follow     the bytes
//   PLAIN FIXED_LEN_BYTE_ARRAY   the bytes
//   others                       see encoding/
//
// Source  apache/parquet-format, Encodings.md.
import { Spare, unsetBytes, type Vector } from '../../arrow/index.ts';
import { ByteStreamSplitReader, type Fail, type HybridReader } from '../encoding/index.ts';
import { ENCODING } from '../footer.ts';
import type { ParquetLeaf } from '../schema.ts';
import { COPY_SLACK, copyPlain, walkPlain } from './bytes-copy.ts';
import { DeltaValues } from './bytes-delta.ts';
import { BytesDictionary } from './bytes-dictionary.ts';
import { dictionaryIds } from './fixed-column.ts';
import { type PageLevels, ValidityBuilder } from './flat-levels.ts';
import type { PageColumn } from './page-column.ts';
import { type ParquetPage, pageParts } from './page-parts.ts';

/** `length`: bytes of each value, 0 when each says its own. */
export interface BytesPlan {
  readonly kind: 'bytes';
  readonly length: number;
}

const NOTHING = new Uint8Array(0);
const NO_IDS = new Int32Array(0);
const BYTES_MIN = 1024;

/** A column of text or binaries. */
export class BytesColumn implements PageColumn {
  readonly #leaf: ParquetLeaf;
  readonly #length: number;
  readonly #levels: PageLevels;
  readonly #validity: ValidityBuilder;
  readonly #spareOffsets: Spare<Int32Array<ArrayBuffer>>;
  readonly #spareValues: Spare<Uint8Array<ArrayBuffer>>;
  #offsets = new Int32Array(1);
  #values: Uint8Array<ArrayBuffer> = NOTHING;
  #view = new DataView(NOTHING.buffer);
  #rows = 0;
  #expectedRows = 0;
  #expectedBytes = BYTES_MIN;

  #fail: Fail | undefined;
  /** Plain values of the page, and where the next one begins. */
  #plain: DataView | undefined;
  #at = 0;
  #ids: HybridReader | undefined;
  #dictionary: BytesDictionary | undefined;
  #delta: DeltaValues | undefined;

  /** Rows whose levels and ids are read and that are not appended: which hold values, and their ids. */
  #window = 0;
  #windowFrom = 0;
  #windowBits: Uint8Array | null = null;
  #windowIds = NO_IDS;
  #idsFrom = 0;
  #idCount = 0;

  constructor(leaf: ParquetLeaf, plan: BytesPlan, reuse: boolean, levels: PageLevels) {
    this.#leaf = leaf;
    this.#levels = levels;
    this.#length = plan.length;
    this.#validity = new ValidityBuilder(reuse);
    this.#spareOffsets = new Spare(reuse);
    this.#spareValues = new Spare(reuse);
  }

  get rowsReady(): number {
    return this.#window > 0 ? this.#window : this.#levels.left;
  }

  setDictionary(page: ParquetPage): void {
    this.#dictionary = new BytesDictionary(page, this.#length);
  }

  startChunk(): void {
    this.#dictionary = undefined;
    this.#delta = undefined;
  }

  setPage(page: ParquetPage): void {
    const parts = pageParts(page, this.#leaf);
    const { encoding, values, fail } = parts;
    this.#fail = fail;
    const before = this.#delta;
    this.#ids = undefined;
    this.#plain = undefined;
    this.#delta = undefined;
    switch (encoding) {
      case ENCODING.PLAIN:
        this.#openPlain(values);
        break;
      case ENCODING.PLAIN_DICTIONARY:
      case ENCODING.RLE_DICTIONARY:
        this.#ids = dictionaryIds(values, fail);
        break;
      case ENCODING.DELTA_LENGTH_BYTE_ARRAY:
      case ENCODING.DELTA_BYTE_ARRAY:
        this.#delta = new DeltaValues(parts, this.#length, before);
        break;
      case ENCODING.BYTE_STREAM_SPLIT:
        this.#openPlain(this.#unsplit(values, fail));
        break;
      default:
        throw fail(`values of encoding ${encoding}`);
    }
    this.#levels.open(parts, this.#leaf.definition > 0);
  }

  #openPlain(values: Uint8Array): void {
    this.#plain = new DataView(values.buffer, values.byteOffset, values.byteLength);
    this.#at = 0;
  }

  /** Values of one length that were split into streams of bytes, whole again. */
  #unsplit(values: Uint8Array, fail: Fail): Uint8Array {
    if (this.#length === 0) throw fail('split values of no length');
    const out = new Uint8Array(values.length);
    new ByteStreamSplitReader(values, this.#length, fail).readFixed(out, 0, values.length / this.#length);
    return out;
  }

  measure(rows: number, bytesMax: number): number {
    if (this.#window === 0) this.#openWindow(rows);
    this.#reserveOffsets(rows);
    const place = {
      row: this.#rows,
      rows,
      bits: this.#windowBits,
      bit: this.#windowFrom,
      bytesMax: Math.min(bytesMax, OFFSET_MAX - (this.#offsets[this.#rows] as number)),
    };
    if (this.#plain !== undefined)
      return walkPlain(this.#plain, this.#at, this.#length, this.#offsets, place, this.#fail as Fail);
    if (this.#delta !== undefined) return this.#delta.measure(this.#offsets, place);
    const dictionary = this.#dictionary;
    if (dictionary === undefined) return this.#withoutDictionary(rows);
    return dictionary.measure(this.#windowIds, this.#idsFrom, this.#offsets, place, this.#fail as Fail);
  }

  /** A page may tell of a dictionary that is not there, as long as all its rows are null. */
  #withoutDictionary(rows: number): number {
    if (this.#idCount > 0) throw (this.#fail as Fail)('a value that is not in the dictionary');
    this.#offsets.fill(this.#offsets[this.#rows] as number, this.#rows + 1, this.#rows + rows + 1);
    return rows;
  }

  /** Reads which of the next rows hold values, and their ids. */
  #openWindow(rows: number): void {
    this.#window = rows;
    this.#windowFrom = 0;
    let count = rows;
    if (this.#levels.allValid) {
      this.#levels.skipValid(rows);
      this.#windowBits = null;
    } else {
      this.#windowBits = new Uint8Array((rows + 7) >> 3);
      count = this.#levels.readBits(this.#windowBits, 0, rows);
    }
    if (this.#ids === undefined) return;
    if (this.#windowIds.length < count) this.#windowIds = new Int32Array(rows);
    this.#ids.readInts(this.#windowIds, 0, count);
    this.#idsFrom = 0;
    this.#idCount = count;
  }

  bytesOf(rows: number): number {
    const from = this.#offsets[this.#rows] as number;
    return (this.#offsets[this.#rows + rows] as number) - from + 4 * rows;
  }

  append(rows: number): void {
    const end = this.#offsets[this.#rows + rows] as number;
    this.#reserveValues(end + COPY_SLACK);
    const target = { bytes: this.#values, view: this.#view };
    const place = {
      row: this.#rows,
      rows,
      bits: this.#windowBits,
      bit: this.#windowFrom,
    };
    if (this.#plain !== undefined)
      this.#at = copyPlain(this.#plain, this.#at, this.#length, this.#offsets, target, place);
    else if (this.#delta !== undefined) this.#delta.copy(this.#offsets, target, place);
    else if (this.#dictionary !== undefined)
      this.#idsFrom = this.#dictionary.copy(this.#windowIds, this.#idsFrom, this.#offsets, target, place);
    if (this.#windowBits === null) this.#validity.appendValid(rows);
    else this.#validity.appendBits(this.#windowBits, this.#windowFrom, rows);
    this.#rows += rows;
    this.#window -= rows;
    this.#windowFrom += rows;
  }

  #reserveOffsets(rows: number): void {
    const need = this.#rows + rows + 1;
    if (need <= this.#offsets.length) return;
    const offsets = new Int32Array(Math.max(need, 2 * this.#offsets.length, this.#expectedRows + 1));
    offsets.set(this.#offsets.subarray(0, this.#rows + 1));
    this.#offsets = offsets;
  }

  #reserveValues(need: number): void {
    if (need <= this.#values.length) return;
    const values = unsetBytes(Math.max(need, 2 * this.#values.length, this.#expectedBytes));
    values.set(this.#values.subarray(0, this.#offsets[this.#rows]));
    this.#use(values);
  }

  #use(values: Uint8Array<ArrayBuffer>): void {
    this.#values = values;
    this.#view = new DataView(values.buffer);
  }

  take(): Vector {
    const length = this.#rows;
    const used = this.#offsets[length] as number;
    const offsets = this.#offsets.subarray(0, length + 1);
    const values = this.#values.subarray(0, used);
    this.#rows = 0;
    this.#expectedRows = length;
    this.#expectedBytes = Math.max(BYTES_MIN, used + (used >> 4) + COPY_SLACK);
    this.#offsets = this.#spareOffsets.swap(this.#offsets, offsets.byteLength) ?? new Int32Array(1);
    this.#offsets[0] = 0;
    this.#use(this.#spareValues.swap(this.#values, used) ?? NOTHING);
    return { layout: 'bytes', length, validity: this.#validity.take(), offsets, values };
  }
}

/** Offsets of a batch are 32-bit. */
const OFFSET_MAX = 2 ** 31 - 1 - COPY_SLACK;
