// Columns that batches are appended to and that are put into another order as a whole: each lies in one
// piece, so that sorting and gathering jump about in the memory of one column only. Memory is kept for the
// next rows.
import { type DataType, type Field, LakeError } from '../../base/index.ts';
import {
  type Batch,
  type BytesVector,
  copyCells,
  type ListVector,
  layoutOf,
  moveFixed,
  OFFSET_MAX,
  STRIDE,
  type StructVector,
  sliceVector,
  type Vector,
} from '../arrow/index.ts';
import { GrowingBits } from './growing-bits.ts';
import { Room, Spares } from './spares.ts';

/**
 * Rows of some columns, in memory of their own.
 *
 * Limits  memory grows by half; what was not used yet is asked of the system, but not taken by it. A column
 *         of text or lists holds `OFFSET_MAX` bytes or elements.
 */
export class GrowingBatch {
  readonly #fields: readonly Field[];
  readonly #columns: readonly GrowingColumn[];
  #rowCount = 0;

  constructor(fields: readonly Field[]) {
    const spares = new Spares();
    this.#fields = fields;
    this.#columns = fields.map((field) => growingColumn(field.type, spares));
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  /** Copies a batch's rows behind the others. Errors: LIMIT_EXCEEDED beyond `OFFSET_MAX` in a column. */
  append(batch: Batch): void {
    this.#columns.forEach((column, c) => {
      column.append(batch.columns[c] as Vector);
    });
    this.#rowCount += batch.rowCount;
  }

  /** The rows as a batch, good until another method but this one is called. */
  batch(): Batch {
    const columns = this.#columns.map((column) => column.vector());
    return { fields: this.#fields, rowCount: this.#rowCount, columns };
  }

  /** Keeps the rows of these numbers, in their order. */
  reorder(rows: Int32Array): void {
    for (const column of this.#columns) column.reorder(rows);
    this.#rowCount = rows.length;
  }

  /** Forgets the rows, keeps the memory. */
  clear(): void {
    for (const column of this.#columns) column.clear();
    this.#rowCount = 0;
  }
}

interface GrowingColumn {
  append(vector: Vector): void;
  vector(): Vector;
  reorder(rows: Int32Array): void;
  clear(): void;
}

function growingColumn(type: DataType, spares: Spares): GrowingColumn {
  const layout = layoutOf(type);
  switch (layout) {
    case 'bool':
      return new BoolColumn(spares);
    case 'bytes':
      return new BytesColumn(spares);
    case 'list':
      return new ListColumn(growingColumn(elementOf(type), spares), spares);
    case 'struct':
      return new StructColumn(
        partsOf(type).map((part) => growingColumn(part, spares)),
        spares,
      );
    default:
      return new FixedColumn(layout, spares);
  }
}

const COUNT: DataType = { kind: 'INT', nullable: false };

/** What the child of a list holds: maps are lists of pairs. */
function elementOf(type: DataType): DataType {
  if (type.kind === 'ARRAY') return type.element;
  const [key, value] = type.kind === 'MAP' ? [type.key, type.value] : [(type as Multiset).element, COUNT];
  const fields = [key, value].map((part, id): Field => ({ id, name: `f${id}`, type: part }));
  return { kind: 'ROW', nullable: false, fields };
}

type Multiset = Extract<DataType, { readonly kind: 'MULTISET' }>;

function partsOf(type: DataType): readonly DataType[] {
  return type.kind === 'ROW' ? type.fields.map((field) => field.type) : [];
}

/** Which rows are valid; bits only once one is not. */
class GrowingValidity {
  readonly #bits: GrowingBits;
  #plain = true;
  length = 0;

  constructor(spares: Spares) {
    this.#bits = new GrowingBits(spares);
  }

  get bits(): Uint8Array | null {
    return this.#plain ? null : this.#bits.bits;
  }

  append(validity: Uint8Array | null, count: number): void {
    if (this.#plain && validity !== null) {
      this.#plain = false;
      this.#bits.append(null, this.length);
    }
    if (!this.#plain) this.#bits.append(validity, count);
    this.length += count;
  }

  reorder(rows: Int32Array): void {
    if (!this.#plain) this.#bits.reorder(rows);
    this.length = rows.length;
  }

  clear(): void {
    this.#bits.clear();
    this.#plain = true;
    this.length = 0;
  }
}

class BoolColumn implements GrowingColumn {
  readonly #validity: GrowingValidity;
  readonly #values: GrowingBits;

  constructor(spares: Spares) {
    this.#validity = new GrowingValidity(spares);
    this.#values = new GrowingBits(spares);
  }

  append(vector: Vector): void {
    this.#values.append((vector as { readonly values: Uint8Array }).values, vector.length);
    this.#validity.append(vector.validity, vector.length);
  }

  vector(): Vector {
    const { bits: validity, length } = this.#validity;
    return { layout: 'bool', length, validity, values: this.#values.bits };
  }

  reorder(rows: Int32Array): void {
    this.#values.reorder(rows);
    this.#validity.reorder(rows);
  }

  clear(): void {
    this.#values.clear();
    this.#validity.clear();
  }
}

const ARRAYS = {
  i8: Int8Array,
  i16: Int16Array,
  i32: Int32Array,
  i64: BigInt64Array,
  i128: BigInt64Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;

/** Bytes of a value. */
const WIDTHS = { i8: 1, i16: 2, i32: 4, i64: 8, i128: 16, f32: 4, f64: 8 } as const;

class FixedColumn implements GrowingColumn {
  readonly #layout: keyof typeof ARRAYS;
  readonly #width: number;
  readonly #validity: GrowingValidity;
  readonly #room: Room;

  constructor(layout: keyof typeof ARRAYS, spares: Spares) {
    this.#layout = layout;
    this.#width = WIDTHS[layout];
    this.#validity = new GrowingValidity(spares);
    this.#room = new Room(spares);
  }

  append(vector: Vector): void {
    const { values } = vector as { readonly values: ArrayBufferView };
    const bytes = vector.length * this.#width;
    const used = this.#validity.length * this.#width;
    this.#room.grow(used, used + bytes);
    this.#room.bytes.set(new Uint8Array(values.buffer, values.byteOffset, bytes), used);
    this.#validity.append(vector.validity, vector.length);
  }

  vector(): Vector {
    const { bits: validity, length } = this.#validity;
    const ArrayOf = ARRAYS[this.#layout];
    const values = new ArrayOf(this.#room.buffer, 0, (length * this.#width) / ArrayOf.BYTES_PER_ELEMENT);
    return { layout: this.#layout, length, validity, values } as Vector;
  }

  reorder(rows: Int32Array): void {
    const buffer = this.#room.other(rows.length * this.#width);
    moveFixed(this.#room.buffer, buffer, this.#width, rows);
    this.#room.put(buffer);
    this.#validity.reorder(rows);
  }

  clear(): void {
    this.#validity.clear();
  }
}

/** Offsets of cells that follow one another from 0 on. */
class GrowingOffsets {
  readonly #room: Room;
  length = 0;
  end = 0;

  constructor(spares: Spares) {
    this.#room = new Room(spares);
  }

  get offsets(): Int32Array {
    this.#room.grow(0, 4);
    const offsets = new Int32Array(this.#room.buffer, 0, this.length + 1);
    if (this.length === 0) offsets[0] = 0;
    return offsets;
  }

  append(from: Int32Array, count: number): void {
    const size = (from[count] as number) - (from[0] as number);
    if (this.end + size > OFFSET_MAX) {
      const message = `A column would hold more than ${OFFSET_MAX} bytes or elements`;
      throw new LakeError('LIMIT_EXCEEDED', message, { limit: 'OFFSET_MAX' });
    }
    this.#room.grow(4 * (this.length + 1), 4 * (this.length + count + 1));
    const out = new Int32Array(this.#room.buffer, 4 * this.length, count + 1);
    out[0] = this.end;
    shiftOffsets(from, out, this.end - (from[0] as number));
    this.length += count;
    this.end += size;
  }

  /** The offsets of the cells of these rows. They are the column's once `put` is called. */
  reordered(rows: Int32Array): Int32Array {
    const out = new Int32Array(this.#room.other(4 * (rows.length + 1)), 0, rows.length + 1);
    gatherOffsets(this.offsets, rows, out);
    return out;
  }

  put(offsets: Int32Array): void {
    this.#room.put(offsets.buffer as ArrayBuffer);
    this.length = offsets.length - 1;
    this.end = offsets[this.length] as number;
  }

  clear(): void {
    this.length = 0;
    this.end = 0;
  }
}

function shiftOffsets(from: Int32Array, out: Int32Array, by: number): void {
  for (let i = 1; i < out.length; i++) out[i] = (from[i] as number) + by;
}

function gatherOffsets(from: Int32Array, rows: Int32Array, out: Int32Array): void {
  let at = 0;
  out[0] = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    at += (from[row + 1] as number) - (from[row] as number);
    out[i + 1] = at;
  }
}

class BytesColumn implements GrowingColumn {
  readonly #validity: GrowingValidity;
  readonly #offsets: GrowingOffsets;
  readonly #room: Room;

  constructor(spares: Spares) {
    this.#validity = new GrowingValidity(spares);
    this.#offsets = new GrowingOffsets(spares);
    this.#room = new Room(spares);
  }

  append(vector: Vector): void {
    const { offsets, values, length } = vector as BytesVector;
    const used = this.#offsets.end;
    this.#offsets.append(offsets, length);
    this.#room.grow(used, this.#offsets.end + STRIDE);
    this.#room.bytes.set(values.subarray(offsets[0], offsets[length]), used);
    this.#validity.append(vector.validity, length);
  }

  vector(): BytesVector {
    const { bits: validity, length } = this.#validity;
    const values = this.#room.bytes.subarray(0, this.#offsets.end);
    return { layout: 'bytes', length, validity, offsets: this.#offsets.offsets, values };
  }

  reorder(rows: Int32Array): void {
    const offsets = this.#offsets.reordered(rows);
    const buffer = this.#room.other((offsets[rows.length] as number) + STRIDE);
    // The room's end, not the text's: what is copied at once may lie beyond the last text.
    copyCells({ ...this.vector(), values: this.#room.bytes }, rows, offsets, buffer);
    this.#room.put(buffer);
    this.#offsets.put(offsets);
    this.#validity.reorder(rows);
  }

  clear(): void {
    this.#validity.clear();
    this.#offsets.clear();
  }
}

class ListColumn implements GrowingColumn {
  readonly #validity: GrowingValidity;
  readonly #offsets: GrowingOffsets;
  readonly #child: GrowingColumn;

  constructor(child: GrowingColumn, spares: Spares) {
    this.#validity = new GrowingValidity(spares);
    this.#offsets = new GrowingOffsets(spares);
    this.#child = child;
  }

  append(vector: Vector): void {
    const { offsets, child, length } = vector as ListVector;
    this.#offsets.append(offsets, length);
    this.#child.append(sliceVector(child, offsets[0] as number, offsets[length] as number));
    this.#validity.append(vector.validity, length);
  }

  vector(): Vector {
    const { bits: validity, length } = this.#validity;
    return { layout: 'list', length, validity, offsets: this.#offsets.offsets, child: this.#child.vector() };
  }

  reorder(rows: Int32Array): void {
    const from = this.#offsets.offsets;
    const offsets = this.#offsets.reordered(rows);
    const elements = new Int32Array(offsets[rows.length] as number);
    listElements(from, rows, offsets, elements);
    this.#child.reorder(elements);
    this.#offsets.put(offsets);
    this.#validity.reorder(rows);
  }

  clear(): void {
    this.#validity.clear();
    this.#offsets.clear();
    this.#child.clear();
  }
}

function listElements(from: Int32Array, rows: Int32Array, offsets: Int32Array, elements: Int32Array): void {
  for (let i = 0; i < rows.length; i++) {
    const start = offsets[i] as number;
    const shift = (from[rows[i] as number] as number) - start;
    const end = offsets[i + 1] as number;
    for (let at = start; at < end; at++) elements[at] = at + shift;
  }
}

class StructColumn implements GrowingColumn {
  readonly #validity: GrowingValidity;
  readonly #children: readonly GrowingColumn[];

  constructor(children: readonly GrowingColumn[], spares: Spares) {
    this.#validity = new GrowingValidity(spares);
    this.#children = children;
  }

  append(vector: Vector): void {
    const { children, length } = vector as StructVector;
    this.#children.forEach((column, c) => {
      column.append(sliceVector(children[c] as Vector, 0, length));
    });
    this.#validity.append(vector.validity, length);
  }

  vector(): Vector {
    const { bits: validity, length } = this.#validity;
    const children = this.#children.map((column) => column.vector());
    return { layout: 'struct', length, validity, children };
  }

  reorder(rows: Int32Array): void {
    for (const column of this.#children) column.reorder(rows);
    this.#validity.reorder(rows);
  }

  clear(): void {
    for (const column of this.#children) column.clear();
    this.#validity.clear();
  }
}
