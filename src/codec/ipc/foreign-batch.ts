// One record batch of Arrow, written by others, as vectors. Every buffer is held against the bytes that are
// there and every offset against its child before anything is made of it.
import { type Field, LakeError, unsupported } from '../../base/index.ts';
import {
  type Batch,
  BytesBuilder,
  layoutOf,
  nullVector,
  sliceVector,
  take,
  type Vector,
  vectorBuilder,
} from '../arrow/index.ts';
import { inflateLz4Frame, inflateZstd } from '../compress/index.ts';
import type { FlatTable } from './flat-table.ts';
import type { ArrowColumn, ArrowShape } from './foreign-schema.ts';

/**
 * What a batch is read from.
 *
 * Shape   `body`: the message's bytes behind its metadata, at the start of their memory. `dictionaries`: by
 *         their id. `bytesMax`: what all buffers may hold once they are inflated.
 */
export interface BatchSource {
  readonly message: FlatTable;
  readonly body: Uint8Array;
  readonly dictionaries: ReadonlyMap<number, Vector>;
  readonly bytesMax: number;
}

/**
 * The vectors of a record batch.
 *
 * Limits  `bytesMax`, and less than twice of it while columns are converted.
 * Errors  RangeError for what lies outside the bytes or does not fit together; LIMIT_EXCEEDED;
 *         FEATURE_UNSUPPORTED for a compression that is not read; VALUE_OUT_OF_RANGE naming the column.
 * Source  apache/arrow, docs/source/format/Columnar.rst, format/Message.fbs.
 */
export function readForeignBatch(columns: readonly ArrowColumn[], source: BatchSource): Batch {
  const reader = new BatchReader(source);
  const rowCount = source.message.count(0);
  if (rowCount > ROWS_MAX) throw new RangeError(`a batch of ${rowCount} rows`);
  const vectors = columns.map((column) => reader.column(column, rowCount));
  return { fields: columns.map(({ field }) => field), rowCount, columns: vectors };
}

const ROWS_MAX = 2147483647;

class BatchReader {
  readonly #source: BatchSource;
  readonly #nodes: readonly number[];
  readonly #buffers: readonly number[];
  readonly #variadic: readonly number[];
  readonly #codec: number | undefined;
  #node = 0;
  #buffer = 0;
  #view = 0;
  #left: number;

  constructor(source: BatchSource) {
    const { message } = source;
    this.#source = source;
    this.#nodes = message.counts(1, 2);
    this.#buffers = message.counts(2, 2);
    this.#codec = message.table(3)?.byte(0);
    this.#variadic = message.counts(4);
    this.#left = source.bytesMax;
  }

  column(column: ArrowColumn, rowCount: number): Vector {
    const { shape, field, dictionary } = column;
    if (dictionary === undefined) return this.#vector(shape, field, rowCount);
    const values = this.#source.dictionaries.get(dictionary.id);
    if (values === undefined)
      throw new RangeError(`column ${field.name}: dictionary ${dictionary.id} is missing`);
    const length = this.#length(rowCount);
    const validity = this.#validity(length);
    const rows = this.#indices(dictionary.index, length, validity);
    if (values.length === 0) {
      if (rows.some((row) => row >= 0)) throw outside(field);
      return nullVector(field.type, length);
    }
    if (rows.some((row) => row >= values.length)) throw outside(field);
    return take(values, rows);
  }

  /** Numbers of a dictionary's values, -1 for null. */
  #indices(shape: ArrowShape, length: number, validity: Uint8Array | null): Int32Array {
    if (shape.kind !== 'fixed' && shape.kind !== 'convert')
      throw new RangeError('an index that is no number');
    const view = this.#values(length * shape.bytes);
    const at = (i: number): number => {
      if (shape.kind === 'convert') return Number(shape.convert(view, i * shape.bytes));
      const [bytes, start] = [shape.bytes, i * shape.bytes];
      if (bytes === 1) return view.getInt8(start);
      if (bytes === 2) return view.getInt16(start, true);
      return bytes === 4 ? view.getInt32(start, true) : Number(view.getBigInt64(start, true));
    };
    return Int32Array.from({ length }, (_, i) => {
      if (!validAt(validity, i)) return -1;
      const index = at(i);
      if (index < 0 || index > ROWS_MAX) throw new RangeError(`index ${index} of a dictionary`);
      return index;
    });
  }

  #vector(shape: ArrowShape, field: Field, rowCount: number): Vector {
    const length = this.#length(rowCount);
    if (shape.kind === 'null') {
      this.#node++;
      this.#charge(4 * length);
      return nullVector(field.type, length);
    }
    const validity = this.#validity(length);
    switch (shape.kind) {
      case 'bits':
        return { layout: 'bool', length, validity, values: bytesOf(this.#values((length + 7) >> 3)) };
      case 'fixed':
        return fixedVector(field, { length, validity }, this.#values(length * shape.bytes));
      case 'convert':
        this.#charge(16 * length);
        return convertVector(field, shape, { length, validity }, this.#values(length * shape.bytes));
      case 'bytes': {
        const offsets = this.#offsets(length);
        return { layout: 'bytes', length, validity, offsets, values: this.#bytesUpTo(offsets) };
      }
      case 'long-bytes': {
        const offsets = this.#longOffsets(length);
        return { layout: 'bytes', length, validity, offsets, values: this.#bytesUpTo(offsets) };
      }
      case 'same-bytes': {
        this.#charge(4 * length);
        const values = bytesOf(this.#values(length * shape.bytes));
        const offsets = Int32Array.from({ length: length + 1 }, (_, i) => i * shape.bytes);
        return { layout: 'bytes', length, validity, offsets, values };
      }
      case 'view-bytes':
        return this.#viewVector(length, validity);
      case 'struct': {
        const children = shape.children.map((child) => this.column(child, length));
        return { layout: 'struct', length, validity, children };
      }
      case 'list':
      case 'long-list':
      case 'same-list':
        return this.#listVector(shape, length, validity);
    }
  }

  #listVector(
    shape: Extract<ArrowShape, { readonly child: ArrowColumn }>,
    length: number,
    validity: Uint8Array | null,
  ): Vector {
    if (shape.kind === 'same-list') {
      if (shape.items < 0 || length * shape.items > ROWS_MAX) throw new RangeError(`lists of ${shape.items}`);
      this.#charge(4 * length);
      const offsets = Int32Array.from({ length: length + 1 }, (_, i) => i * shape.items);
      return {
        layout: 'list',
        length,
        validity,
        offsets,
        child: this.column(shape.child, length * shape.items),
      };
    }
    const offsets = shape.kind === 'list' ? this.#offsets(length) : this.#longOffsets(length);
    const items = this.#nodes[2 * this.#node];
    const end = offsets[length] as number;
    if (items === undefined || items < end) throw new RangeError(`lists that end at ${end} of ${items}`);
    const child = this.column(shape.child, items);
    return {
      layout: 'list',
      length,
      validity,
      offsets,
      child: items === end ? child : sliceVector(child, 0, end),
    };
  }

  /** Source: Columnar.rst, Variable-size Binary View Layout. */
  #viewVector(length: number, validity: Uint8Array | null): Vector {
    const view = this.#values(length * 16);
    const count = this.#variadic[this.#view++] ?? 0;
    const parts = Array.from({ length: count }, () => bytesOf(this.#values(0)));
    const builder = new BytesBuilder(length);
    for (let i = 0; i < length; i++) {
      const at = i * 16;
      const size = view.getInt32(at, true);
      if (!validAt(validity, i)) builder.append(null);
      else if (size < 0) throw new RangeError(`a text of ${size} bytes`);
      else if (size <= 12) builder.appendSlice(bytesOf(view), at + 4, at + 4 + size);
      else {
        const [part, from] = [parts[view.getInt32(at + 8, true)], view.getInt32(at + 12, true)];
        if (part === undefined || from < 0 || from + size > part.length) throw new RangeError('text outside');
        builder.appendSlice(part, from, from + size);
      }
    }
    return builder.finish();
  }

  /** The next node must have as many rows as its parent says. */
  #length(rowCount: number): number {
    const length = this.#nodes[2 * this.#node];
    if (length === undefined || length !== rowCount) throw new RangeError(`${length} rows of ${rowCount}`);
    return length;
  }

  #validity(length: number): Uint8Array | null {
    const nulls = this.#nodes[2 * this.#node++ + 1] as number;
    const bits = bytesOf(this.#values(0));
    if (nulls === 0) return null;
    if (bits.length < (length + 7) >> 3) throw new RangeError('validity that is too short');
    return bits;
  }

  #offsets(length: number): Int32Array {
    const view = this.#values(0);
    if (length === 0 && view.byteLength < 4) return new Int32Array(1);
    if (view.byteLength < 4 * (length + 1)) throw new RangeError('offsets that are too few');
    const offsets = new Int32Array(view.buffer, view.byteOffset, length + 1);
    checkMonotone(offsets);
    return offsets;
  }

  #longOffsets(length: number): Int32Array {
    const view = this.#values(0);
    if (length === 0 && view.byteLength < 8) return new Int32Array(1);
    if (view.byteLength < 8 * (length + 1)) throw new RangeError('offsets that are too few');
    const offsets = Int32Array.from({ length: length + 1 }, (_, i) => {
      const offset = view.getBigInt64(8 * i, true);
      if (offset < 0n || offset > BigInt(ROWS_MAX)) throw new RangeError(`offset ${offset}`);
      return Number(offset);
    });
    checkMonotone(offsets);
    return offsets;
  }

  #bytesUpTo(offsets: Int32Array): Uint8Array {
    return bytesOf(this.#values(offsets.at(-1) as number));
  }

  /** The next buffer, inflated, of at least `least` bytes, at a place any number can be read from. */
  #values(least: number): DataView {
    const [offset, length] = [this.#buffers[2 * this.#buffer], this.#buffers[2 * this.#buffer + 1]];
    this.#buffer++;
    if (offset === undefined || length === undefined) throw new RangeError('a buffer that is missing');
    const { body } = this.#source;
    if (offset + length > body.length) throw new RangeError(`a buffer at ${offset} of ${body.length} bytes`);
    const bytes = this.#inflated(body.subarray(offset, offset + length));
    this.#charge(bytes.length);
    if (bytes.length < least) throw new RangeError(`a buffer of ${bytes.length} bytes, ${least} are needed`);
    const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
    return new DataView(aligned.buffer, aligned.byteOffset, aligned.byteLength);
  }

  /** Counts memory that a column takes, also where few bytes say that it has many rows. */
  #charge(bytes: number): void {
    this.#left -= bytes;
    if (this.#left < 0) throw this.#tooLarge();
  }

  #tooLarge(): LakeError {
    const text = `A record batch holds more than ${this.#source.bytesMax} bytes; write smaller ones.`;
    return new LakeError('LIMIT_EXCEEDED', text, { limit: 'batchBytesMax' });
  }

  /** Compressed buffers begin with their size, 64 bits; -1 says that it was not worth it. */
  #inflated(bytes: Uint8Array): Uint8Array {
    if (this.#codec === undefined || bytes.length === 0) return bytes;
    if (bytes.length < 8) throw new RangeError('a compressed buffer that is too short');
    const size = new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(0, true);
    const rest = bytes.subarray(8);
    if (size === -1n) return rest;
    if (size < 0n || size > BigInt(ROWS_MAX)) throw new RangeError(`a buffer of ${size} bytes`);
    if (Number(size) > this.#left) throw this.#tooLarge();
    if (this.#codec !== 0 && this.#codec !== 1)
      throw unsupported('Arrow compression', `Arrow compression ${this.#codec} is not read.`);
    const inflate = this.#codec === 0 ? inflateLz4Frame : inflateZstd;
    const out = inflate(rest, Number(size));
    if (typeof out === 'string') throw new RangeError(out);
    if (out.length !== Number(size)) throw new RangeError(`${out.length} bytes come out of ${size}`);
    return out;
  }
}

interface Rows {
  readonly length: number;
  readonly validity: Uint8Array | null;
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

function fixedVector({ type }: Field, { length, validity }: Rows, view: DataView): Vector {
  const layout = layoutOf(type) as keyof typeof ARRAYS;
  const count = layout === 'i128' ? 2 * length : length;
  const values = new ARRAYS[layout](view.buffer as ArrayBuffer, view.byteOffset, count);
  return { layout, length, validity, values } as Vector;
}

function convertVector(
  { name, type }: Field,
  { bytes, convert }: Extract<ArrowShape, { readonly kind: 'convert' }>,
  { length, validity }: Rows,
  view: DataView,
): Vector {
  const builder = vectorBuilder(type, length);
  const layout = layoutOf(type);
  const bits = layout === 'i64' ? 64 : 128;
  for (let i = 0; i < length; i++) {
    const value = validAt(validity, i) ? convert(view, i * bytes) : null;
    if (typeof value === 'bigint' && BigInt.asIntN(bits, value) !== value) {
      const text = `Column ${name}, row ${i + 1} of a record batch: ${value} is beyond ${bits} bits.`;
      throw new LakeError('VALUE_OUT_OF_RANGE', text, { column: name });
    }
    builder.append(value);
  }
  return builder.finish();
}

function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function validAt(validity: Uint8Array | null, i: number): boolean {
  return validity === null || (((validity[i >> 3] as number) >> (i & 7)) & 1) === 1;
}

function checkMonotone(offsets: Int32Array): void {
  let before = 0;
  for (const offset of offsets) {
    if (offset < before) throw new RangeError(`offset ${offset} after ${before}`);
    before = offset;
  }
}

function outside({ name }: Field): RangeError {
  return new RangeError(`column ${name}: an index outside its dictionary`);
}
