// Parquet's hybrid of run lengths and bit packing: levels, dictionary ids, booleans. A run may claim any
// length in a few bytes, so values are read in portions: nothing is ever allocated for a run.
//
//   run       header (varint), then, by its lowest bit
//     0       header >> 1 times one value, in as many whole bytes as its bits need, little-endian
//     1       header >> 1 groups of eight values, packed least significant bit first
//
// Source  apache/parquet-format, Encodings.md, "Run Length Encoding / Bit-Packing Hybrid (RLE = 3)".
import { copyBits, fillBits } from './bits.ts';
import { unpackBytes, unpackInts } from './unpack.ts';

/** Makes the error for bytes that are wrong: it knows the file and the place. */
export type Fail = (what: string) => Error;

/**
 * Reads the values of one sequence of runs, from first to last.
 *
 * Limits  `width` 0 to 32 bits; 0: every value is 0 and there are no bytes.
 * Errors  `fail` when the runs end before the values asked for. A last group may be cut short behind the
 *         values that are asked for.
 */
export class HybridReader {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #width: number;
  readonly #fail: Fail;
  /** The next byte behind the current run. */
  #at = 0;
  /** Values left of the current run; whether they are packed; the one value if not. */
  #left = 0;
  #packed = false;
  #value = 0;
  /** Where the current run's packed values begin, and how many of them were read. */
  #start = 0;
  #read = 0;

  constructor(bytes: Uint8Array, width: number, fail: Fail) {
    if (width > 32) throw fail(`packed values of ${width} bits`);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#bytes = bytes;
    this.#width = width;
    this.#fail = fail;
    if (width === 0) this.#left = Number.POSITIVE_INFINITY;
  }

  /** Reads the next `count` values into `out[at..]`; values of 32 bits become negative from 2^31. */
  readInts(out: Int32Array, at: number, count: number): void {
    for (let done = 0; done < count; ) {
      const step = this.#take(count - done);
      if (this.#packed) unpackInts(this.#run(), this.#read - step, out, at + done, step);
      else out.fill(this.#value, at + done, at + done + step);
      done += step;
    }
  }

  /** As `readInts`, for a width of at most 8 bits. */
  readBytes(out: Uint8Array, at: number, count: number): void {
    for (let done = 0; done < count; ) {
      const step = this.#take(count - done);
      if (this.#packed) unpackBytes(this.#run(), this.#read - step, out, at + done, step);
      else out.fill(this.#value, at + done, at + done + step);
      done += step;
    }
  }

  /**
   * As `readInts`, for a width of 1 bit: into bits `at..` of `out`, least significant first, which were 0.
   * The number of ones among them.
   */
  readBits(out: Uint8Array, at: number, count: number): number {
    let ones = 0;
    for (let done = 0; done < count; ) {
      const step = this.#take(count - done);
      if (this.#packed)
        ones += copyBits(this.#bytes, 8 * this.#start + this.#read - step, out, at + done, step);
      else if ((this.#value & 1) === 1) {
        fillBits(out, at + done, step);
        ones += step;
      }
      done += step;
    }
    return ones;
  }

  /** Steps over the next `count` values. */
  skip(count: number): void {
    for (let done = 0; done < count; ) done += this.#take(count - done);
  }

  #run() {
    return { view: this.#view, start: this.#start, width: this.#width };
  }

  /** Takes up to `count` values of the current run, or of the next one that has any; how many. */
  #take(count: number): number {
    while (this.#left === 0) this.#next();
    const step = Math.min(count, this.#left, STEP_MAX);
    this.#left -= step;
    this.#read += step;
    return step;
  }

  #next(): void {
    const header = this.#varint();
    this.#packed = (header & 1) === 1;
    this.#left = Math.floor(header / 2);
    this.#read = 0;
    this.#start = this.#at;
    if (this.#packed) {
      const { length } = this.#bytes;
      // The last group may be cut short: only whole values are there.
      const whole = Math.floor(((length - this.#at) * 8) / this.#width);
      this.#at = Math.min(length, this.#at + this.#left * this.#width);
      this.#left = Math.min(8 * this.#left, whole);
      return;
    }
    const size = (this.#width + 7) >> 3;
    let value = 0;
    for (let i = 0; i < size; i++) value |= this.#byte() << (8 * i);
    if (this.#width < 32 && value >>> this.#width !== 0) throw this.#fail(`a run of ${value >>> 0}`);
    this.#value = value;
  }

  #varint(): number {
    let value = 0;
    for (let scale = 1; scale <= VARINT_SCALE_MAX; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw this.#fail('the header of a run does not end');
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw this.#fail('the runs end early');
    return byte;
  }
}

/** Values taken at once, so that places in bits stay small integers. */
const STEP_MAX = 1 << 20;
/** The scale of the fifth byte of a varint, the last one of 32 bits. */
const VARINT_SCALE_MAX = 128 ** 4;
