// Columns built from DuckDB's vectors by address: what lies where in memory, per type. Relies on the vectors
// of a fetched chunk being flat (DuckDB flattens results) and on the 16-byte string_t:
//
//   0  length   u32
//   4  text     12 bytes, when length <= 12
//   4  prefix   4 bytes, else
//   8  pointer  u64
//
// No byte outside a string is read. Null slots hold anything and are never followed.
import { LakeError } from '../../base/index.ts';
import { Spare, unsetBytes, type Vector } from '../../codec/index.ts';
import { type Address, addressOf, type NativeLibrary } from '../duckdb-native.ts';
import type { Shape } from './duck-type.ts';
import { Bits, Validity, ValidityWindow, validAt, WINDOW_ROWS } from './native-bits.ts';
import { FixedColumn, Int96Column } from './native-fixed.ts';
import type { NativeColumn } from './native-types.ts';

/** Offsets of a batch are 32-bit. */
const OFFSET_MAX = 2 ** 31 - 1 - 64;
/** Bytes behind the text so that twelve can always be stored at once. */
const SLACK = 16;
const ENTRY_BYTES = 16;
const NOTHING = new Uint8Array(0);

/** The column that follows a shape. `reuse`: see `ReadOptions`. */
export function nativeColumn(native: NativeLibrary, shape: Shape, reuse: boolean): NativeColumn {
  const inner = (child: Shape): NativeColumn => nativeColumn(native, child, reuse);
  switch (shape.kind) {
    case 'bool':
      return new BoolColumn(native, reuse);
    case 'fixed':
      return new FixedColumn(native, shape, reuse);
    case 'bytes':
      return new BytesColumn(native, reuse);
    case 'int96':
      return new Int96Column(new BytesColumn(native, reuse), shape.layout);
    case 'list':
      return new ListColumn(native, inner(shape.child), reuse);
    case 'array':
      return new ArrayColumn(native, shape.size, inner(shape.child), reuse);
    case 'struct':
      return new StructColumn(native, shape.children.map(inner), reuse);
  }
}

class BoolColumn implements NativeColumn {
  readonly #native: NativeLibrary;
  readonly #validity: Validity;
  readonly #spare: Spare<Uint8Array<ArrayBuffer>>;
  readonly #scratch = new Uint8Array(WINDOW_ROWS);
  readonly #bits = new Bits();

  constructor(native: NativeLibrary, reuse: boolean) {
    this.#native = native;
    this.#validity = new Validity(reuse);
    this.#spare = new Spare(reuse);
  }
  get bytes(): number {
    return this.#bits.length >> 2;
  }
  textBytes(): number {
    return 0;
  }
  append(vector: Address, from: number, count: number): void {
    const data = this.#native.vectorData(vector);
    const mask = this.#native.vectorValidity(vector);
    for (let at = from, end = from + count; at < end; at += WINDOW_ROWS) {
      const rows = Math.min(WINDOW_ROWS, end - at);
      this.#validity.append(this.#native, mask, at, rows);
      this.#native.memcpy(this.#scratch, data + at, rows);
      this.#bits.appendBytes(this.#scratch, rows);
    }
  }
  take(): Vector {
    const { length } = this.#bits;
    const values = this.#bits.take(this.#spare);
    return { layout: 'bool', length, validity: this.#validity.take(), values };
  }
}

/** Text and binary. */
export class BytesColumn implements NativeColumn {
  readonly #native: NativeLibrary;
  readonly #validity: Validity;
  readonly #window = new ValidityWindow();
  readonly #entryBytes = new Uint8Array(new ArrayBuffer(WINDOW_ROWS * ENTRY_BYTES));
  readonly #entries = new Uint32Array(this.#entryBytes.buffer);
  readonly #spareOffsets: Spare<Int32Array<ArrayBuffer>>;
  readonly #spareValues: Spare<Uint8Array<ArrayBuffer>>;
  #offsets = new Int32Array(1);
  #rows = 0;
  #values: Uint8Array<ArrayBuffer> = NOTHING;
  #address: Address = 0;
  #view = new DataView(NOTHING.buffer);
  /** Rows and bytes of the batch before: the next one is expected to be like it. */
  #expectedRows = 0;
  #expectedBytes = 1024;
  /** Rows from the first of a vector whose entries `textBytes` has read and nobody taken, and their text. */
  #measuredRows = 0;
  #measuredText = 0;

  constructor(native: NativeLibrary, reuse: boolean) {
    this.#native = native;
    this.#validity = new Validity(reuse);
    this.#spareOffsets = new Spare(reuse);
    this.#spareValues = new Spare(reuse);
  }

  get bytes(): number {
    return (this.#offsets[this.#rows] as number) + 4 * this.#rows;
  }

  textBytes(vector: Address, from: number, count: number): number {
    const data = this.#native.vectorData(vector);
    const mask = this.#native.vectorValidity(vector);
    let total = 0;
    for (let at = from, end = from + count; at < end; at += WINDOW_ROWS) {
      const rows = Math.min(WINDOW_ROWS, end - at);
      const window = this.#window.read(this.#native, mask, at, rows);
      this.#native.memcpy(this.#entryBytes, data + at * ENTRY_BYTES, rows * ENTRY_BYTES);
      total += this.#textOf(window, rows);
    }
    this.#measuredRows = from === 0 && count <= WINDOW_ROWS ? count : 0;
    this.#measuredText = total;
    return total;
  }

  #textOf(window: Uint8Array | null, rows: number): number {
    let total = 0;
    for (let i = 0; i < rows; i++) if (validAt(window, i)) total += this.#entries[4 * i] as number;
    return total;
  }

  append(vector: Address, from: number, count: number): void {
    const data = this.#native.vectorData(vector);
    const mask = this.#native.vectorValidity(vector);
    const measured = from === 0 && count === this.#measuredRows;
    this.#measuredRows = 0;
    for (let at = from, end = from + count; at < end; at += WINDOW_ROWS) {
      const rows = Math.min(WINDOW_ROWS, end - at);
      this.#validity.append(this.#native, mask, at, rows);
      const { window } = this.#validity;
      if (!measured) this.#native.memcpy(this.#entryBytes, data + at * ENTRY_BYTES, rows * ENTRY_BYTES);
      this.#reserve(rows, measured ? this.#measuredText : this.#textOf(window, rows));
      this.#copy(window, rows);
    }
  }

  /** Copies the texts of the entries: short ones out of the entry, long ones in runs of neighbours. */
  #copy(window: Uint8Array | null, rows: number): void {
    const entries = this.#entries;
    const offsets = this.#offsets;
    const view = this.#view;
    let write = offsets[this.#rows] as number;
    let runStart = 0;
    let runEnd = 0;
    let runWrite = 0;
    for (let i = 0, q = 0, row = this.#rows + 1; i < rows; i++, q += 4, row++) {
      if (window !== null && (((window[i >> 3] as number) >> (i & 7)) & 1) === 0) {
        offsets[row] = write;
        continue;
      }
      const length = entries[q] as number;
      if (length <= 12) {
        view.setUint32(write, entries[q + 1] as number, true);
        view.setUint32(write + 4, entries[q + 2] as number, true);
        view.setUint32(write + 8, entries[q + 3] as number, true);
      } else {
        const address = (entries[q + 3] as number) * 4294967296 + (entries[q + 2] as number);
        if (address === runEnd && runWrite + (runEnd - runStart) === write) {
          runEnd += length;
        } else {
          if (runEnd !== 0) this.#native.memcpy(this.#address + runWrite, runStart, runEnd - runStart);
          runStart = address;
          runEnd = address + length;
          runWrite = write;
        }
      }
      write += length;
      offsets[row] = write;
    }
    if (runEnd !== 0) this.#native.memcpy(this.#address + runWrite, runStart, runEnd - runStart);
    this.#rows += rows;
  }

  #reserve(rows: number, text: number): void {
    if (this.#rows + rows + 1 > this.#offsets.length) {
      const offsets = new Int32Array(
        Math.max(this.#rows + rows, this.#offsets.length * 2, this.#expectedRows) + 1,
      );
      offsets.set(this.#offsets);
      this.#offsets = offsets;
    }
    const used = this.#offsets[this.#rows] as number;
    const need = used + text + SLACK;
    if (need > OFFSET_MAX) {
      throw new LakeError(
        'LIMIT_EXCEEDED',
        `A batch would hold ${need} bytes of text in one column (2 GiB).`,
      );
    }
    if (need <= this.#values.length) return;
    this.#newValues(Math.min(OFFSET_MAX, Math.max(need, this.#values.length * 2, this.#expectedBytes)), used);
  }

  #newValues(size: number, used: number): void {
    const values = unsetBytes(size);
    values.set(this.#values.subarray(0, used));
    this.#use(values);
  }

  #use(values: Uint8Array<ArrayBuffer>): void {
    this.#values = values;
    this.#address = values.length === 0 ? 0 : addressOf(values);
    this.#view = new DataView(values.buffer);
  }

  take(): Vector {
    const length = this.#rows;
    const used = this.#offsets[length] as number;
    const offsets = this.#offsets.subarray(0, length + 1);
    const values = this.#values.subarray(0, used);
    this.#rows = 0;
    this.#expectedRows = length;
    this.#expectedBytes = Math.max(used + (used >> 4), 1024);
    this.#offsets = this.#spareOffsets.swap(this.#offsets, offsets.byteLength) ?? new Int32Array(1);
    this.#offsets[0] = 0;
    this.#use(this.#spareValues.swap(this.#values, used) ?? NOTHING);
    return { layout: 'bytes', length, validity: this.#validity.take(), offsets, values };
  }
}

/** LIST and MAP: 16-byte entries (offset u64, length u64) into one child vector, in any order. */
class ListColumn implements NativeColumn {
  readonly #native: NativeLibrary;
  readonly #child: NativeColumn;
  readonly #validity: Validity;
  readonly #window = new ValidityWindow();
  readonly #entryBytes = new Uint8Array(new ArrayBuffer(WINDOW_ROWS * ENTRY_BYTES));
  readonly #entries = new Uint32Array(this.#entryBytes.buffer);
  #offsets: number[] = [0];

  constructor(native: NativeLibrary, child: NativeColumn, reuse: boolean) {
    this.#native = native;
    this.#child = child;
    this.#validity = new Validity(reuse);
  }
  get bytes(): number {
    return 4 * this.#offsets.length + this.#child.bytes;
  }
  textBytes(vector: Address, from: number, count: number): number {
    let total = 0;
    const child = this.#native.listChild(vector);
    this.#ranges(vector, from, count, undefined, (start, rows) => {
      total += this.#child.textBytes(child, start, rows) + rows;
    });
    return total;
  }
  append(vector: Address, from: number, count: number): void {
    const child = this.#native.listChild(vector);
    this.#ranges(vector, from, count, this.#offsets, (start, rows) => this.#child.append(child, start, rows));
  }

  /** Gives the runs of neighbouring child rows, in order; adds each row's end to `offsets`. */
  #ranges(
    vector: Address,
    from: number,
    count: number,
    offsets: number[] | undefined,
    take: (start: number, rows: number) => void,
  ): void {
    const data = this.#native.vectorData(vector);
    const mask = this.#native.vectorValidity(vector);
    let start = 0;
    let end = 0;
    let last = offsets?.[offsets.length - 1] ?? 0;
    for (let at = from, stop = from + count; at < stop; at += WINDOW_ROWS) {
      const rows = Math.min(WINDOW_ROWS, stop - at);
      if (offsets !== undefined) this.#validity.append(this.#native, mask, at, rows);
      const window = this.#window.read(this.#native, mask, at, rows);
      this.#native.memcpy(this.#entryBytes, data + at * ENTRY_BYTES, rows * ENTRY_BYTES);
      for (let i = 0, q = 0; i < rows; i++, q += 4) {
        if (validAt(window, i)) {
          const offset = (this.#entries[q + 1] as number) * 4294967296 + (this.#entries[q] as number);
          const length = (this.#entries[q + 3] as number) * 4294967296 + (this.#entries[q + 2] as number);
          if (length > 0) {
            if (offset !== end || end === start) {
              if (end > start) take(start, end - start);
              start = offset;
              end = offset;
            }
            end += length;
            last += length;
          }
        }
        offsets?.push(last);
      }
      if (last > OFFSET_MAX)
        throw new LakeError('LIMIT_EXCEEDED', `A batch would hold ${last} list elements (2^31).`);
    }
    if (end > start) take(start, end - start);
  }

  take(): Vector {
    const offsets = Int32Array.from(this.#offsets);
    this.#offsets = [0];
    const validity = this.#validity.take();
    return { layout: 'list', length: offsets.length - 1, validity, offsets, child: this.#child.take() };
  }
}

/** ARRAY of a fixed size: the child holds `size` rows for every row, null rows included. */
class ArrayColumn implements NativeColumn {
  readonly #native: NativeLibrary;
  readonly #size: number;
  readonly #child: NativeColumn;
  readonly #validity: Validity;
  #offsets: number[] = [0];

  constructor(native: NativeLibrary, size: number, child: NativeColumn, reuse: boolean) {
    this.#native = native;
    this.#size = size;
    this.#child = child;
    this.#validity = new Validity(reuse);
  }
  get bytes(): number {
    return 4 * this.#offsets.length + this.#child.bytes;
  }
  textBytes(vector: Address, from: number, count: number): number {
    return this.#child.textBytes(this.#native.arrayChild(vector), from * this.#size, count * this.#size);
  }
  append(vector: Address, from: number, count: number): void {
    const child = this.#native.arrayChild(vector);
    const mask = this.#native.vectorValidity(vector);
    let last = this.#offsets[this.#offsets.length - 1] as number;
    for (let at = from, stop = from + count; at < stop; at += WINDOW_ROWS) {
      const rows = Math.min(WINDOW_ROWS, stop - at);
      this.#validity.append(this.#native, mask, at, rows);
      const window = this.#validity.window;
      for (let i = 0; i < rows; i++) {
        if (validAt(window, i)) {
          this.#child.append(child, (at + i) * this.#size, this.#size);
          last += this.#size;
        }
        this.#offsets.push(last);
      }
    }
  }
  take(): Vector {
    const offsets = Int32Array.from(this.#offsets);
    this.#offsets = [0];
    const validity = this.#validity.take();
    return { layout: 'list', length: offsets.length - 1, validity, offsets, child: this.#child.take() };
  }
}

class StructColumn implements NativeColumn {
  readonly #native: NativeLibrary;
  readonly #children: readonly NativeColumn[];
  readonly #validity: Validity;
  #rows = 0;

  constructor(native: NativeLibrary, children: readonly NativeColumn[], reuse: boolean) {
    this.#native = native;
    this.#children = children;
    this.#validity = new Validity(reuse);
  }
  get bytes(): number {
    return this.#children.reduce((sum, c) => sum + c.bytes, this.#rows >> 3);
  }
  textBytes(vector: Address, from: number, count: number): number {
    const native = this.#native;
    return this.#children.reduce(
      (sum, c, k) => sum + c.textBytes(native.structChild(vector, k), from, count),
      0,
    );
  }
  append(vector: Address, from: number, count: number): void {
    const mask = this.#native.vectorValidity(vector);
    for (let at = from, stop = from + count; at < stop; at += WINDOW_ROWS) {
      this.#validity.append(this.#native, mask, at, Math.min(WINDOW_ROWS, stop - at));
    }
    for (const [k, child] of this.#children.entries()) {
      child.append(this.#native.structChild(vector, k), from, count);
    }
    this.#rows += count;
  }
  take(): Vector {
    const length = this.#rows;
    this.#rows = 0;
    const children = this.#children.map((c) => c.take());
    return { layout: 'struct', length, validity: this.#validity.take(), children };
  }
}
