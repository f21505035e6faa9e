// DELTA_BINARY_PACKED: integers as differences, packed in blocks. Differences wrap around, so 32 bits of each
// are all that 32-bit integers need; 64-bit integers are kept as two words and never become a double.
//
//   header   block size in values, miniblocks in a block, count of values (varints), first value (zigzag)
//   blocks   least difference (zigzag), a byte of width for each miniblock, the miniblocks: what each
//            difference is above the least one, packed least significant bit first
//   The last block leaves out the bytes of miniblocks without values; their widths mean nothing.
//
// Source  apache/parquet-format, Encodings.md, "Delta Encoding (DELTA_BINARY_PACKED = 5)"; Paimon,
//         VectorizedDeltaBinaryPackedReader.java, which takes miniblocks of any multiple of 8 values.
import type { Fail } from './rle-hybrid.ts';
import { type Packed, unpackInts } from './unpack.ts';

/** Values unpacked at once: miniblocks may claim any size. */
const STEP = 512;
/** The last byte of a varint of 64 bits holds its highest bit alone. */
const VARINT_BYTES_MAX = 10;
const TWO_32 = 2 ** 32;

/**
 * Reads one sequence of integers, from first to last.
 *
 * Shape   `count`: how many there are, as the header says.
 * Errors  `fail` when the header makes no sense, when more is read than there is, and when bytes are missing.
 */
export class DeltaBinaryReader {
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #fail: Fail;
  readonly #blockSize: number;
  readonly #miniblocks: number;
  readonly #miniblockSize: number;
  /** Values not read yet, the first one counted. */
  #left: number;
  /** The next byte behind the current miniblock. */
  #at: number;
  /** Where the widths of the current block lie, and which miniblock of it is next. */
  #widthsAt = 0;
  #miniblock: number;
  /** The current miniblock: its place, and how many of its values were read. */
  #packed: Packed;
  #read = 0;
  #inMiniblock = 0;
  /** The last value and the least difference of the block, each in two words. */
  #low = 0;
  #high = 0;
  #leastLow = 0;
  #leastHigh = 0;
  #started = false;
  readonly #lows = new Int32Array(STEP);
  #highs: Int32Array | undefined;

  constructor(bytes: Uint8Array, start: number, fail: Fail) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#fail = fail;
    this.#at = start;
    this.#blockSize = this.#unsigned();
    this.#miniblocks = this.#unsigned();
    this.count = this.#unsigned();
    this.#miniblockSize = this.#blockSize / this.#miniblocks;
    if (!(this.#miniblockSize > 0 && this.#miniblockSize % 8 === 0)) {
      throw fail(`delta blocks of ${this.#blockSize} values in ${this.#miniblocks} miniblocks`);
    }
    this.#zigzag();
    this.#low = this.#leastLow;
    this.#high = this.#leastHigh;
    this.#left = this.count;
    this.#miniblock = this.#miniblocks;
    this.#packed = { view: this.#view, start: 0, width: 0 };
  }

  /**
   * Reads the next `count` values of 32 bits into `out[at..]`.
   */
  readInts(out: Int32Array, at: number, count: number): void {
    let to = this.#begin(count, at);
    const end = at + count;
    if (to > at) out[at] = this.#low;
    const lows = this.#lows;
    let value = this.#low;
    while (to < end) {
      const step = this.#unpack(end - to, false);
      const least = this.#leastLow;
      for (let i = 0; i < step; i++) {
        value = (value + least + (lows[i] as number)) | 0;
        out[to + i] = value;
      }
      to += step;
    }
    this.#low = value;
  }

  /**
   * Reads the next `count` values of 64 bits: value i into `words[2 * i]` (low) and `words[2 * i + 1]`, from
   * i = `at`.
   */
  readLongs(words: Int32Array, at: number, count: number): void {
    let to = this.#begin(count, at);
    const end = at + count;
    if (to > at) {
      words[2 * at] = this.#low;
      words[2 * at + 1] = this.#high;
    }
    while (to < end) {
      const step = this.#unpack(end - to, true);
      this.#addLongs(words, to, step);
      to += step;
    }
  }

  #addLongs(words: Int32Array, at: number, count: number): void {
    const lows = this.#lows;
    const highs = this.#packed.width > 32 ? this.#highs : undefined;
    const leastLow = this.#leastLow >>> 0;
    const leastHigh = this.#leastHigh;
    let low = this.#low >>> 0;
    let high = this.#high;
    for (let i = 0, to = 2 * at; i < count; i++, to += 2) {
      const sum = low + leastLow + ((lows[i] as number) >>> 0);
      const carry = sum >= TWO_32 ? (sum >= 2 * TWO_32 ? 2 : 1) : 0;
      low = sum >>> 0;
      high = (high + leastHigh + carry) | 0;
      if (highs !== undefined) high = (high + (highs[i] as number)) | 0;
      words[to] = low;
      words[to + 1] = high;
    }
    this.#low = low | 0;
    this.#high = high;
  }

  /** Steps over the next `count` values. */
  skip(count: number): void {
    const scratch = new Int32Array(2 * Math.min(count, STEP));
    for (let done = 0; done < count; done += STEP) {
      this.readLongs(scratch, 0, Math.min(STEP, count - done));
    }
  }

  /**
   * The place behind all of the values, whether read or not. Good for a reader that has read nothing.
   */
  end(): number {
    const { 0: at, 1: left } = [this.#at, this.#left];
    for (let rest = left - 1; rest > 0; ) {
      this.#block();
      for (let m = 0; m < this.#miniblocks && rest > 0; m++, rest -= this.#miniblockSize) this.#next();
    }
    const end = this.#at;
    this.#at = at;
    this.#miniblock = this.#miniblocks;
    this.#inMiniblock = 0;
    return end;
  }

  /** Takes `count` values; where the second one goes if the first is the header's. */
  #begin(count: number, at: number): number {
    if (count > this.#left) throw this.#fail(`${this.count} delta values where more are needed`);
    this.#left -= count;
    if (this.#started || count === 0) return at;
    this.#started = true;
    return at + 1;
  }

  /** Unpacks up to `count` differences of one miniblock; how many. */
  #unpack(count: number, wide: boolean): number {
    if (this.#inMiniblock === 0) {
      if (this.#miniblock === this.#miniblocks) this.#block();
      this.#next();
    }
    const step = Math.min(count, this.#inMiniblock, STEP);
    const { width } = this.#packed;
    if (width === 0) this.#lows.fill(0, 0, step);
    else unpackInts(this.#packed, this.#read, this.#lows, 0, step);
    if (wide && width > 32) this.#unpackHighs(step);
    this.#read += step;
    this.#inMiniblock -= step;
    return step;
  }

  /** The words above the lowest 32 bits. Seldom: differences of more than 32 bits. */
  #unpackHighs(count: number): void {
    const { view, start, width } = this.#packed;
    this.#highs ??= new Int32Array(STEP);
    for (let i = 0; i < count; i++) {
      const bit = (this.#read + i) * width + 32;
      let at = start + Math.floor(bit / 8);
      let have = 8 - (bit % 8);
      const wanted = width - 32;
      let value = view.getUint8(at++) >>> (8 - have);
      for (; have < wanted; have += 8) value |= view.getUint8(at++) << have;
      this.#highs[i] = wanted === 32 ? value : value & ((1 << wanted) - 1);
    }
  }

  /** Reads the head of a block. */
  #block(): void {
    this.#zigzag();
    this.#widthsAt = this.#at;
    this.#at += this.#miniblocks;
    if (this.#at > this.#bytes.length) throw this.#fail(ENDS_EARLY);
    this.#miniblock = 0;
  }

  /** Stands at the next miniblock of the block. */
  #next(): void {
    const width = this.#bytes[this.#widthsAt + this.#miniblock] as number;
    if (width > 64) throw this.#fail(`delta values of ${width} bits`);
    this.#packed = { view: this.#view, start: this.#at, width };
    this.#at += (this.#miniblockSize / 8) * width;
    if (this.#at > this.#bytes.length) throw this.#fail(ENDS_EARLY);
    this.#miniblock++;
    this.#read = 0;
    this.#inMiniblock = this.#miniblockSize;
  }

  /** A varint of 32 bits. */
  #unsigned(): number {
    let value = 0;
    for (let i = 0, scale = 1; i < 5; i++, scale *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw this.#fail('a delta header does not end');
  }

  /** A zigzag varint of 64 bits, into the least difference. */
  #zigzag(): void {
    let low = 0;
    let high = 0;
    for (let i = 0; i < VARINT_BYTES_MAX; i++) {
      const byte = this.#byte();
      const bits = byte & 127;
      const shift = 7 * i;
      if (shift < 32) low |= bits << shift;
      if (shift >= 32) high |= bits << (shift - 32);
      else if (shift > 25) high |= bits >>> (32 - shift);
      if (byte < 128) {
        const sign = -(low & 1);
        this.#leastLow = ((low >>> 1) | (high << 31)) ^ sign;
        this.#leastHigh = (high >>> 1) ^ sign;
        return;
      }
    }
    throw this.#fail('a delta header does not end');
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw this.#fail(ENDS_EARLY);
    return byte;
  }
}

const ENDS_EARLY = 'the delta values end early';
