// Booleans, built from the pages of one leaf.
import { Spare, type Vector } from '../../arrow/index.ts';
import { copyBits, HybridReader } from '../encoding/index.ts';
import { ENCODING } from '../footer.ts';
import type { ParquetLeaf } from '../schema.ts';
import { type PageLevels, ValidityBuilder } from './flat-levels.ts';
import { type PageColumn, STEP_ROWS } from './page-column.ts';
import { type PageParts, type ParquetPage, pageFail, pageParts } from './page-parts.ts';

/** Booleans have one way only. */
export interface BoolPlan {
  readonly kind: 'bool';
}

/** Values of a step, one bit each; used within one call only. */
const STEP_BITS = new Uint8Array(STEP_ROWS >> 3);
const BYTES_MIN = 64;

/** A column of booleans. */
export class BoolColumn implements PageColumn {
  readonly #leaf: ParquetLeaf;
  readonly #levels: PageLevels;
  readonly #validity: ValidityBuilder;
  readonly #spare: Spare<Uint8Array<ArrayBuffer>>;
  #bits = new Uint8Array(0);
  #rows = 0;
  #parts: PageParts | undefined;
  #at = 0;
  #runs: HybridReader | undefined;

  constructor(leaf: ParquetLeaf, reuse: boolean, levels: PageLevels) {
    this.#leaf = leaf;
    this.#levels = levels;
    this.#validity = new ValidityBuilder(reuse);
    this.#spare = new Spare(reuse);
  }

  get rowsReady(): number {
    return this.#levels.left;
  }

  setDictionary(page: ParquetPage): void {
    throw pageFail(page)('a dictionary of booleans');
  }

  startChunk(): void {}

  setPage(page: ParquetPage): void {
    const parts = pageParts(page, this.#leaf);
    const { encoding, values, fail } = parts;
    this.#parts = parts;
    this.#at = 0;
    this.#runs = undefined;
    if (encoding === ENCODING.RLE) this.#runs = new HybridReader(sized(parts), 1, fail);
    else if (encoding !== ENCODING.PLAIN) throw fail(`booleans of encoding ${encoding}`);
    this.#levels.open(parts, this.#leaf.definition > 0);
    if (this.#runs === undefined && this.#levels.allValid && values.length * 8 < parts.valueCount)
      throw fail('values beyond their page');
  }

  measure(rows: number, bytesMax: number): number {
    return Math.min(rows, 8 * bytesMax);
  }

  bytesOf(rows: number): number {
    return (rows + 7) >> 3;
  }

  append(rows: number): void {
    for (let done = 0; done < rows; ) {
      const step = Math.min(STEP_ROWS, rows - done);
      this.#append(step);
      done += step;
    }
  }

  #append(rows: number): void {
    this.#reserve(rows);
    const row = this.#rows;
    const count = this.#validity.appendLevels(this.#levels, rows);
    this.#rows += rows;
    STEP_BITS.fill(0);
    this.#values(count);
    if (count === rows) copyBits(STEP_BITS, 0, this.#bits, row, rows);
    else this.#spread(row, rows);
  }

  /** Reads the next values into `STEP_BITS`. */
  #values(count: number): void {
    if (this.#runs !== undefined) {
      this.#runs.readBits(STEP_BITS, 0, count);
      return;
    }
    const { values, fail } = this.#parts as PageParts;
    if (this.#at + count > 8 * values.length) throw fail('values beyond their page');
    copyBits(values, this.#at, STEP_BITS, 0, count);
    this.#at += count;
  }

  #spread(row: number, rows: number): void {
    const valid = this.#validity.bits;
    let from = 0;
    for (let to = row; to < row + rows; to++) {
      if ((((valid[to >> 3] as number) >> (to & 7)) & 1) === 0) continue;
      const bit = ((STEP_BITS[from >> 3] as number) >> (from & 7)) & 1;
      this.#bits[to >> 3] = (this.#bits[to >> 3] as number) | (bit << (to & 7));
      from++;
    }
  }

  /** Room for more rows, whose bits are 0. */
  #reserve(rows: number): void {
    const need = (this.#rows + rows + 7) >> 3;
    if (this.#rows === 0) this.#bits.fill(0);
    if (need <= this.#bits.length) return;
    const bits = new Uint8Array(Math.max(need, 2 * this.#bits.length, BYTES_MIN));
    bits.set(this.#bits);
    this.#bits = bits;
  }

  take(): Vector {
    const length = this.#rows;
    const used = (length + 7) >> 3;
    const values = this.#bits.subarray(0, used);
    this.#rows = 0;
    this.#bits = this.#spare.swap(this.#bits, used) ?? new Uint8Array(0);
    return { layout: 'bool', length, validity: this.#validity.take(), values };
  }
}

/** The runs behind their length, which booleans have in pages of either version. */
function sized({ values, fail }: PageParts): Uint8Array {
  if (values.length < 4) return values.subarray(0, 0);
  const size = new DataView(values.buffer, values.byteOffset, 4).getUint32(0, true);
  if (size > values.length - 4) throw fail('values beyond their page');
  return values.subarray(4, 4 + size);
}
