// Numbers, dates, times, timestamps and decimals, built from the pages of one leaf.
import { Spare, type Vector } from '../../arrow/index.ts';
import type { Fail } from '../encoding/index.ts';
import { HybridReader } from '../encoding/index.ts';
import { ENCODING } from '../footer.ts';
import type { ParquetLeaf } from '../schema.ts';
import { type EncodedValues, encodedValues } from './encoded-values.ts';
import { type FixedDecode, putBigEndian } from './fixed-decode.ts';
import {
  type FixedLayout,
  type FixedStore,
  fixedStore,
  fixedVector,
  gatherFixed,
  LAYOUT_BYTES,
  spread,
} from './fixed-store.ts';
import { type PageLevels, ValidityBuilder } from './flat-levels.ts';
import { type PageColumn, STEP_ROWS } from './page-column.ts';
import { type PageParts, type ParquetPage, pageFail, pageParts } from './page-parts.ts';

/**
 * How plain values become a layout.
 *
 * Shape   `sourceBytes` of a plain value; 0 for big-endian numbers of any length in BYTE_ARRAYs, which have
 *         no `decode`.
 */
export interface FixedPlan {
  readonly kind: 'fixed';
  readonly layout: FixedLayout;
  readonly sourceBytes: number;
  readonly decode: FixedDecode | undefined;
}

/** Ids of a step; used within one call only. */
const IDS = new Int32Array(STEP_ROWS);

const ROWS_MIN = 64;

/** A column of fixed width. */
export class FixedColumn implements PageColumn {
  readonly #leaf: ParquetLeaf;
  readonly #plan: FixedPlan;
  readonly #width: number;
  readonly #levels: PageLevels;
  readonly #validity: ValidityBuilder;
  readonly #spare: Spare<FixedStore>;
  #store: FixedStore;
  #rows = 0;
  #expected = ROWS_MIN;
  #parts: PageParts | undefined;
  #at = 0;
  #ids: HybridReader | undefined;
  #encoded: EncodedValues | undefined;
  #dictionary: FixedStore | undefined;
  #dictionarySize = 0;

  constructor(leaf: ParquetLeaf, plan: FixedPlan, reuse: boolean, levels: PageLevels) {
    this.#leaf = leaf;
    this.#levels = levels;
    this.#plan = plan;
    this.#width = LAYOUT_BYTES[plan.layout];
    this.#validity = new ValidityBuilder(reuse);
    this.#spare = new Spare(reuse);
    this.#store = fixedStore(this.#width, 0);
  }

  get rowsReady(): number {
    return this.#levels.left;
  }

  setDictionary(page: ParquetPage): void {
    const { valueCount } = page.header;
    const fail = pageFail(page);
    const { sourceBytes } = this.#plan;
    if (valueCount < 0 || valueCount > page.body.length / (sourceBytes === 0 ? 4 : sourceBytes))
      throw fail(`a dictionary of ${valueCount} values`);
    const store = fixedStore(this.#width, valueCount);
    this.#decode(page.body, 0, store, { row: 0, count: valueCount }, fail);
    this.#dictionary = store;
    this.#dictionarySize = valueCount;
  }

  startChunk(): void {
    this.#dictionary = undefined;
    this.#dictionarySize = 0;
  }

  setPage(page: ParquetPage): void {
    const parts = pageParts(page, this.#leaf);
    this.#parts = parts;
    this.#at = 0;
    this.#ids = undefined;
    this.#encoded = undefined;
    const { encoding, values, fail } = parts;
    if (encoding === ENCODING.PLAIN_DICTIONARY || encoding === ENCODING.RLE_DICTIONARY) {
      this.#ids = dictionaryIds(values, fail);
    } else if (encoding !== ENCODING.PLAIN) {
      this.#encoded = encodedValues(parts, this.#leaf);
      if (this.#encoded === undefined) throw fail(`values of encoding ${encoding}`);
    }
    this.#levels.open(parts, this.#leaf.definition > 0);
  }

  measure(rows: number, bytesMax: number): number {
    return Math.min(rows, Math.floor(bytesMax / this.#width));
  }

  bytesOf(rows: number): number {
    return rows * this.#width;
  }

  append(rows: number): void {
    this.#reserve(rows);
    const row = this.#rows;
    const count = this.#validity.appendLevels(this.#levels, rows);
    this.#rows += rows;
    if (this.#encoded !== undefined) this.#decodeEncoded(this.#encoded, row, count);
    else if (this.#ids === undefined) this.#plain(row, count);
    else this.#gather(this.#ids, row, count);
    if (count === rows) return;
    // Rows that are null are handed out too: not with what was in that memory before.
    const width = this.#width;
    this.#store.bytes.fill(0, (row + count) * width, (row + rows) * width);
    spread(this.#store, { row, rows, count }, this.#validity.bits);
  }

  #plain(row: number, count: number): void {
    const { values, fail } = this.#parts as PageParts;
    this.#at = this.#decode(values, this.#at, this.#store, { row, count }, fail);
  }

  #decodeEncoded(values: EncodedValues, row: number, count: number): void {
    const { fail } = this.#parts as PageParts;
    for (let done = 0; done < count; ) {
      const step = Math.min(STEP_ROWS, count - done);
      this.#decode(values.take(step), 0, this.#store, { row: row + done, count: step }, fail);
      done += step;
    }
  }

  /** Decodes plain values; where the next one begins. */
  #decode(
    source: Uint8Array,
    at: number,
    store: FixedStore,
    place: { readonly row: number; readonly count: number },
    fail: Fail,
  ): number {
    const { sourceBytes, decode } = this.#plan;
    if (decode === undefined) return decodeLengths(source, at, store, place, fail);
    const end = at + place.count * sourceBytes;
    if (end > source.length) throw fail('values beyond their page');
    decode(source, at, store, place, fail);
    return end;
  }

  #gather(ids: HybridReader, row: number, count: number): void {
    const { fail } = this.#parts as PageParts;
    for (let done = 0; done < count; ) {
      const step = Math.min(STEP_ROWS, count - done);
      ids.readInts(IDS, 0, step);
      const place = { row: row + done, count: step };
      const dictionary = this.#dictionary;
      if (dictionary === undefined || !gatherFixed(dictionary, this.#dictionarySize, IDS, this.#store, place))
        throw fail('a value that is not in the dictionary');
      done += step;
    }
  }

  #reserve(rows: number): void {
    const need = this.#rows + rows;
    if (need <= this.#store.capacity) return;
    const store = fixedStore(this.#width, Math.max(need, 2 * this.#store.capacity, this.#expected));
    store.bytes.set(this.#store.bytes.subarray(0, this.#rows * this.#width));
    this.#store = store;
  }

  take(): Vector {
    const length = this.#rows;
    const vector = fixedVector(this.#plan.layout, this.#store, length, this.#validity.take());
    this.#rows = 0;
    this.#expected = Math.max(ROWS_MIN, length);
    this.#store = this.#spare.swap(this.#store, length * this.#width) ?? fixedStore(this.#width, 0);
    return vector;
  }
}

/** The ids of a page: a byte that says how many bits they take, then runs. */
export function dictionaryIds(values: Uint8Array, fail: Fail): HybridReader {
  // A page of nulls only may have no values at all.
  return new HybridReader(values.subarray(1), values[0] ?? 0, fail);
}

/** Big-endian numbers behind a length of 4 bytes each. */
function decodeLengths(
  source: Uint8Array,
  from: number,
  store: FixedStore,
  { row, count }: { readonly row: number; readonly count: number },
  fail: Fail,
): number {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  let at = from;
  for (let i = 0; i < count; i++) {
    const length = source.length - at < 4 ? -1 : view.getInt32(at, true);
    at += 4;
    if (length < 0 || length > source.length - at) throw fail('values beyond their page');
    putBigEndian(source, at, length, store, row + i, fail);
    at += length;
  }
  return at;
}
