// Columns being filled straight from Avro's encoding. Buffers are reused from batch to batch; `finish` copies
// out.
import type { DataType } from '../../base/index.ts';
import { type Layout, nullVector, type Vector } from '../arrow/index.ts';
import type { Cursor } from './cursor.ts';
import type { Skip } from './skip.ts';

/**
 * One column of a batch being filled.
 *
 * Shape   `append` reads one value, `appendNull` reads nothing; `finish` gives what was appended and starts
 *         anew.
 * Units   `width`: bytes a slot takes by itself; what a value takes beyond is added to the batch's `Tally`.
 */
export interface Column {
  readonly width: number;
  append(cursor: Cursor): void;
  appendNull(): void;
  finish(): Vector;
}

/** Bytes of variable-length values in the batch being filled. */
export interface Tally {
  bytes: number;
}

const SLOTS_FIRST = 64;

class Validity {
  private bits = new Uint8Array(0);
  private nulls = false;

  setNull(row: number): void {
    const at = row >> 3;
    if (at >= this.bits.length) {
      const grown = new Uint8Array(Math.max(SLOTS_FIRST, 2 * at)).fill(0xff);
      grown.set(this.bits);
      this.bits = grown;
    }
    this.bits[at] = this.bits[at]! & ~(1 << (row & 7));
    this.nulls = true;
  }

  finish(length: number): Uint8Array | null {
    if (!this.nulls) return null;
    const result = new Uint8Array((length + 7) >> 3).fill(0xff);
    result.set(this.bits.subarray(0, result.length));
    this.bits.fill(0xff);
    this.nulls = false;
    return result;
  }
}

/** Numbers of a fixed width, as lanes of a typed array. */
export type Lanes = Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;
/** Reads a value into `lanes` from `at` on; false makes it null. */
export type Store = (cursor: Cursor, lanes: Lanes, at: number) => boolean;

const LANES: Readonly<Record<string, { readonly count: number; readonly make: (length: number) => Lanes }>> =
  {
    i8: { count: 1, make: (length) => new Int8Array(length) },
    i16: { count: 1, make: (length) => new Int16Array(length) },
    i32: { count: 1, make: (length) => new Int32Array(length) },
    i64: { count: 2, make: (length) => new Int32Array(length) },
    i128: { count: 4, make: (length) => new Int32Array(length) },
    f32: { count: 1, make: (length) => new Float32Array(length) },
    f64: { count: 1, make: (length) => new Float64Array(length) },
  };

/**
 * 64- and 128-bit values are stored as 32-bit words, lowest first, which is the vector's layout in memory.
 */
export class FixedColumn implements Column {
  readonly width: number;
  private readonly layout: Layout;
  private readonly store: Store;
  private readonly lanes: number;
  private values: Lanes;
  private length = 0;
  private readonly validity = new Validity();

  constructor(layout: Exclude<Layout, 'bool' | 'bytes' | 'list' | 'struct'>, store: Store) {
    const { count, make } = LANES[layout]!;
    this.layout = layout;
    this.store = store;
    this.lanes = count;
    this.values = make(SLOTS_FIRST * count);
    this.width = count * this.values.BYTES_PER_ELEMENT;
  }

  append(cursor: Cursor): void {
    const at = this.length * this.lanes;
    if (at === this.values.length) this.grow();
    if (!this.store(cursor, this.values, at)) this.validity.setNull(this.length);
    this.length++;
  }

  appendNull(): void {
    const at = this.length * this.lanes;
    if (at === this.values.length) this.grow();
    for (let lane = 0; lane < this.lanes; lane++) this.values[at + lane] = 0;
    this.validity.setNull(this.length++);
  }

  finish(): Vector {
    const { layout, length } = this;
    const copy = this.values.slice(0, length * this.lanes);
    const validity = this.validity.finish(length);
    this.length = 0;
    const values = this.lanes === 1 ? copy : new BigInt64Array(copy.buffer, 0, copy.length / 2);
    return { layout, length, validity, values } as Vector;
  }

  private grow(): void {
    const grown = LANES[this.layout]!.make(this.values.length * 2);
    grown.set(this.values);
    this.values = grown;
  }
}

export class BoolColumn implements Column {
  readonly width = 1;
  private values = new Uint8Array(SLOTS_FIRST);
  private length = 0;
  private readonly validity = new Validity();

  append(cursor: Cursor): void {
    this.put(cursor.boolean() ? 1 : 0);
  }

  appendNull(): void {
    this.validity.setNull(this.length);
    this.put(0);
  }

  finish(): Vector {
    const { length } = this;
    const values = new Uint8Array((length + 7) >> 3);
    for (let i = 0; i < length; i++) values[i >> 3] = values[i >> 3]! | (this.values[i]! << (i & 7));
    this.length = 0;
    return { layout: 'bool', length, validity: this.validity.finish(length), values };
  }

  private put(bit: number): void {
    if (this.length === this.values.length) {
      const grown = new Uint8Array(this.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length++] = bit;
  }
}

/** Where each value of variable length ends. */
class Offsets {
  length = 0;
  end = 0;
  private ends = new Int32Array(SLOTS_FIRST);

  /**
   * A block holds far fewer than 2^31 bytes or items, and a batch is closed after the block's record that
   * fills it.
   */
  append(size: number): void {
    if (this.length + 1 >= this.ends.length) {
      const grown = new Int32Array(this.ends.length * 2);
      grown.set(this.ends);
      this.ends = grown;
    }
    this.end += size;
    this.ends[++this.length] = this.end;
  }

  finish(): Int32Array {
    const offsets = this.ends.slice(0, this.length + 1);
    this.length = 0;
    this.end = 0;
    return offsets;
  }
}

/** `fixed`: bytes of every value; undefined for values with their length in front. */
export class BytesColumn implements Column {
  readonly width = 4;
  private readonly tally: Tally;
  private readonly fixed: number | undefined;
  private values = new Uint8Array(SLOTS_FIRST * 16);
  private readonly offsets = new Offsets();
  private readonly validity = new Validity();

  constructor(tally: Tally, fixed?: number) {
    this.tally = tally;
    this.fixed = fixed;
  }

  append(cursor: Cursor): void {
    const length = this.fixed ?? cursor.length();
    const { at, bytes } = cursor;
    cursor.skip(length);
    const to = this.offsets.end;
    if (to + length > this.values.length) this.grow(to + length);
    const { values } = this;
    if (length <= 24) for (let i = 0; i < length; i++) values[to + i] = bytes[at + i] as number;
    else values.set(bytes.subarray(at, at + length), to);
    this.offsets.append(length);
    this.tally.bytes += length;
  }

  appendNull(): void {
    this.validity.setNull(this.offsets.length);
    this.offsets.append(0);
  }

  finish(): Vector {
    const { length } = this.offsets;
    const values = this.values.slice(0, this.offsets.end);
    const validity = this.validity.finish(length);
    return { layout: 'bytes', length, validity, offsets: this.offsets.finish(), values };
  }

  private grow(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, this.values.length * 2));
    grown.set(this.values.subarray(0, this.offsets.end));
    this.values = grown;
  }
}

/**
 * Arrays, and maps as arrays of their entries. `itemBytesMin`: the fewest bytes an item takes in the file.
 */
export class ListColumn implements Column {
  readonly width = 4;
  private readonly tally: Tally;
  private readonly child: Column;
  private readonly itemBytesMin: number;
  private readonly offsets = new Offsets();
  private readonly validity = new Validity();

  constructor(tally: Tally, child: Column, itemBytesMin: number) {
    this.tally = tally;
    this.child = child;
    this.itemBytesMin = itemBytesMin;
  }

  append(cursor: Cursor): void {
    let size = 0;
    for (let items = cursor.items(this.itemBytesMin); items > 0; items = cursor.items(this.itemBytesMin)) {
      for (let i = 0; i < items; i++) this.child.append(cursor);
      size += items;
    }
    this.offsets.append(size);
    this.tally.bytes += size * this.child.width;
  }

  appendNull(): void {
    this.validity.setNull(this.offsets.length);
    this.offsets.append(0);
  }

  finish(): Vector {
    const { length } = this.offsets;
    const validity = this.validity.finish(length);
    return { layout: 'list', length, validity, offsets: this.offsets.finish(), child: this.child.finish() };
  }
}

/**
 * The fields of a record in the order of the file: wanted ones are appended to their column, others skipped.
 */
export interface RecordSteps {
  readonly columns: readonly Column[];
  readonly steps: readonly (Column | Skip)[];
  /** Columns that the file does not have: one null a record. */
  readonly missing: readonly Column[];
}

export function appendRecord(record: RecordSteps, cursor: Cursor): void {
  const { steps, missing } = record;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!;
    if (typeof step === 'function') step(cursor);
    else step.append(cursor);
  }
  for (let i = 0; i < missing.length; i++) missing[i]!.appendNull();
}

export class StructColumn implements Column {
  readonly width: number;
  private readonly record: RecordSteps;
  private length = 0;
  private readonly validity = new Validity();

  constructor(record: RecordSteps) {
    this.record = record;
    this.width = record.columns.reduce((sum, column) => sum + column.width, 0);
  }

  append(cursor: Cursor): void {
    appendRecord(this.record, cursor);
    this.length++;
  }

  appendNull(): void {
    for (const column of this.record.columns) column.appendNull();
    this.validity.setNull(this.length++);
  }

  finish(): Vector {
    const { length } = this;
    this.length = 0;
    const children = this.record.columns.map((column) => column.finish());
    return { layout: 'struct', length, validity: this.validity.finish(length), children };
  }
}

/** A union of one type and null, null being the branch `nullBranch` (-1: no branch). */
export class UnionColumn implements Column {
  readonly width: number;
  private readonly column: Column;
  private readonly branches: number;
  private readonly nullBranch: number;

  constructor(column: Column, branches: number, nullBranch: number) {
    this.column = column;
    this.branches = branches;
    this.nullBranch = nullBranch;
    this.width = column.width;
  }

  append(cursor: Cursor): void {
    if (cursor.branch(this.branches) === this.nullBranch) this.column.appendNull();
    else this.column.append(cursor);
  }

  appendNull(): void {
    this.column.appendNull();
  }

  finish(): Vector {
    return this.column.finish();
  }
}

/** A column the file does not have, or has as nothing but null. */
export class NullColumn implements Column {
  readonly width = 1;
  private readonly type: DataType;
  private length = 0;

  constructor(type: DataType) {
    this.type = type;
  }

  append(): void {
    this.length++;
  }

  appendNull(): void {
    this.length++;
  }

  finish(): Vector {
    const { length } = this;
    this.length = 0;
    return nullVector(this.type, length);
  }
}
