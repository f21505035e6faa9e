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

/** Lengths in front of values, some of them decoded. */
class Lengths {
  readonly values = new Int32Array(STEP);
  /** The next one, and how many are decoded. */
  at = 0;
  #decoded = 0;
  #left: number;
  readonly #reader: DeltaBinaryReader;

  constructor(reader: DeltaBinaryReader) {
    this.#reader = reader;
    this.#left = reader.count;
  }

  /** How many of the next `count` are decoded now: at least one, unless `count` is 0. */
  ready(count: number): number {
    if (this.at === this.#decoded && count > 0) {
      // Reading too much is left to the reader to refuse.
      const step = Math.min(STEP, Math.max(1, this.#left));
      this.#reader.readInts(this.values, 0, step);
      this.#left -= step;
      this.#decoded = step;
      this.at = 0;
    }
    return Math.min(count, this.#decoded - this.at);
  }
}

/** Reads the values of one page under DELTA_LENGTH_BYTE_ARRAY. Errors: `fail` when bytes are missing. */
export class DeltaLengthReader {
  readonly #bytes: Uint8Array;
  readonly #fail: Fail;
  readonly #lengths: Lengths;
  #at: number;

  constructor(bytes: Uint8Array, fail: Fail) {
    this.#bytes = bytes;
    this.#fail = fail;
    const lengths = new DeltaBinaryReader(bytes, 0, fail);
    this.#lengths = new Lengths(lengths);
    this.#at = lengths.end();
  }

  /** Reads values into the sink: `count`, or as many as `bytesMax` hold and at least one; how many. */
  readBytes(sink: BytesSink, count: number, bytesMax: number): number {
    const lengths = this.#lengths;
    const ready = lengths.ready(count);
    const room = this.#bytes.length - this.#at;
    let values = 0;
    let size = 0;
    for (; values < ready; values++) {
      const length = lengths.values[lengths.at + values] as number;
      if (length < 0) throw this.#fail('a value of a negative length');
      if (length > room - size) throw this.#fail('values end early');
      if (values > 0 && size + length > bytesMax) break;
      size += length;
    }
    sink.reserve(values, size);
    let end = sink.size;
    sink.values.set(this.#bytes.subarray(this.#at, this.#at + size), end);
    for (let i = 0, to = sink.count + 1; i < values; i++, to++) {
      end += lengths.values[lengths.at + i] as number;
      sink.offsets[to] = end;
    }
    sink.count += values;
    lengths.at += values;
    this.#at += size;
    return values;
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
  readonly #prefixes: Lengths;
  readonly #suffixes: Lengths;
  #at: number;
  #last: Uint8Array;

  constructor(bytes: Uint8Array, fail: Fail, before: Uint8Array = NOTHING) {
    this.#bytes = bytes;
    this.#fail = fail;
    const prefixes = new DeltaBinaryReader(bytes, 0, fail);
    const suffixes = new DeltaBinaryReader(bytes, prefixes.end(), fail);
    this.#prefixes = new Lengths(prefixes);
    this.#suffixes = new Lengths(suffixes);
    this.#at = suffixes.end();
    this.#last = before;
  }

  get last(): Uint8Array {
    return this.#last;
  }

  /** Reads values into the sink: `count`, or as many as `bytesMax` hold and at least one; how many. */
  readBytes(sink: BytesSink, count: number, bytesMax: number): number {
    const prefixes = this.#prefixes;
    const suffixes = this.#suffixes;
    const ready = Math.min(prefixes.ready(count), suffixes.ready(count));
    let room = this.#bytes.length - this.#at;
    let last = this.#last.length;
    let values = 0;
    let size = 0;
    for (; values < ready; values++) {
      const prefix = prefixes.values[prefixes.at + values] as number;
      const suffix = suffixes.values[suffixes.at + values] as number;
      if (prefix < 0 || prefix > last) throw this.#fail(`a value begins with ${prefix} bytes of ${last}`);
      if (suffix < 0) throw this.#fail('a value of a negative length');
      if (suffix > room) throw this.#fail('values end early');
      if (values > 0 && size + prefix + suffix > bytesMax) break;
      room -= suffix;
      last = prefix + suffix;
      size += last;
    }
    sink.reserve(values, size);
    if (values > 0) this.#append(sink, values);
    return values;
  }

  #append(sink: BytesSink, count: number): void {
    const { offsets, values } = sink;
    const prefixes = this.#prefixes;
    const suffixes = this.#suffixes;
    const bytes = this.#bytes;
    let from = this.#at;
    let end = sink.size;
    let start = 0;
    let last = this.#last;
    for (let i = 0, to = sink.count + 1; i < count; i++, to++) {
      const prefix = prefixes.values[prefixes.at + i] as number;
      const suffix = suffixes.values[suffixes.at + i] as number;
      copyShort(last, start, values, end, prefix);
      copyShort(bytes, from, values, end + prefix, suffix);
      last = values;
      start = end;
      from += suffix;
      end += prefix + suffix;
      offsets[to] = end;
    }
    sink.count += count;
    prefixes.at += count;
    suffixes.at += count;
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
