// Rows of text and binaries picked from other vectors, and the offsets of rows of any length.
import { LakeError } from '../../base/index.ts';
import { unsetBytes } from './spare.ts';
import type { BytesVector, ListVector } from './vector.ts';

/** Bytes and elements one vector may hold: its offsets are signed 32-bit. */
export const OFFSET_MAX = 2147483647;

/** Below this a loop copies bytes faster than a call does. */
const COPY_BY_LOOP_MAX = 96;
/** Bytes copied at once, so that up to seven more than asked for are read and written. */
export const STRIDE = 8;

/**
 * Picks cells of one column of text: their offsets are known, from 0 on; their bytes go to the beginning of
 * `to`, which has `STRIDE` bytes more than they need.
 */
export function copyCells(source: BytesVector, rows: Int32Array, offsets: Int32Array, to: ArrayBuffer): void {
  const out = { values: new Uint8Array(to), view: new DataView(to), offsets };
  copyBytes(source, out, rows, rows.length);
}

/** Picks rows of text or binaries. See `gather`; `validity` is that of the result. */
export function gatherBytes(
  sources: readonly BytesVector[],
  which: Int32Array,
  rows: Int32Array,
  count: number,
  validity: Uint8Array | null,
): BytesVector {
  if (validity === null) return gatherValidBytes(sources, which, rows, count);
  const offsets = gatherOffsets(sources, which, rows, count, validity);
  const total = offsets[count] as number;
  // Rows are written in order: what is written behind one is overwritten by the next.
  const buffer = new ArrayBuffer(total + STRIDE);
  const values = new Uint8Array(buffer, 0, total);
  const view = new DataView(buffer);
  if (sources.length === 1) copyBytes(sources[0] as BytesVector, { values, view, offsets }, rows, count);
  else copyBytesOfMany(sources, { values, view, offsets }, which, rows, count);
  return { layout: 'bytes', length: count, validity, offsets, values };
}

/** Where gathered bytes go: the offsets are known, the values are to be set. `view` has `STRIDE` more. */
interface BytesOut {
  readonly values: Uint8Array;
  readonly view: DataView;
  readonly offsets: Int32Array;
}

/** Copies bytes `start` to `stop` of `array` to `to`. */
function copyLong(array: Uint8Array, start: number, stop: number, out: Uint8Array, to: number): void {
  out.set(array.subarray(start, stop), to);
}

function copyBytes(
  { offsets: from, values: array }: BytesVector,
  { values: out, view: outView, offsets }: BytesOut,
  rows: Int32Array,
  count: number,
): void {
  const view = new DataView(array.buffer, array.byteOffset, array.byteLength);
  const strideEnd = array.length - STRIDE;
  for (let i = 0; i < count; ) {
    const to = offsets[i] as number;
    if (offsets[i + 1] === to) {
      i++;
      continue;
    }
    const row = rows[i] as number;
    const start = from[row] as number;
    let stop = from[row + 1] as number;
    // Neighbours that stay neighbours are copied together; of a null among them there is nothing to copy.
    let last = i + 1;
    while (
      last < count &&
      rows[last] === row + (last - i) &&
      (offsets[last + 1] as number) - to === (from[row + (last - i) + 1] as number) - start
    ) {
      stop = from[row + (last - i) + 1] as number;
      last++;
    }
    if (stop - start <= COPY_BY_LOOP_MAX && stop <= strideEnd) {
      for (let a = start, b = to; a < stop; a += STRIDE, b += STRIDE) {
        outView.setBigUint64(b, view.getBigUint64(a, true), true);
      }
    } else copyLong(array, start, stop, out, to);
    i = last;
  }
}

function copyBytesOfMany(
  sources: readonly BytesVector[],
  { values: out, view: outView, offsets }: BytesOut,
  which: Int32Array,
  rows: Int32Array,
  count: number,
): void {
  const sourceOffsets = sources.map((source) => source.offsets);
  const arrays = sources.map((source) => source.values);
  const views = arrays.map((array) => new DataView(array.buffer, array.byteOffset, array.byteLength));
  for (let i = 0; i < count; ) {
    const to = offsets[i] as number;
    if (offsets[i + 1] === to) {
      i++;
      continue;
    }
    const source = which[i] as number;
    const row = rows[i] as number;
    const array = arrays[source] as Uint8Array;
    const from = sourceOffsets[source] as Int32Array;
    const start = from[row] as number;
    let stop = from[row + 1] as number;
    let last = i + 1;
    while (
      last < count &&
      which[last] === source &&
      rows[last] === row + (last - i) &&
      (offsets[last + 1] as number) - to === (from[row + (last - i) + 1] as number) - start
    ) {
      stop = from[row + (last - i) + 1] as number;
      last++;
    }
    if (stop - start <= COPY_BY_LOOP_MAX && stop + STRIDE <= array.length) {
      const view = views[source] as DataView;
      for (let a = start, b = to; a < stop; a += STRIDE, b += STRIDE) {
        outView.setBigUint64(b, view.getBigUint64(a, true), true);
      }
    } else copyLong(array, start, stop, out, to);
    i = last;
  }
}

/** Where runs of neighbouring rows begin; used within one call only. */
let runStarts = new Int32Array(0);

/** As `gatherBytes`, when every row is valid: rows that stay neighbours are looked at and copied together. */
function gatherValidBytes(
  sources: readonly BytesVector[],
  which: Int32Array,
  rows: Int32Array,
  count: number,
): BytesVector {
  if (runStarts.length <= count) runStarts = new Int32Array(count + 8192);
  const starts = runStarts;
  const sourceOffsets = sources.map((source) => source.offsets);
  let runs = 0;
  let total = 0;
  for (let i = 0; i < count; ) {
    starts[runs++] = i;
    const source = which[i] as number;
    const row = rows[i] as number;
    const behind = row - i;
    let end = i + 1;
    while (end < count && rows[end] === behind + end && which[end] === source) end++;
    const from = sourceOffsets[source] as Int32Array;
    total += (from[behind + end] as number) - (from[row] as number);
    if (total > OFFSET_MAX) throw tooMuch();
    i = end;
  }
  starts[runs] = count;
  const offsets = new Int32Array(count + 1);
  const { buffer } = unsetBytes(total + STRIDE);
  const out = new Uint8Array(buffer, 0, total);
  const view = new DataView(buffer);
  const arrays = sources.map((source) => source.values);
  const views = arrays.map((array) => new DataView(array.buffer, array.byteOffset, array.byteLength));
  let to = 0;
  for (let r = 0; r < runs; r++) {
    const i = starts[r] as number;
    const end = starts[r + 1] as number;
    const source = which[i] as number;
    const from = sourceOffsets[source] as Int32Array;
    const behind = (rows[i] as number) - i;
    const start = from[behind + i] as number;
    const moved = to - start;
    for (let k = i + 1; k <= end; k++) offsets[k] = (from[behind + k] as number) + moved;
    const stop = from[behind + end] as number;
    const array = arrays[source] as Uint8Array;
    if (stop - start <= COPY_BY_LOOP_MAX && stop + STRIDE <= array.length) {
      const bytes = views[source] as DataView;
      for (let a = start, b = to; a < stop; a += STRIDE, b += STRIDE) {
        view.setBigUint64(b, bytes.getBigUint64(a, true), true);
      }
    } else out.set(array.subarray(start, stop), to);
    to += stop - start;
  }
  return { layout: 'bytes', length: count, validity: null, offsets, values: out };
}

function tooMuch(): LakeError {
  const text = `One batch would hold more than ${OFFSET_MAX} bytes in a column`;
  return new LakeError('LIMIT_EXCEEDED', text, { limit: 'OFFSET_MAX' });
}

/** Offsets of the picked rows, starting at 0; null rows are empty. */
export function gatherOffsets(
  sources: readonly (BytesVector | ListVector)[],
  which: Int32Array,
  rows: Int32Array,
  count: number,
  validity: Uint8Array | null,
): Int32Array {
  const sourceOffsets = sources.map((source) => source.offsets);
  const offsets = new Int32Array(count + 1);
  let total = 0;
  for (let i = 0; i < count; i++) {
    if (validity === null || (((validity[i >> 3] as number) >> (i & 7)) & 1) === 1) {
      const from = sourceOffsets[which[i] as number] as Int32Array;
      const row = rows[i] as number;
      total += (from[row + 1] as number) - (from[row] as number);
      if (total > OFFSET_MAX) throw tooMuch();
    }
    offsets[i + 1] = total;
  }
  return offsets;
}
