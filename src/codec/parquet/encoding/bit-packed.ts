// BIT_PACKED: levels of a fixed number of bits, most significant bit first. Deprecated since 2013; only
// levels of v1 pages were ever written this way.
//
// Source  apache/parquet-format, Encodings.md, "Bit-packed (Deprecated) (BIT_PACKED = 4)".
import type { Fail } from './rle-hybrid.ts';

/** Reads levels of at most 8 bits. Errors: `fail` when bytes are missing. */
export class BitPackedReader {
  readonly #bytes: Uint8Array;
  readonly #width: number;
  readonly #fail: Fail;
  #read = 0;

  constructor(bytes: Uint8Array, width: number, fail: Fail) {
    this.#bytes = bytes;
    this.#width = width;
    this.#fail = fail;
  }

  /** Reads the next `count` levels into `out[at..]`. */
  readBytes(out: Uint8Array, at: number, count: number): void {
    const width = this.#width;
    if ((this.#read + count) * width > 8 * this.#bytes.length) throw this.#fail('levels end early');
    const mask = (1 << width) - 1;
    for (let i = 0; i < count; i++) {
      const bit = (this.#read + i) * width;
      const byte = Math.floor(bit / 8);
      const two = ((this.#bytes[byte] ?? 0) << 8) | (this.#bytes[byte + 1] ?? 0);
      out[at + i] = (two >>> (16 - width - (bit % 8))) & mask;
    }
    this.#read += count;
  }
}
