// Where values of varying length are decoded to: one after the other, with the places where they end.
import { LakeError } from '../../../base/index.ts';
import { OFFSET_MAX } from '../../arrow/index.ts';

/** Bytes a sink has room for at first, for each value. */
const BYTES_A_VALUE = 16;

/**
 * Values of varying length, growing.
 *
 * Shape   `count` values; value i is `values[offsets[i]..offsets[i + 1]]`, `offsets[0]` is 0.
 * Limits  `OFFSET_MAX` bytes; grows by doubling.
 * Errors  LIMIT_EXCEEDED beyond that.
 */
export class BytesSink {
  offsets: Int32Array;
  values: Uint8Array;
  count = 0;

  constructor(capacity: number) {
    this.offsets = new Int32Array(capacity + 1);
    this.values = new Uint8Array(capacity * BYTES_A_VALUE);
  }

  /** Bytes of all values. */
  get size(): number {
    return this.offsets[this.count] as number;
  }

  /** Lets go of the values; memory is kept. */
  clear(): void {
    this.count = 0;
  }

  /** Lets go of the first `count` values. */
  drop(count: number): void {
    const start = this.offsets[count] as number;
    const left = this.count - count;
    this.values.copyWithin(0, start, this.size);
    for (let i = 0; i <= left; i++) this.offsets[i] = (this.offsets[count + i] as number) - start;
    this.count = left;
  }

  /** Makes room for `count` more values of `bytes` bytes together. */
  reserve(count: number, bytes: number): void {
    const rows = this.count + count + 1;
    if (rows > this.offsets.length) {
      const grown = new Int32Array(Math.max(rows, 2 * this.offsets.length));
      grown.set(this.offsets);
      this.offsets = grown;
    }
    const { size } = this;
    const wanted = size + bytes;
    if (wanted <= this.values.length) return;
    if (wanted > OFFSET_MAX) {
      const text = `One column of a batch would hold more than ${OFFSET_MAX} bytes`;
      throw new LakeError('LIMIT_EXCEEDED', text, { limit: 'OFFSET_MAX' });
    }
    const grown = new Uint8Array(Math.min(OFFSET_MAX, Math.max(wanted, 2 * this.values.length)));
    grown.set(this.values.subarray(0, size));
    this.values = grown;
  }
}
