// Text and binaries under the delta encodings: decoded a few at a time, where rows are measured, and copied
// where they are appended.
import { BytesSink, DeltaBytesReader, DeltaLengthReader, type Fail } from '../encoding/index.ts';
import { ENCODING } from '../footer.ts';
import type { BytesTarget, RowPlace } from './bytes-copy.ts';
import type { PageParts } from './page-parts.ts';

/** Bytes decoded at once, unless one value takes more. */
const STEP_BYTES = 64 * 1024;
const VALUES_MIN = 64;

/** The values of one page. */
export class DeltaValues {
  readonly #reader: DeltaLengthReader | DeltaBytesReader;
  readonly #length: number;
  readonly #fail: Fail;
  /** Values that are decoded; those before `#from` were copied. */
  readonly #sink = new BytesSink(VALUES_MIN);
  #from = 0;

  /** `length` of every value, 0 when each has its own. `before`: the values of the page before. */
  constructor({ encoding, values, fail }: PageParts, length: number, before: DeltaValues | undefined) {
    this.#length = length;
    this.#fail = fail;
    this.#reader =
      encoding === ENCODING.DELTA_LENGTH_BYTE_ARRAY
        ? new DeltaLengthReader(values, fail)
        : new DeltaBytesReader(values, fail, before?.last);
  }

  /** The last value that was decoded, where the next page may go on from it. */
  get last(): Uint8Array | undefined {
    return this.#reader instanceof DeltaBytesReader ? this.#reader.last : undefined;
  }

  /** As `walkPlain`. */
  measure(offsets: Int32Array, place: RowPlace & { readonly bytesMax: number }): number {
    const { row, rows, bits, bit, bytesMax } = place;
    const sink = this.#sink;
    if (2 * this.#from >= sink.count) {
      sink.drop(this.#from);
      this.#from = 0;
    }
    const first = offsets[row] as number;
    const last = Math.min(Number.MAX_SAFE_INTEGER, first + bytesMax);
    let write = first;
    let next = this.#from;
    for (let i = 0; i < rows; i++) {
      if (bits === null || (((bits[(bit + i) >> 3] as number) >> ((bit + i) & 7)) & 1) === 1) {
        if (next === sink.count) this.#reader.readBytes(sink, rows - i, STEP_BYTES);
        const bytes = (sink.offsets[next + 1] as number) - (sink.offsets[next] as number);
        if (this.#length !== 0 && bytes !== this.#length)
          throw this.#fail(`a value that is not of ${this.#length} bytes`);
        if (write + bytes > last) return i;
        write += bytes;
        next++;
      }
      offsets[row + i + 1] = write;
    }
    return rows;
  }

  /** As `copyPlain`. */
  copy(offsets: Int32Array, { bytes }: BytesTarget, { row, rows, bits, bit }: RowPlace): void {
    const { offsets: ends, values } = this.#sink;
    let count = rows;
    if (bits !== null) {
      count = 0;
      for (let i = bit; i < bit + rows; i++) count += ((bits[i >> 3] as number) >> (i & 7)) & 1;
    }
    bytes.set(values.subarray(ends[this.#from], ends[this.#from + count]), offsets[row]);
    this.#from += count;
  }
}
