// A place in the bytes of a block, and Avro's primitive encodings read from there. Nothing is read beyond the
// end.
import { Buffer } from 'node:buffer';
import { corrupt, type LakeError } from '../../base/index.ts';

const TWO_32 = 4294967296;

/**
 * Reads Avro's binary encoding.
 *
 * Shape   64-bit integers are left in `low` and `high` (signed 32-bit words) by `longWords`; `long` and
 *         `safeLong` put them together.
 * Errors  `FILE_CORRUPT` naming the file, the offset of the block in it and the byte inside the block.
 * Source  Avro 1.12 specification, "Binary Encoding".
 */
export class Cursor {
  readonly file: string;
  low = 0;
  high = 0;
  at = 0;
  end = 0;
  /** True once a read failed because the bytes ended. */
  overrun = false;
  bytes: Buffer = Buffer.alloc(0);
  private view: DataView = new DataView(new ArrayBuffer(0));
  private offset = 0;

  constructor(file: string) {
    this.file = file;
  }

  /** Starts at the first of `bytes`, which are the content of the block at `offset` of the file. */
  open(bytes: Uint8Array, offset: number): void {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.at = 0;
    this.end = bytes.length;
    this.offset = offset;
    this.overrun = false;
  }

  boolean(): boolean {
    const b = this.byte();
    if (b > 1) throw this.bad(`boolean of ${b}`);
    return b === 1;
  }

  int(): number {
    const { bytes } = this;
    let at = this.at;
    if (at < this.end) {
      const b = bytes[at] as number;
      if (b < 0x80) {
        this.at = at + 1;
        return (b >>> 1) ^ -(b & 1);
      }
    }
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (at >= this.end) throw this.ends();
      const b = bytes[at++] as number;
      if (shift === 28 && (b & 0x70) !== 0) break;
      value |= (b & 0x7f) << shift;
      if (b < 0x80) {
        this.at = at;
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw this.bad('integer of more than 32 bits');
  }

  /** Reads a long into `low` and `high`. */
  longWords(): void {
    const { bytes } = this;
    let at = this.at;
    let b = at < this.end ? (bytes[at++] as number) : this.need();
    if (b < 0x80) {
      const value = (b >>> 1) ^ -(b & 1);
      this.at = at;
      this.low = value;
      this.high = value >> 31;
      return;
    }
    let low = b & 0x7f;
    let middle = 0;
    let top = 0;
    for (let i = 1; ; i++) {
      if (at >= this.end) throw this.ends();
      if (i > 9) throw this.bad('integer of more than 64 bits');
      b = bytes[at++] as number;
      if (i < 4) low |= (b & 0x7f) << (7 * i);
      else if (i < 8) middle |= (b & 0x7f) << (7 * (i - 4));
      else top |= (b & 0x7f) << (7 * (i - 8));
      if (b < 0x80) {
        if (i === 9 && b > 1) throw this.bad('integer of more than 64 bits');
        break;
      }
    }
    this.at = at;
    const lowWord = low | (middle << 28);
    const highWord = (middle >>> 4) | (top << 24);
    const sign = -(lowWord & 1);
    this.low = ((lowWord >>> 1) | (highWord << 31)) ^ sign;
    this.high = (highWord >>> 1) ^ sign;
  }

  long(): bigint {
    this.longWords();
    return this.joined();
  }

  /** The long in `low` and `high`. */
  joined(): bigint {
    const { low, high } = this;
    if (high === low >> 31) return BigInt(low);
    if (high >= -0x200000 && high < 0x200000) return BigInt(high * TWO_32 + (low >>> 0));
    return (BigInt(high) << 32n) | BigInt(low >>> 0);
  }

  /** A long that must lie within ±2^53. */
  safeLong(): number {
    this.longWords();
    if (this.high === this.low >> 31) return this.low;
    if (this.high < -0x200000 || this.high >= 0x200000) throw this.bad('integer beyond 2^53');
    return this.high * TWO_32 + (this.low >>> 0);
  }

  float(): number {
    const { at } = this;
    this.skip(4);
    return this.view.getFloat32(at, true);
  }

  double(): number {
    const { at } = this;
    this.skip(8);
    return this.view.getFloat64(at, true);
  }

  /** The length in front of bytes or a string; that many bytes are there. */
  length(): number {
    this.longWords();
    const { low } = this;
    if (this.high !== 0 || low < 0) throw this.bad('bad length');
    if (low > this.end - this.at) throw this.ends();
    return low;
  }

  /** The length of bytes that have no length in front; that many bytes are there. */
  fixed(size: number): number {
    if (size > this.end - this.at) throw this.ends();
    return size;
  }

  string(): string {
    const length = this.length();
    const start = this.at;
    this.at = start + length;
    if (length === 0) return '';
    return this.bytes.toString('utf8', start, start + length);
  }

  /** The index of a union's branch. */
  branch(count: number): number {
    const index = this.int();
    if (index < 0 || index >= count) throw this.bad(`branch ${index} of a union of ${count}`);
    return index;
  }

  /**
   * The items in the next block of an array or map; 0 ends it. `itemBytesMin` bytes an item (at least one)
   * must be there, so that no count makes more work than there are bytes.
   */
  items(itemBytesMin: number): number {
    const count = this.count();
    if (count === 0) return 0;
    if (count < 0) this.length();
    const items = Math.abs(count);
    if (items > (this.end - this.at) / Math.max(1, itemBytesMin)) throw this.ends();
    return items;
  }

  /**
   * Skips the whole array or map when its blocks say their size; else returns the items of the next block, 0
   * at the end.
   */
  itemsToSkip(itemBytesMin: number): number {
    for (;;) {
      const count = this.count();
      if (count === 0) return 0;
      if (count > 0) {
        if (count > (this.end - this.at) / Math.max(1, itemBytesMin)) throw this.ends();
        return count;
      }
      this.skip(this.length());
    }
  }

  skip(count: number): void {
    if (count > this.end - this.at) throw this.ends();
    this.at += count;
  }

  bad(what: string): LakeError {
    return corrupt(this.file, this.offset, `${what} (byte ${this.at} inside)`);
  }

  private count(): number {
    this.longWords();
    const { low, high } = this;
    // -2^31 has no absolute value of 32 bits.
    if (high !== low >> 31 || low === -0x80000000) throw this.bad('bad item count');
    return low;
  }

  private byte(): number {
    if (this.at >= this.end) throw this.ends();
    return this.bytes[this.at++] as number;
  }

  private need(): never {
    throw this.ends();
  }

  private ends(): LakeError {
    this.overrun = true;
    return this.bad('Avro data ends early');
  }
}
