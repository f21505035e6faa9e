// Values under encodings that are not plain, given as plain ones: what turns plain values into a layout need
// not know of them.
import {
  ByteStreamSplitReader,
  BytesSink,
  DeltaBinaryReader,
  DeltaBytesReader,
  DeltaLengthReader,
  type Fail,
} from '../encoding/index.ts';
import { ENCODING } from '../footer.ts';
import { type ParquetLeaf, PHYSICAL } from '../schema.ts';
import { STEP_ROWS } from './page-column.ts';
import type { PageParts } from './page-parts.ts';

/**
 * The values of a page as plain ones.
 *
 * Shape   `take` gives the bytes of the next `count` values, at most `STEP_ROWS`; they are good until the
 *         next call.
 * Errors  `fail` when there are not as many.
 */
export interface EncodedValues {
  take(count: number): Uint8Array;
}

/** Bytes of a value of types of fixed width. */
const WIDTHS: Readonly<Record<number, number>> = {
  [PHYSICAL.INT32]: 4,
  [PHYSICAL.INT64]: 8,
  [PHYSICAL.FLOAT]: 4,
  [PHYSICAL.DOUBLE]: 8,
};

/** The values of a page, or undefined when values of that type are never encoded this way. */
export function encodedValues(
  { encoding, values, fail }: PageParts,
  leaf: Pick<ParquetLeaf, 'type' | 'length'>,
): EncodedValues | undefined {
  const { type, length } = leaf;
  const isFixed = type === PHYSICAL.FIXED_LEN_BYTE_ARRAY;
  const width = isFixed ? length : WIDTHS[type];
  switch (encoding) {
    case ENCODING.DELTA_BINARY_PACKED:
      if (type !== PHYSICAL.INT32 && type !== PHYSICAL.INT64) return undefined;
      return new DeltaNumbers(new DeltaBinaryReader(values, 0, fail), type === PHYSICAL.INT64);
    case ENCODING.BYTE_STREAM_SPLIT:
      return width === undefined ? undefined : new SplitValues(values, width, fail);
    case ENCODING.DELTA_LENGTH_BYTE_ARRAY:
      return type === PHYSICAL.BYTE_ARRAY
        ? new SizedValues(new DeltaLengthReader(values, fail), fail)
        : undefined;
    case ENCODING.DELTA_BYTE_ARRAY:
      if (isFixed) return new FixedValues(new DeltaBytesReader(values, fail), length, fail);
      return type === PHYSICAL.BYTE_ARRAY
        ? new SizedValues(new DeltaBytesReader(values, fail), fail)
        : undefined;
    default:
      return undefined;
  }
}

class DeltaNumbers implements EncodedValues {
  readonly #reader: DeltaBinaryReader;
  readonly #wide: boolean;
  readonly #words: Int32Array;

  constructor(reader: DeltaBinaryReader, wide: boolean) {
    this.#reader = reader;
    this.#wide = wide;
    this.#words = new Int32Array(wide ? 2 * STEP_ROWS : STEP_ROWS);
  }

  take(count: number): Uint8Array {
    if (this.#wide) this.#reader.readLongs(this.#words, 0, count);
    else this.#reader.readInts(this.#words, 0, count);
    return new Uint8Array(this.#words.buffer, 0, count * (this.#wide ? 8 : 4));
  }
}

class SplitValues implements EncodedValues {
  readonly #reader: ByteStreamSplitReader;
  readonly #width: number;
  readonly #bytes: Uint8Array;

  constructor(values: Uint8Array, width: number, fail: Fail) {
    this.#reader = new ByteStreamSplitReader(values, width, fail);
    this.#width = width;
    this.#bytes = new Uint8Array(Math.min(STEP_ROWS * width, values.length));
  }

  take(count: number): Uint8Array {
    this.#reader.readFixed(this.#bytes, 0, count);
    return this.#bytes.subarray(0, count * this.#width);
  }
}

/** A reader of values of varying length. */
interface BytesReader {
  readBytes(sink: BytesSink, count: number, bytesMax: number): number;
}

/** Values that all have one length, though each says its own. */
class FixedValues implements EncodedValues {
  readonly #reader: BytesReader;
  readonly #length: number;
  readonly #fail: Fail;
  readonly #sink = new BytesSink(STEP_ROWS);

  constructor(reader: BytesReader, length: number, fail: Fail) {
    this.#reader = reader;
    this.#length = length;
    this.#fail = fail;
  }

  take(count: number): Uint8Array {
    readAll(this.#reader, this.#sink, count, this.#fail);
    for (let i = 1; i <= count; i++) {
      if (this.#sink.offsets[i] !== i * this.#length) {
        throw this.#fail(`a value that is not of ${this.#length} bytes`);
      }
    }
    return this.#sink.values.subarray(0, count * this.#length);
  }
}

/** Values of varying length, each behind its length. */
class SizedValues implements EncodedValues {
  readonly #reader: BytesReader;
  readonly #fail: Fail;
  readonly #sink = new BytesSink(STEP_ROWS);

  constructor(reader: BytesReader, fail: Fail) {
    this.#reader = reader;
    this.#fail = fail;
  }

  take(count: number): Uint8Array {
    const sink = this.#sink;
    readAll(this.#reader, sink, count, this.#fail);
    const out = new Uint8Array(sink.size + 4 * count);
    const view = new DataView(out.buffer);
    for (let i = 0, to = 0; i < count; i++) {
      const value = sink.values.subarray(sink.offsets[i], sink.offsets[i + 1]);
      view.setInt32(to, value.length, true);
      out.set(value, to + 4);
      to += 4 + value.length;
    }
    return out;
  }
}

/** Bytes of decimals that are decoded at once: of a step of them, which are short. */
const BYTES_MAX = 1024 * 1024;

/** Errors: `fail` where values go on with each other until they take more than any decimals do. */
function readAll(reader: BytesReader, sink: BytesSink, count: number, fail: Fail): void {
  sink.clear();
  for (let left = count; left > 0; ) {
    left -= reader.readBytes(sink, left, BYTES_MAX);
    if (sink.size > BYTES_MAX) throw fail(`numbers of ${sink.size} bytes and more`);
  }
}
