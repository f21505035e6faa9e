// The distinct values of a chunk of text or binaries, and rows that name them by their ids.

import { unsetBytes } from '../../arrow/index.ts';
import type { Fail } from '../encoding/index.ts';
import { type BytesTarget, COPY_SLACK, LONG_BYTES, type RowPlace } from './bytes-copy.ts';
import { type ParquetPage, pageFail } from './page-parts.ts';

/** A dictionary page, in memory of its own. */
export class BytesDictionary {
  readonly #bytes: DataView;
  /** Where each value begins, and its length. */
  readonly #starts: Int32Array;
  readonly #lengths: Int32Array;

  /** `length` of every value, 0 when each says its own. Errors: FILE_CORRUPT. */
  constructor(page: ParquetPage, length: number) {
    const { body } = page;
    const { valueCount } = page.header;
    const fail = pageFail(page);
    if (valueCount < 0 || valueCount > body.length / (length === 0 ? 4 : length))
      throw fail(`a dictionary of ${valueCount} values`);
    const bytes = unsetBytes(body.length + COPY_SLACK);
    bytes.set(body);
    const view = new DataView(bytes.buffer);
    const starts = new Int32Array(valueCount);
    const lengths = new Int32Array(valueCount);
    let at = 0;
    for (let i = 0; i < valueCount; i++) {
      let size = length;
      if (length === 0) {
        size = at + 4 > body.length ? -1 : view.getInt32(at, true);
        at += 4;
      }
      if (size < 0 || size > body.length - at) throw fail('values beyond their page');
      starts[i] = at;
      lengths[i] = size;
      at += size;
    }
    this.#bytes = view;
    this.#starts = starts;
    this.#lengths = lengths;
  }

  /** As `walkPlain`: the values of `ids` from id `from` on. */
  measure(
    ids: Int32Array,
    from: number,
    offsets: Int32Array,
    place: RowPlace & { readonly bytesMax: number },
    fail: Fail,
  ): number {
    const { row, rows, bits, bit, bytesMax } = place;
    const lengths = this.#lengths;
    const size = lengths.length;
    let write = offsets[row] as number;
    const last = Math.min(Number.MAX_SAFE_INTEGER, write + bytesMax);
    for (let i = 0, k = from; i < rows; i++) {
      if (bits === null || (((bits[(bit + i) >> 3] as number) >> ((bit + i) & 7)) & 1) === 1) {
        const id = ids[k++] as number;
        if (id >>> 0 >= size) throw fail('a value that is not in the dictionary');
        const bytes = lengths[id] as number;
        if (write + bytes > last) return i;
        write += bytes;
      }
      offsets[row + i + 1] = write;
    }
    return rows;
  }

  /** As `copyPlain`; the next id. */
  copy(ids: Int32Array, from: number, offsets: Int32Array, target: BytesTarget, place: RowPlace): number {
    const { row, rows, bits, bit } = place;
    const { view, bytes } = target;
    const source = this.#bytes;
    const starts = this.#starts;
    let write = offsets[row] as number;
    let k = from;
    for (let i = 0; i < rows; i++) {
      if (bits !== null && (((bits[(bit + i) >> 3] as number) >> ((bit + i) & 7)) & 1) === 0) continue;
      const end = offsets[row + i + 1] as number;
      const count = end - write;
      const at = starts[ids[k++] as number] as number;
      if (count < LONG_BYTES) {
        for (let b = 0; b < count; b += 8)
          view.setBigInt64(write + b, source.getBigInt64(at + b, true), true);
      } else {
        bytes.set(new Uint8Array(source.buffer, at, count), write);
      }
      write = end;
    }
    return k;
  }
}
