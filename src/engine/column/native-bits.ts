// Validity bits and booleans gathered from DuckDB vectors at any bit position.

import { Spare } from '../../codec/index.ts';
import type { Address, NativeLibrary } from '../duckdb-native.ts';

/** Rows looked at in one step, DuckDB's vector size: scratch buffers are this long. */
export const WINDOW_ROWS = 2048;

/** Bytes a bit set begins with. */
const BITS_BYTES_MIN = 256;

/** A growing bit set, least significant bit first. */
export class Bits {
  bytes = new Uint8Array(BITS_BYTES_MIN);
  length = 0;
  #used = false;

  /** Hands the bits out and starts anew, in memory of `spare` where it has some. */
  take(spare: Spare<Uint8Array<ArrayBuffer>>): Uint8Array {
    const used = (this.length + 7) >> 3;
    const out = this.bytes.subarray(0, used);
    const free = spare.swap(this.bytes, used);
    this.bytes = free ?? new Uint8Array(Math.max(BITS_BYTES_MIN, used + 1));
    // Whoever has the bits handed out before may read them until something is appended.
    this.#used = free !== undefined;
    this.length = 0;
    return out;
  }

  /** Appends `count` bits of `source` from bit `from` on. */
  append(source: Uint8Array, from: number, count: number): void {
    const end = this.length + count;
    this.#grow(end);
    if (((this.length | from) & 7) === 0) {
      this.bytes.set(source.subarray(from >> 3, (from + count + 7) >> 3), this.length >> 3);
    } else {
      this.#shift(source, from, count);
    }
    this.length = end;
    this.#clearTail();
  }

  /** Appends `count` ones. */
  appendOnes(count: number): void {
    const end = this.length + count;
    this.#grow(end);
    let i = this.length;
    for (; i < end && (i & 7) !== 0; i++)
      this.bytes[i >> 3] = (this.bytes[i >> 3] as number) | (1 << (i & 7));
    if (i < end) this.bytes.fill(255, i >> 3, (end + 7) >> 3);
    this.length = end;
    this.#clearTail();
  }

  /** Appends one bit a byte: 0 is 0, anything else 1. */
  appendBytes(source: Uint8Array, count: number): void {
    const end = this.length + count;
    this.#grow(end);
    for (let i = 0, at = this.length; i < count; i++, at++) {
      if (source[i] !== 0) this.bytes[at >> 3] = (this.bytes[at >> 3] as number) | (1 << (at & 7));
    }
    this.length = end;
  }

  #shift(source: Uint8Array, from: number, count: number): void {
    const bytes = this.bytes;
    for (let i = 0, at = this.length, s = from; i < count; i++, at++, s++) {
      const bit = ((source[s >> 3] as number) >> (s & 7)) & 1;
      bytes[at >> 3] = (bytes[at >> 3] as number) | (bit << (at & 7));
    }
  }

  /** Bits beyond the length are kept zero, so that appending may only set. */
  #clearTail(): void {
    const rest = this.length & 7;
    if (rest !== 0) {
      const last = this.length >> 3;
      this.bytes[last] = (this.bytes[last] as number) & ((1 << rest) - 1);
      this.bytes.fill(0, last + 1, last + 2);
    }
  }

  #grow(bits: number): void {
    if (this.#used) this.bytes.fill(0);
    this.#used = false;
    const need = ((bits + 7) >> 3) + 1;
    if (need <= this.bytes.length) return;
    const bytes = new Uint8Array(Math.max(need, this.bytes.length * 2));
    bytes.set(this.bytes);
    this.bytes = bytes;
  }
}

/** Reads a piece of a vector's validity mask into memory of its own. */
export class ValidityWindow {
  readonly #scratch = new Uint8Array((WINDOW_ROWS >> 3) + 64);
  readonly #aligned = new Uint8Array((WINDOW_ROWS >> 3) + 64);

  /** Validity of `count` (at most WINDOW_ROWS) rows, bit 0 the row `from`; null when all are valid. */
  read(native: NativeLibrary, mask: Address, from: number, count: number): Uint8Array | null {
    if (mask === 0) return null;
    const first = from >> 3;
    const bytes = ((from + count + 7) >> 3) - first;
    native.memcpy(this.#scratch, mask + first, bytes);
    let window = this.#scratch;
    const shift = from & 7;
    if (shift !== 0) {
      window = this.#aligned;
      for (let i = 0; i < bytes; i++) {
        const next = i + 1 < bytes ? (this.#scratch[i + 1] as number) : 0;
        window[i] = ((this.#scratch[i] as number) >> shift) | (next << (8 - shift));
      }
    }
    return allOnes(window, count) ? null : window;
  }
}

/**
 * The validity of a column being built.
 *
 * Shape   `window` is the validity of the rows appended last (bit 0 = the first of them), null when all are
 *         valid.
 */
export class Validity {
  readonly #reader = new ValidityWindow();
  readonly #spare: Spare<Uint8Array<ArrayBuffer>>;
  #bits: Bits | undefined;
  #nulls = false;
  #rows = 0;
  window: Uint8Array | null = null;

  constructor(reuse: boolean) {
    this.#spare = new Spare(reuse);
  }

  /** Appends `count` (at most WINDOW_ROWS) rows of a vector's validity mask, from row `from` on. */
  append(native: NativeLibrary, mask: Address, from: number, count: number): void {
    this.window = this.#reader.read(native, mask, from, count);
    if (this.window === null) {
      if (this.#nulls) this.#bits?.appendOnes(count);
    } else {
      this.#bits ??= new Bits();
      if (!this.#nulls) this.#bits.appendOnes(this.#rows);
      this.#nulls = true;
      this.#bits.append(this.window, 0, count);
    }
    this.#rows += count;
  }

  /** The finished bits, or null when every row is valid; starts anew. */
  take(): Uint8Array | null {
    const nulls = this.#nulls;
    this.#nulls = false;
    this.#rows = 0;
    return nulls && this.#bits !== undefined ? this.#bits.take(this.#spare) : null;
  }
}

function allOnes(bits: Uint8Array, count: number): boolean {
  const whole = count >> 3;
  for (let i = 0; i < whole; i++) if (bits[i] !== 255) return false;
  const rest = count & 7;
  return rest === 0 || ((bits[whole] as number) & ((1 << rest) - 1)) === (1 << rest) - 1;
}

/** True when row `i` of a window is valid. */
export function validAt(window: Uint8Array | null, i: number): boolean {
  return window === null || (((window[i >> 3] as number) >> (i & 7)) & 1) === 1;
}
