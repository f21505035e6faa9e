// Lengths and bytes of plain binaries, in two passes: the first makes offsets, the second copies. Eight bytes
// are copied at once: most text is short.
import type { Fail } from '../encoding/index.ts';

/** Bytes behind what is copied that may be written, too. */
export const COPY_SLACK = 8;

/** From here on a call that copies memory is faster than a loop. */
export const LONG_BYTES = 96;

/** Rows to measure or copy: `bits` from `bit` on say which of them hold values; null: all. */
export interface RowPlace {
  readonly row: number;
  readonly rows: number;
  readonly bits: Uint8Array | null;
  readonly bit: number;
}

/** Bytes being written, both ways. */
export interface BytesTarget {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/**
 * Writes the ends of the rows' values behind `offsets[row]`; how many rows stay within `bytesMax`.
 *
 * Shape   `length` of every value, 0 when each says its own. Null rows end where they begin.
 * Errors  FILE_CORRUPT for a value beyond its page.
 */
export function walkPlain(
  source: DataView,
  from: number,
  length: number,
  offsets: Int32Array,
  place: RowPlace & { readonly bytesMax: number },
  fail: Fail,
): number {
  const { row, rows, bits, bit, bytesMax } = place;
  const size = source.byteLength;
  const first = offsets[row] as number;
  const last = Math.min(Number.MAX_SAFE_INTEGER, first + bytesMax);
  let write = first;
  let at = from;
  for (let i = 0; i < rows; i++) {
    if (bits === null || (((bits[(bit + i) >> 3] as number) >> ((bit + i) & 7)) & 1) === 1) {
      let bytes = length;
      if (length === 0) {
        if (at + 4 > size) throw fail('values beyond their page');
        bytes = source.getInt32(at, true);
        at += 4;
        if (bytes < 0) throw fail('a value of a negative length');
      }
      at += bytes;
      if (at > size) throw fail('values beyond their page');
      if (write + bytes > last) return i;
      write += bytes;
    }
    offsets[row + i + 1] = write;
  }
  return rows;
}

/** Copies values that `walkPlain` measured; where the next one begins. */
export function copyPlain(
  source: DataView,
  from: number,
  length: number,
  offsets: Int32Array,
  target: BytesTarget,
  place: RowPlace,
): number {
  const { row, rows, bits, bit } = place;
  const { view, bytes } = target;
  const head = length === 0 ? 4 : 0;
  const safe = source.byteLength - COPY_SLACK;
  let write = offsets[row] as number;
  let at = from;
  for (let i = 0; i < rows; i++) {
    if (bits !== null && (((bits[(bit + i) >> 3] as number) >> ((bit + i) & 7)) & 1) === 0) continue;
    const end = offsets[row + i + 1] as number;
    const count = end - write;
    at += head;
    if (count < LONG_BYTES && at + count <= safe) {
      for (let k = 0; k < count; k += 8) view.setBigInt64(write + k, source.getBigInt64(at + k, true), true);
    } else {
      bytes.set(new Uint8Array(source.buffer, source.byteOffset + at, count), write);
    }
    at += count;
    write = end;
  }
  return at;
}
