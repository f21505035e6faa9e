// Columns of fixed width built from DuckDB's vectors: copied as they are where both sides agree, else
// converted value by value.
import { type BytesVector, Spare, unsetBytes, type Vector } from '../../codec/index.ts';
import { type Address, addressOf, type NativeLibrary } from '../duckdb-native.ts';
import { type FixedShape, SOURCE_BYTES } from './duck-type.ts';
import { Validity, validAt, WINDOW_ROWS } from './native-bits.ts';
import type { NativeColumn } from './native-types.ts';
import { int96Nanos, int96Vector, packedTimeMicros, scaled, timesToMillis } from './time-value.ts';

const WIDEST = 16;
/** Addresses are taken only of memory that cannot move. */
const BYTES_MIN = 128;
const NOTHING = new Uint8Array(0);

/** Numbers, dates, times and timestamps. */
export class FixedColumn implements NativeColumn {
  readonly #native: NativeLibrary;
  readonly #shape: FixedShape;
  readonly #width: number;
  readonly #same: boolean;
  readonly #validity: Validity;
  readonly #scratch: ArrayBuffer | undefined;
  readonly #spare: Spare<Uint8Array<ArrayBuffer>>;
  #rows = 0;
  #capacity = 0;
  /** Rows of the batch before: the next one is expected to be like it. */
  #expected = BYTES_MIN;
  #memory: Uint8Array<ArrayBuffer> = NOTHING;
  #address: Address = 0;

  constructor(native: NativeLibrary, shape: FixedShape, reuse: boolean) {
    this.#native = native;
    this.#validity = new Validity(reuse);
    this.#spare = new Spare(reuse);
    this.#shape = shape;
    this.#width = SOURCE_BYTES[shape.layout];
    this.#same = shape.convert === 'none' && shape.source === shape.layout;
    this.#scratch = this.#same ? undefined : new ArrayBuffer(WINDOW_ROWS * WIDEST);
  }

  get bytes(): number {
    return this.#rows * this.#width;
  }
  textBytes(): number {
    return 0;
  }

  append(vector: Address, from: number, count: number): void {
    const data = this.#native.vectorData(vector);
    const mask = this.#native.vectorValidity(vector);
    this.#reserve(count);
    for (let at = from, end = from + count; at < end; at += WINDOW_ROWS) {
      const rows = Math.min(WINDOW_ROWS, end - at);
      this.#validity.append(this.#native, mask, at, rows);
      if (this.#same) {
        const source = data + at * this.#width;
        this.#native.memcpy(this.#address + this.#rows * this.#width, source, rows * this.#width);
      } else {
        this.#convert(data, at, rows);
      }
      this.#rows += rows;
    }
  }

  #convert(data: Address, at: number, rows: number): void {
    const { source } = this.#shape;
    const width = SOURCE_BYTES[source];
    const scratch = this.#scratch as ArrayBuffer;
    this.#native.memcpy(new Uint8Array(scratch), data + at * width, rows * width);
    const { convert, layout } = this.#shape;
    if (layout === 'i32' && width === 8 && (convert === 'time' || convert === 'timetz')) {
      const out = new Int32Array(this.#memory.buffer, this.#rows * this.#width, rows);
      if (timesToMillis(new Uint32Array(scratch, 0, 2 * rows), convert, out)) return;
    }
    const window = this.#validity.window;
    const read = readerOf(this.#shape, scratch);
    const put = this.#writer();
    for (let i = 0; i < rows; i++) {
      if (validAt(window, i)) put(this.#rows + i, scaled(this.#shape, read(i)));
    }
  }

  #writer(): (row: number, value: bigint) => void {
    const buffer = this.#memory.buffer;
    switch (this.#shape.layout) {
      case 'i128': {
        const words = new BigInt64Array(buffer);
        return (row, value) => {
          words[2 * row] = BigInt.asIntN(64, value);
          words[2 * row + 1] = value >> 64n;
        };
      }
      case 'i64': {
        const out = new BigInt64Array(buffer);
        return (row, value) => {
          out[row] = value;
        };
      }
      default: {
        const out = this.#shape.layout === 'i16' ? new Int16Array(buffer) : new Int32Array(buffer);
        return (row, value) => {
          out[row] = Number(value);
        };
      }
    }
  }

  #reserve(count: number): void {
    if (this.#rows + count <= this.#capacity) return;
    this.#capacity = Math.max(this.#rows + count, this.#capacity * 2, this.#expected);
    const bytes = this.#capacity * this.#width;
    // Converted columns leave null slots as they are.
    const memory = this.#same ? unsetBytes(bytes) : new Uint8Array(new ArrayBuffer(bytes));
    memory.set(this.#memory.subarray(0, this.#rows * this.#width));
    this.#use(memory);
  }

  #use(memory: Uint8Array<ArrayBuffer>): void {
    this.#memory = memory;
    this.#address = memory.length === 0 ? 0 : addressOf(memory);
    this.#capacity = memory.length / this.#width;
  }

  take(): Vector {
    const length = this.#rows;
    const vector = fixedVector(this.#shape.layout, length, this.#validity.take(), this.#memory.buffer);
    this.#rows = 0;
    this.#expected = Math.max(length, BYTES_MIN);
    this.#use(this.#spare.swap(this.#memory, length * this.#width) ?? NOTHING);
    return vector;
  }
}

/** Reads value `i` of the scratch as an integer. */
function readerOf(shape: FixedShape, scratch: ArrayBuffer): (i: number) => bigint {
  if (shape.source === 'i128') {
    const words = new BigInt64Array(scratch);
    return (i) => ((words[2 * i + 1] as bigint) << 64n) | BigInt.asUintN(64, words[2 * i] as bigint);
  }
  if (shape.convert === 'timetz') {
    const words = new BigInt64Array(scratch);
    return (i) => packedTimeMicros(words[i] as bigint);
  }
  if (shape.source === 'i64' || shape.source === 'u64') {
    const words = shape.source === 'i64' ? new BigInt64Array(scratch) : new BigUint64Array(scratch);
    return (i) => words[i] as bigint;
  }
  const small = smallArray(shape.source, scratch);
  return (i) => BigInt(small[i] as number);
}

function smallArray(source: FixedShape['source'], scratch: ArrayBuffer) {
  switch (source) {
    case 'i8':
      return new Int8Array(scratch);
    case 'u8':
      return new Uint8Array(scratch);
    case 'i16':
      return new Int16Array(scratch);
    case 'u16':
      return new Uint16Array(scratch);
    case 'u32':
      return new Uint32Array(scratch);
    default:
      return new Int32Array(scratch);
  }
}

function fixedVector(
  layout: FixedShape['layout'],
  length: number,
  validity: Uint8Array | null,
  buffer: ArrayBuffer,
): Vector {
  switch (layout) {
    case 'i8':
      return { layout, length, validity, values: new Int8Array(buffer, 0, length) };
    case 'i16':
      return { layout, length, validity, values: new Int16Array(buffer, 0, length) };
    case 'i32':
      return { layout, length, validity, values: new Int32Array(buffer, 0, length) };
    case 'i64':
      return { layout, length, validity, values: new BigInt64Array(buffer, 0, length) };
    case 'f32':
      return { layout, length, validity, values: new Float32Array(buffer, 0, length) };
    case 'f64':
      return { layout, length, validity, values: new Float64Array(buffer, 0, length) };
    case 'i128':
      return { layout, length, validity, values: new BigInt64Array(buffer, 0, 2 * length) };
  }
}

/** Parquet's INT96 timestamps, which reach us as 12-byte binaries, as 128-bit nanoseconds. */
export class Int96Column implements NativeColumn {
  readonly #inner: NativeColumn;
  readonly #layout: 'i64' | 'i128';

  constructor(inner: NativeColumn, layout: 'i64' | 'i128') {
    this.#inner = inner;
    this.#layout = layout;
  }

  get bytes(): number {
    return this.#inner.bytes;
  }
  textBytes(): number {
    return 0;
  }
  append(vector: Address, from: number, count: number): void {
    this.#inner.append(vector, from, count);
  }
  take(): Vector {
    const { length, validity, offsets, values } = this.#inner.take() as BytesVector;
    const nanos = new Array<bigint>(length).fill(0n);
    for (let i = 0; i < length; i++) {
      if (validAt(validity, i)) nanos[i] = int96Nanos(values.subarray(offsets[i], offsets[i + 1]), 0);
    }
    return int96Vector(this.#layout, validity, nanos);
  }
}
