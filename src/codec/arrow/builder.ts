// Vectors from single values, appended one after the other.
import { assert, type DataType, type Field, LakeError } from '../../base/index.ts';
import { OFFSET_MAX } from './gather-bytes.ts';
import type { Value } from './value.ts';
import { type Batch, layoutOf, type Vector } from './vector.ts';

/**
 * Collects the cells of one column.
 *
 * Shape   `append` takes cells as `Value` describes; `finish` gives the vector and leaves the builder empty
 *         for reuse.
 * Limits  variable-length data at most `OFFSET_MAX` bytes or elements; grows by doubling.
 * Errors  LIMIT_EXCEEDED beyond that. A cell of the wrong JavaScript type is our bug.
 */
export interface VectorBuilder {
  readonly length: number;
  append(value: Value): void;
  finish(): Vector;
}

/** A builder for the layout of `type`. */
export function vectorBuilder(type: DataType, capacity = 16): VectorBuilder {
  switch (type.kind) {
    case 'ARRAY':
      return new ListBuilder(vectorBuilder(type.element, capacity));
    case 'MAP':
      return new ListBuilder(new StructBuilder([vectorBuilder(type.key), vectorBuilder(type.value)]));
    case 'MULTISET': {
      const count = vectorBuilder({ kind: 'INT', nullable: false });
      return new ListBuilder(new StructBuilder([vectorBuilder(type.element), count]));
    }
    case 'ROW':
      return new StructBuilder(type.fields.map((field) => vectorBuilder(field.type, capacity)));
    default:
      return leafBuilder(layoutOf(type), capacity);
  }
}

function leafBuilder(layout: ReturnType<typeof layoutOf>, capacity: number): VectorBuilder {
  switch (layout) {
    case 'bool':
      return new BoolBuilder();
    case 'bytes':
      return new BytesBuilder(capacity);
    case 'i128':
      return new WideBuilder(capacity);
    default:
      return new FixedBuilder(layout as FixedLayout, capacity);
  }
}

/** The vector of a column whose cells are all at hand. */
export function vectorOf(type: DataType, values: readonly Value[]): Vector {
  const builder = vectorBuilder(type, values.length);
  for (const value of values) builder.append(value);
  return builder.finish();
}

/** A vector of `length` nulls. */
export function nullVector(type: DataType, length: number): Vector {
  const builder = vectorBuilder(type, length);
  for (let i = 0; i < length; i++) builder.append(null);
  return builder.finish();
}

/** A batch from rows of cells in field order. */
export function batchOf(fields: readonly Field[], rows: readonly (readonly Value[])[]): Batch {
  const columns = fields.map((field, c) =>
    vectorOf(
      field.type,
      rows.map((row) => row[c] as Value),
    ),
  );
  return { fields, rowCount: rows.length, columns };
}

/** Validity bits, allocated at the first null. */
class ValidityBuilder {
  private bits: Uint8Array | null = null;

  append(row: number, valid: boolean): void {
    if (this.bits === null) {
      if (valid) return;
      this.bits = new Uint8Array(Math.max(16, (row + 8) >> 2));
      this.bits.fill(0xff, 0, row >> 3);
      if ((row & 7) !== 0) this.bits[row >> 3] = (1 << (row & 7)) - 1;
    }
    if (row >> 3 >= this.bits.length) {
      const grown = new Uint8Array(this.bits.length * 2);
      grown.set(this.bits);
      this.bits = grown;
    }
    if (valid) this.bits[row >> 3] = (this.bits[row >> 3] as number) | (1 << (row & 7));
  }

  finish(length: number): Uint8Array | null {
    const bits = this.bits;
    this.bits = null;
    return bits === null ? null : bits.slice(0, (length + 7) >> 3);
  }
}

type FixedLayout = 'i8' | 'i16' | 'i32' | 'i64' | 'f32' | 'f64';
type FixedArray = Int8Array | Int16Array | Int32Array | BigInt64Array | Float32Array | Float64Array;

function fixedArray(layout: FixedLayout, length: number): FixedArray {
  switch (layout) {
    case 'i8':
      return new Int8Array(length);
    case 'i16':
      return new Int16Array(length);
    case 'i32':
      return new Int32Array(length);
    case 'i64':
      return new BigInt64Array(length);
    case 'f32':
      return new Float32Array(length);
    case 'f64':
      return new Float64Array(length);
  }
}

class FixedBuilder implements VectorBuilder {
  length = 0;
  private readonly layout: FixedLayout;
  private values: FixedArray;
  private readonly validity = new ValidityBuilder();

  constructor(layout: FixedLayout, capacity: number) {
    this.layout = layout;
    this.values = fixedArray(layout, Math.max(capacity, 16));
  }

  append(value: Value): void {
    if (this.length === this.values.length) {
      const grown = fixedArray(this.layout, this.length * 2);
      (grown as Int32Array).set(this.values as Int32Array);
      this.values = grown;
    }
    this.validity.append(this.length, value !== null);
    if (value !== null) (this.values as Float64Array)[this.length] = value as number;
    this.length++;
  }

  finish(): Vector {
    const { layout, length } = this;
    const values = this.values.slice(0, length);
    this.values = fixedArray(layout, 16);
    this.length = 0;
    return { layout, length, validity: this.validity.finish(length), values } as Vector;
  }
}

class WideBuilder implements VectorBuilder {
  length = 0;
  private values: BigInt64Array;
  private readonly validity = new ValidityBuilder();

  constructor(capacity: number) {
    this.values = new BigInt64Array(2 * Math.max(capacity, 16));
  }

  append(value: Value): void {
    if (2 * this.length === this.values.length) {
      const grown = new BigInt64Array(this.values.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.validity.append(this.length, value !== null);
    if (value !== null) {
      this.values[2 * this.length] = BigInt.asIntN(64, value as bigint);
      this.values[2 * this.length + 1] = BigInt.asIntN(64, (value as bigint) >> 64n);
    }
    this.length++;
  }

  finish(): Vector {
    const length = this.length;
    const values = this.values.slice(0, 2 * length);
    this.values = new BigInt64Array(32);
    this.length = 0;
    return { layout: 'i128', length, validity: this.validity.finish(length), values };
  }
}

class BoolBuilder implements VectorBuilder {
  length = 0;
  private values = new Uint8Array(16);
  private readonly validity = new ValidityBuilder();

  append(value: Value): void {
    const at = this.length >> 3;
    if (at === this.values.length) {
      const grown = new Uint8Array(at * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.validity.append(this.length, value !== null);
    if (value === true) this.values[at] = (this.values[at] as number) | (1 << (this.length & 7));
    this.length++;
  }

  finish(): Vector {
    const length = this.length;
    const values = this.values.slice(0, (length + 7) >> 3);
    this.values = new Uint8Array(16);
    this.length = 0;
    return { layout: 'bool', length, validity: this.validity.finish(length), values };
  }
}

const utf8 = new TextEncoder();

/** Offsets of variable-length cells. */
class OffsetsBuilder {
  private offsets: Int32Array;
  length = 0;
  end = 0;

  constructor(capacity: number) {
    this.offsets = new Int32Array(Math.max(capacity, 16) + 1);
  }

  append(size: number): void {
    if (this.length + 1 === this.offsets.length) {
      const grown = new Int32Array(this.offsets.length * 2);
      grown.set(this.offsets);
      this.offsets = grown;
    }
    this.end = checkOffset(this.end + size);
    this.offsets[++this.length] = this.end;
  }

  finish(): Int32Array {
    const offsets = this.offsets.slice(0, this.length + 1);
    this.offsets = new Int32Array(17);
    this.length = 0;
    this.end = 0;
    return offsets;
  }
}

function checkOffset(end: number): number {
  if (end <= OFFSET_MAX) return end;
  throw new LakeError('LIMIT_EXCEEDED', `A column would hold more than ${OFFSET_MAX} bytes or elements`, {
    limit: 'OFFSET_MAX',
  });
}

/** Builds byte columns; `appendSlice` copies without an intermediate view. */
export class BytesBuilder implements VectorBuilder {
  private values = new Uint8Array(256);
  private readonly offsets: OffsetsBuilder;
  private readonly validity = new ValidityBuilder();

  constructor(capacity = 16) {
    this.offsets = new OffsetsBuilder(capacity);
  }

  get length(): number {
    return this.offsets.length;
  }

  append(value: Value): void {
    if (value === null) {
      this.validity.append(this.length, false);
      this.offsets.append(0);
      return;
    }
    const bytes = typeof value === 'string' ? utf8.encode(value) : (value as Uint8Array);
    this.appendSlice(bytes, 0, bytes.length);
  }

  /** Appends `bytes[start..end)` as one cell. */
  appendSlice(bytes: Uint8Array, start: number, end: number): void {
    const at = this.offsets.end;
    const needed = checkOffset(at + end - start);
    if (needed > this.values.length) {
      const grown = new Uint8Array(Math.min(OFFSET_MAX, Math.max(needed, this.values.length * 2)));
      grown.set(this.values.subarray(0, at));
      this.values = grown;
    }
    if (end - start <= 16) {
      for (let i = start, to = at; i < end; ) this.values[to++] = bytes[i++] as number;
    } else this.values.set(bytes.subarray(start, end), at);
    this.validity.append(this.length, true);
    this.offsets.append(end - start);
  }

  finish(): Vector {
    const length = this.length;
    const values = this.values.slice(0, this.offsets.end);
    this.values = new Uint8Array(256);
    const offsets = this.offsets.finish();
    return { layout: 'bytes', length, validity: this.validity.finish(length), offsets, values };
  }
}

class ListBuilder implements VectorBuilder {
  private readonly child: VectorBuilder;
  private readonly offsets = new OffsetsBuilder(16);
  private readonly validity = new ValidityBuilder();

  constructor(child: VectorBuilder) {
    this.child = child;
  }

  get length(): number {
    return this.offsets.length;
  }

  append(value: Value): void {
    const cells = value as readonly Value[] | null;
    this.validity.append(this.length, cells !== null);
    if (cells !== null) for (const cell of cells) this.child.append(cell);
    this.offsets.append(cells === null ? 0 : cells.length);
  }

  finish(): Vector {
    const length = this.length;
    const offsets = this.offsets.finish();
    return {
      layout: 'list',
      length,
      validity: this.validity.finish(length),
      offsets,
      child: this.child.finish(),
    };
  }
}

class StructBuilder implements VectorBuilder {
  length = 0;
  private readonly children: readonly VectorBuilder[];
  private readonly validity = new ValidityBuilder();

  constructor(children: readonly VectorBuilder[]) {
    this.children = children;
  }

  append(value: Value): void {
    const cells = value as readonly Value[] | null;
    assert(cells === null || cells.length === this.children.length, 'a row has as many cells as fields');
    this.validity.append(this.length, cells !== null);
    for (let c = 0; c < this.children.length; c++) {
      (this.children[c] as VectorBuilder).append(cells === null ? null : (cells[c] as Value));
    }
    this.length++;
  }

  finish(): Vector {
    const length = this.length;
    this.length = 0;
    const children = this.children.map((child) => child.finish());
    return { layout: 'struct', length, validity: this.validity.finish(length), children };
  }
}
