// Values of varying length whose lengths are delta encoded in front of them.
//
//   DELTA_LENGTH_BYTE_ARRAY   lengths (DELTA_BINARY_PACKED), the values without gaps
//   DELTA_BYTE_ARRAY          how much of the value before each begins with (DELTA_BINARY_PACKED), and the
//                             rest of each as DELTA_LENGTH_BYTE_ARRAY
//
// Source  apache/parquet-format, Encodings.md.
import type { BytesSink } from './bytes-sink.ts';
import { DeltaBinaryReader } from './delta-binary.ts';
import type { Fail } from './rle-hybrid.ts';

/** Lengths decoded at once. */
const STEP = 1024;

/** Reads the values of one page under DELTA_LENGTH_BYTE_ARRAY. Errors: `fail` when bytes are missing. */
export class DeltaLengthReader {
  readonly #bytes: Uint8Array;
  readonly #fail: Fail;
  readonly #lengths: DeltaBinaryReader;
  readonly #scratch = new Int32Array(STEP);
  #at: number;

  constructor(bytes: Uint8Array, fail: Fail) {
    this.#bytes = bytes;
    this.#fail = fail;
    this.#lengths = new DeltaBinaryReader(bytes, 0, fail);
    this.#at = this.#lengths.end();
  }

  /** Reads the next `count` values into the sink. */
  readBytes(sink: BytesSink, count: number): void {
    for (let done = 0; done < count; ) {
      const step = Math.min(STEP, count - done);
      this.#lengths.readInts(this.#scratch, 0, step);
      const size = sumOf(this.#scratch, step, this.#fail);
      if (size > this.#bytes.length - this.#at) throw this.#fail('values end early');
      sink.reserve(step, size);
      const { offsets, values } = sink;
      let end = sink.size;
      values.set(this.#bytes.subarray(this.#at, this.#at + size), end);
      for (let i = 0, to = sink.count + 1; i < step; i++, to++) {
        end += this.#scratch[i] as number;
        offsets[to] = end;
      }
      sink.count += step;
      this.#at += size;
      done += step;
    }
  }
}

/**
 * Reads the values of one page under DELTA_BYTE_ARRAY.
 *
 * Shape   `before`: the last value of the page before, which a page of some old writers goes on from
 *         (PARQUET-246). `last`: the same of this one, as far as it was read.
 * Errors  `fail` when bytes are missing, or a value begins with more than the one before has.
 */
export class DeltaBytesReader {
  readonly #bytes: Uint8Array;
  readonly #fail: Fail;
  readonly #prefixes: DeltaBinaryReader;
  readonly #suffixes: DeltaBinaryReader;
  readonly #prefix = new Int32Array(STEP);
  readonly #suffix = new Int32Array(STEP);
  #at: number;
  #last: Uint8Array;

  constructor(bytes: Uint8Array, fail: Fail, before: Uint8Array = NOTHING) {
    this.#bytes = bytes;
    this.#fail = fail;
    this.#prefixes = new DeltaBinaryReader(bytes, 0, fail);
    this.#suffixes = new DeltaBinaryReader(bytes, this.#prefixes.end(), fail);
    this.#at = this.#suffixes.end();
    this.#last = before;
  }

  get last(): Uint8Array {
    return this.#last;
  }

  /** Reads the next `count` values into the sink. */
  readBytes(sink: BytesSink, count: number): void {
    for (let done = 0; done < count; ) {
      const step = Math.min(STEP, count - done);
      this.#prefixes.readInts(this.#prefix, 0, step);
      this.#suffixes.readInts(this.#suffix, 0, step);
      if (sumOf(this.#suffix, step, this.#fail) > this.#bytes.length - this.#at) {
        throw this.#fail('values end early');
      }
      sink.reserve(step, this.#sizeOf(step));
      this.#append(sink, step);
      done += step;
    }
  }

  /** Bytes of the next `count` values, none of which begins with more than the one before has. */
  #sizeOf(count: number): number {
    let size = 0;
    let last = this.#last.length;
    for (let i = 0; i < count; i++) {
      const prefix = this.#prefix[i] as number;
      if (prefix < 0 || prefix > last) throw this.#fail(`a value begins with ${prefix} bytes of ${last}`);
      last = prefix + (this.#suffix[i] as number);
      size += last;
    }
    return size;
  }

  #append(sink: BytesSink, count: number): void {
    const { offsets, values } = sink;
    const bytes = this.#bytes;
    let from = this.#at;
    let end = sink.size;
    let start = 0;
    let last = this.#last;
    for (let i = 0, to = sink.count + 1; i < count; i++, to++) {
      const prefix = this.#prefix[i] as number;
      const suffix = this.#suffix[i] as number;
      copyShort(last, start, values, end, prefix);
      copyShort(bytes, from, values, end + prefix, suffix);
      last = values;
      start = end;
      from += suffix;
      end += prefix + suffix;
      offsets[to] = end;
    }
    sink.count += count;
    this.#at = from;
    // The sink moves on.
    this.#last = values.slice(start, end);
  }
}

const NOTHING = new Uint8Array(0);
/** Below this a loop copies bytes faster than a call does. */
const COPY_BY_LOOP_MAX = 48;

function copyShort(source: Uint8Array, from: number, target: Uint8Array, to: number, count: number): void {
  if (count > COPY_BY_LOOP_MAX) target.set(source.subarray(from, from + count), to);
  else for (let i = 0; i < count; i++) target[to + i] = source[from + i] as number;
}

/** The sum of lengths; fails when one is negative. */
function sumOf(lengths: Int32Array, count: number, fail: Fail): number {
  let sum = 0;
  let signs = 0;
  for (let i = 0; i < count; i++) {
    const length = lengths[i] as number;
    signs |= length;
    sum += length;
  }
  if (signs < 0) throw fail('a value of a negative length');
  return sum;
}
