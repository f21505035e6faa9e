// A batch as bytes, for files that nobody but the process that wrote them reads: its vectors as they lie in
// memory.
//   0  4          words of the head, this one included
//   4  4          rows
//   8  4 a word   of every vector, column after column, each before its children: its rows, 1 when it has
//                 validity bits else 0, and of text the bytes of its values
//   ..            of every vector in that order: validity bits, offsets, values, each padded to 8 bytes
// Words are in the machine's own byte order.
import { corrupt, type DataType, type Field } from '../../base/index.ts';
import {
  type Batch,
  type BytesVector,
  type ListVector,
  layoutOf,
  sliceVector,
  type Vector,
} from '../arrow/index.ts';

/** The bytes of a frame, in parts that share memory with the batch. `byteLength`: a multiple of 8. */
export interface Frame {
  readonly parts: readonly Uint8Array[];
  readonly byteLength: number;
}

/** A batch as a frame. */
export function encodeFrame(batch: Batch): Frame {
  const writer = new FrameWriter(batch.rowCount);
  for (const column of batch.columns) writer.vector(column);
  return writer.finish();
}

const PADDING = new Uint8Array(8);

class FrameWriter {
  readonly #head: number[];
  readonly #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(rowCount: number) {
    this.#head = [0, rowCount];
  }

  vector(vector: Vector): void {
    const { length, validity, layout } = vector;
    this.#head.push(length, validity === null ? 0 : 1);
    if (validity !== null) this.#part(validity.subarray(0, (length + 7) >> 3));
    switch (layout) {
      case 'bytes': {
        const start = vector.offsets[0] as number;
        const end = vector.offsets[length] as number;
        this.#head.push(end - start);
        this.#part(bytesOf(offsetsFromZero(vector)));
        this.#part(vector.values.subarray(start, end));
        break;
      }
      case 'list': {
        this.#part(bytesOf(offsetsFromZero(vector)));
        this.vector(sliceVector(vector.child, vector.offsets[0] as number, vector.offsets[length] as number));
        break;
      }
      case 'struct':
        for (const child of vector.children) this.vector(sliceVector(child, 0, length));
        break;
      case 'bool':
        this.#part(vector.values.subarray(0, (length + 7) >> 3));
        break;
      default:
        this.#part(bytesOf(vector.values.subarray(0, layout === 'i128' ? 2 * length : length)));
    }
  }

  finish(): Frame {
    const head = this.#head;
    head[0] = head.length;
    const bytes = new Uint8Array(Int32Array.from(head).buffer);
    const parts = [bytes, ...paddingOf(bytes.length), ...this.#parts];
    return { parts, byteLength: padded(bytes.length) + this.#bytes };
  }

  #part(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#parts.push(bytes, ...paddingOf(bytes.length));
    this.#bytes += padded(bytes.length);
  }
}

function padded(bytes: number): number {
  return (bytes + 7) & ~7;
}

function paddingOf(bytes: number): readonly Uint8Array[] {
  return bytes % 8 === 0 ? [] : [PADDING.subarray(0, 8 - (bytes % 8))];
}

function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function offsetsFromZero({ offsets, length }: BytesVector | ListVector): Int32Array {
  const start = offsets[0] as number;
  const own = offsets.subarray(0, length + 1);
  return start === 0 ? own : own.map((offset) => offset - start);
}

/**
 * The batch of a frame; its vectors share memory with the bytes, which begin at a multiple of 8.
 *
 * Errors  FILE_CORRUPT, naming `file` and `offset` of the frame in it, when it is no frame of these fields.
 */
export function decodeFrame(
  bytes: Uint8Array,
  fields: readonly Field[],
  place: { readonly file: string; readonly offset: number },
): Batch {
  const fail = (what: string): never => {
    throw corrupt(place.file, place.offset, what);
  };
  if (bytes.length < 8) fail('a frame ends in its head');
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  const headWords = words[0] as number;
  const rowCount = words[1] as number;
  if (headWords < 2 || headWords > words.length || rowCount < 0) fail('not the head of a frame');
  const reader = new FrameReader(bytes, words.subarray(2, headWords), fail);
  const columns = fields.map((field) => {
    const vector = reader.vector(field.type);
    return vector.length === rowCount ? vector : fail('a column has not as many rows as its frame');
  });
  return { fields, rowCount, columns };
}

const COUNT: DataType = { kind: 'INT', nullable: false };

class FrameReader {
  readonly #bytes: Uint8Array;
  readonly #head: Int32Array;
  readonly #fail: (what: string) => never;
  #word = 0;
  #at: number;

  constructor(bytes: Uint8Array, head: Int32Array, fail: (what: string) => never) {
    this.#bytes = bytes;
    this.#head = head;
    this.#fail = fail;
    this.#at = padded(4 * (head.length + 2));
  }

  vector(type: DataType): Vector {
    const layout = layoutOf(type);
    const length = this.#next();
    const bits = (length + 7) >> 3;
    const hasNulls = this.#next() === 1;
    if (layout === 'bytes') {
      const size = this.#next();
      const validity = hasNulls ? this.#take(bits) : null;
      const offsets = this.#offsets(length);
      if (offsets[length] !== size) this.#fail('offsets of text do not end where its values do');
      return { layout, length, validity, offsets, values: this.#take(size) };
    }
    const validity = hasNulls ? this.#take(bits) : null;
    switch (layout) {
      case 'bool':
        return { layout, length, validity, values: this.#take(bits) };
      case 'list': {
        const offsets = this.#offsets(length);
        const child = this.#element(type);
        if (offsets[length] !== child.length)
          this.#fail('offsets of lists do not end where their elements do');
        return { layout, length, validity, offsets, child };
      }
      case 'struct': {
        const { fields } = type as Extract<DataType, { readonly kind: 'ROW' }>;
        return { layout, length, validity, children: fields.map((field) => this.vector(field.type)) };
      }
      default: {
        const count = layout === 'i128' ? 2 * length : length;
        return { layout, length, validity, values: this.#numbers(layout, count) } as Vector;
      }
    }
  }

  #element(type: DataType): Vector {
    if (type.kind === 'ARRAY') return this.vector(type.element);
    const { key, value } = type.kind === 'MAP' ? type : { key: (type as Multiset).element, value: COUNT };
    const length = this.#next();
    const hasNulls = this.#next() === 1;
    const validity = hasNulls ? this.#take((length + 7) >> 3) : null;
    return { layout: 'struct', length, validity, children: [this.vector(key), this.vector(value)] };
  }

  #next(): number {
    const word = this.#head[this.#word++];
    return word === undefined || word < 0 ? this.#fail('the head of a frame is too short') : word;
  }

  #take(size: number): Uint8Array {
    const start = this.#at;
    this.#at = start + padded(size);
    if (this.#at > this.#bytes.length) this.#fail('a frame ends in its values');
    return this.#bytes.subarray(start, start + size);
  }

  #offsets(length: number): Int32Array {
    const bytes = this.#take(4 * (length + 1));
    return new Int32Array(bytes.buffer, bytes.byteOffset, length + 1);
  }

  #numbers(layout: keyof typeof ARRAYS, count: number): ArrayBufferView {
    const ArrayOf = ARRAYS[layout];
    const bytes = this.#take(count * ArrayOf.BYTES_PER_ELEMENT);
    return new ArrayOf(bytes.buffer as ArrayBuffer, bytes.byteOffset, count);
  }
}

type Multiset = Extract<DataType, { readonly kind: 'MULTISET' }>;

const ARRAYS = {
  i8: Int8Array,
  i16: Int16Array,
  i32: Int32Array,
  i64: BigInt64Array,
  i128: BigInt64Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;
