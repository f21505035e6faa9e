// BYTE_STREAM_SPLIT: the first bytes of all values, then the second bytes of all, and so on.
//
// Source  apache/parquet-format, Encodings.md, "Byte Stream Split (BYTE_STREAM_SPLIT = 9)".
import type { Fail } from './rle-hybrid.ts';

/** Reads the values of one page, each of `width` bytes. Errors: `fail` when bytes are missing. */
export class ByteStreamSplitReader {
  readonly #bytes: Uint8Array;
  readonly #width: number;
  readonly #count: number;
  readonly #fail: Fail;
  #read = 0;

  constructor(bytes: Uint8Array, width: number, fail: Fail) {
    if (bytes.length % width !== 0) throw fail(`${bytes.length} bytes of values of ${width} bytes`);
    this.#bytes = bytes;
    this.#width = width;
    this.#count = bytes.length / width;
    this.#fail = fail;
  }

  /** Reads the next `count` values into `out`, from the place of value `at`. */
  readFixed(out: Uint8Array, at: number, count: number): void {
    if (count > this.#count - this.#read) throw this.#fail('values end early');
    const bytes = this.#bytes;
    const width = this.#width;
    for (let k = 0; k < width; k++) {
      const from = k * this.#count + this.#read;
      for (let i = 0, to = at * width + k; i < count; i++, to += width) out[to] = bytes[from + i] as number;
    }
    this.#read += count;
  }

  /** Steps over the next `count` values. */
  skip(count: number): void {
    if (count > this.#count - this.#read) throw this.#fail('values end early');
    this.#read += count;
  }
}
