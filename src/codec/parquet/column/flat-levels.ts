// Which rows of a page of a column without nesting hold a value, and the validity of a column being built.
import { Spare } from '../../arrow/index.ts';
import { copyBits, fillBits, HybridReader } from '../encoding/index.ts';
import type { PageParts } from './page-parts.ts';

/**
 * Which places for a value, of those a page has, hold one: read from first to last.
 *
 * Shape   `left`: places not read yet. `allValid`: all of these hold values; then they are skipped.
 */
export interface PageLevels {
  readonly left: number;
  readonly allValid: boolean;
  /** Starts the levels of a page. `nullable`: the column has levels. */
  open(parts: PageParts, nullable: boolean): void;
  /** Reads `rows` places into bits `at..`, which were 0; how many of them hold values. */
  readBits(bits: Uint8Array, at: number, rows: number): number;
  /** Steps over places that all hold values. */
  skipValid(rows: number): void;
}

/** The rows of a page of a column without nesting. */
export class FlatLevels implements PageLevels {
  left = 0;
  allValid = true;
  #reader: HybridReader | undefined;

  open({ valueCount, definition, fail }: PageParts, nullable: boolean): void {
    this.left = valueCount;
    this.allValid = !nullable || isOneRunOfOnes(definition, valueCount);
    this.#reader = this.allValid ? undefined : new HybridReader(definition, 1, fail);
  }

  readBits(bits: Uint8Array, at: number, rows: number): number {
    this.left -= rows;
    return this.#reader?.readBits(bits, at, rows) ?? 0;
  }

  skipValid(rows: number): void {
    this.left -= rows;
  }
}

/** True when the levels are one run of 1 for all rows, which is what writers make of rows without nulls. */
function isOneRunOfOnes(levels: Uint8Array, rows: number): boolean {
  let header = 0;
  let scale = 1;
  for (let at = 0; at < 5 && at < levels.length; at++) {
    const byte = levels[at] as number;
    header += (byte & 127) * scale;
    scale *= 128;
    if (byte < 128) return header % 2 === 0 && header / 2 >= rows && levels[at + 1] === 1;
  }
  return false;
}

const BITS_BYTES_MIN = 64;

/** The validity of a column being built: nothing is stored while every row is valid. */
export class ValidityBuilder {
  readonly #spare: Spare<Uint8Array<ArrayBuffer>>;
  #bits = new Uint8Array(0);
  #stores = false;
  #rows = 0;

  constructor(reuse: boolean) {
    this.#spare = new Spare(reuse);
  }

  /** Appends rows that are valid. */
  appendValid(rows: number): void {
    if (this.#stores) fillBits(this.#room(rows), this.#rows, rows);
    this.#rows += rows;
  }

  /** Appends rows that are null. */
  appendNulls(rows: number): void {
    this.#room(rows);
    this.#rows += rows;
  }

  /** Appends the next rows of a page; how many of them hold values. */
  appendLevels(levels: PageLevels, rows: number): number {
    if (levels.allValid) {
      levels.skipValid(rows);
      this.appendValid(rows);
      return rows;
    }
    const bits = this.#room(rows);
    const valid = levels.readBits(bits, this.#rows, rows);
    this.#rows += rows;
    return valid;
  }

  /** Appends bits `from..` of `source`. */
  appendBits(source: Uint8Array, from: number, rows: number): void {
    copyBits(source, from, this.#room(rows), this.#rows, rows);
    this.#rows += rows;
  }

  /** The bits so far; only while some row is null. */
  get bits(): Uint8Array {
    return this.#bits;
  }

  /** The finished bits, or null when every row is valid; starts anew. */
  take(): Uint8Array | null {
    const used = (this.#rows + 7) >> 3;
    const out = this.#stores ? this.#bits.subarray(0, used) : null;
    if (out !== null) this.#bits = this.#spare.swap(this.#bits, used) ?? new Uint8Array(0);
    this.#stores = false;
    this.#rows = 0;
    return out;
  }

  /** The bits with room for more rows, which are 0. */
  #room(rows: number): Uint8Array {
    const need = (this.#rows + rows + 7) >> 3;
    if (!this.#stores) {
      if (this.#bits.length < need) this.#bits = new Uint8Array(Math.max(BITS_BYTES_MIN, need));
      else this.#bits.fill(0);
      this.#stores = true;
      fillBits(this.#bits, 0, this.#rows);
    } else if (this.#bits.length < need) {
      const bits = new Uint8Array(Math.max(need, 2 * this.#bits.length));
      bits.set(this.#bits);
      this.#bits = bits;
    }
    return this.#bits;
  }
}
