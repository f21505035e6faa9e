// Builds a vector from rows of other vectors: the one place where merged rows are copied. Works in whole
// columns; a row object never exists here. Loops over rows are the last thing their function does, or all but
// a plain return: V8 replaces a running loop by compiled code that knows nothing of what follows it, and what
// it does not know sends it back to slow code, call after call.
import { LakeError } from '../../base/index.ts';
import { gatherBytes, gatherOffsets } from './gather-bytes.ts';
import type {
  BoolVector,
  BytesVector,
  FloatVector,
  IntVector,
  ListVector,
  LongVector,
  StructVector,
  Vector,
  WideVector,
} from './vector.ts';

/**
 * Picks rows from several vectors of one layout into a new vector.
 *
 * Shape   output row i is row `rows[i]` of `sources[which[i]]`; `rows[i] < 0` makes it null (`which[i]` must
 *         still be valid). Only the first `count` entries of `which` and `rows` are used. `sources` are never
 *         empty and share one layout.
 * Limits  variable-length data of the result is at most `OFFSET_MAX` bytes or elements.
 * Errors  LIMIT_EXCEEDED beyond that. Positions outside a source are our bug and give meaningless rows.
 */
export function gather(
  sources: readonly Vector[],
  which: Int32Array,
  rows: Int32Array,
  count: number,
): Vector {
  const validity = gatherValidity(sources, which, rows, count);
  const first = sources[0];
  if (first === undefined) throw new LakeError('BUG', 'gather needs at least one source');
  switch (first.layout) {
    case 'bool': {
      const values = gatherBools(sources as readonly BoolVector[], which, rows, count);
      return { layout: 'bool', length: count, validity, values };
    }
    case 'i8':
    case 'i16':
    case 'i32': {
      const values = gatherInts(sources as readonly IntVector[], which, rows, count);
      return { layout: first.layout, length: count, validity, values };
    }
    case 'f32':
    case 'f64':
      return gatherFloats(sources as readonly FloatVector[], which, rows, count, validity);
    case 'i64': {
      const values = gatherWords(sources as readonly LongVector[], which, rows, count, 2);
      return { layout: 'i64', length: count, validity, values };
    }
    case 'i128': {
      const values = gatherWords(sources as readonly WideVector[], which, rows, count, 4);
      return { layout: 'i128', length: count, validity, values };
    }
    case 'bytes':
      return gatherBytes(sources as readonly BytesVector[], which, rows, count, validity);
    case 'list':
      return gatherLists(sources as readonly ListVector[], which, rows, count, validity);
    case 'struct':
      return gatherStructs(sources as readonly StructVector[], which, rows, count, validity);
  }
}

/** Picks rows of one vector; a negative row makes a null. See `gather`. */
export function take(vector: Vector, rows: Int32Array, count = rows.length): Vector {
  return gather([vector], zeros(count), rows, count);
}

let zeroRows = new Int32Array(0);
/** `count` zeros that nobody writes to. */
function zeros(count: number): Int32Array {
  if (zeroRows.length < count) zeroRows = new Int32Array(Math.max(count, 8192));
  return zeroRows;
}

function gatherValidity(
  sources: readonly Vector[],
  which: Int32Array,
  rows: Int32Array,
  count: number,
): Uint8Array | null {
  let plain = true;
  for (const source of sources) if (source.validity !== null) plain = false;
  if (plain) {
    let lowest = 0;
    for (let i = 0; i < count; i++) lowest |= rows[i] as number;
    if (lowest >= 0) return null;
  }
  const bits = new Uint8Array((count + 7) >> 3);
  const validities = sources.map((source) => source.validity);
  let ones = 0;
  let byte = 0;
  for (let i = 0; i < count; i++) {
    const row = rows[i] as number;
    let bit = 0;
    if (row >= 0) {
      const valid = validities[which[i] as number] as Uint8Array | null;
      bit = valid === null ? 1 : ((valid[row >> 3] as number) >> (row & 7)) & 1;
    }
    ones += bit;
    byte |= bit << (i & 7);
    if ((i & 7) === 7) {
      bits[i >> 3] = byte;
      byte = 0;
    }
  }
  if ((count & 7) !== 0) bits[count >> 3] = byte;
  return ones === count ? null : bits;
}

function gatherBools(
  sources: readonly BoolVector[],
  which: Int32Array,
  rows: Int32Array,
  count: number,
): Uint8Array {
  const arrays = sources.map((source) => source.values);
  const out = new Uint8Array((count + 7) >> 3);
  for (let i = 0; i < count; i++) {
    const row = rows[i] as number;
    if (row < 0) continue;
    const bit = (((arrays[which[i] as number] as Uint8Array)[row >> 3] as number) >> (row & 7)) & 1;
    out[i >> 3] = (out[i >> 3] as number) | (bit << (i & 7));
  }
  return out;
}

function gatherInts(
  sources: readonly IntVector[],
  which: Int32Array,
  rows: Int32Array,
  count: number,
): Int8Array | Int16Array | Int32Array {
  const { layout } = sources[0] as IntVector;
  const arrays = sources.map((source) => source.values);
  switch (layout) {
    case 'i8': {
      const out = new Int8Array(count);
      moveInts(arrays as readonly Int8Array[], out, which, rows);
      return out;
    }
    case 'i16': {
      const out = new Int16Array(count);
      moveInts(arrays as readonly Int16Array[], out, which, rows);
      return out;
    }
    default: {
      const out = new Int32Array(count);
      moveWords(arrays as readonly Int32Array[], out, which, rows, count, 1);
      return out;
    }
  }
}

function moveInts<T extends Int8Array | Int16Array>(
  arrays: readonly T[],
  out: T,
  which: Int32Array,
  rows: Int32Array,
): void {
  for (let i = 0; i < out.length; i++) {
    const row = rows[i] as number;
    if (row >= 0) out[i] = (arrays[which[i] as number] as T)[row] as number;
  }
}

// Float bits are moved as integers, so that a NaN keeps its payload.
function gatherFloats(
  sources: readonly FloatVector[],
  which: Int32Array,
  rows: Int32Array,
  count: number,
  validity: Uint8Array | null,
): FloatVector {
  const layout = (sources[0] as FloatVector).layout;
  if (layout === 'f64') {
    const values = new Float64Array(count);
    moveWords(words(sources), new Int32Array(values.buffer), which, rows, count, 2);
    return { layout, length: count, validity, values };
  }
  const values = new Float32Array(count);
  moveWords(words(sources), new Int32Array(values.buffer), which, rows, count, 1);
  return { layout, length: count, validity, values };
}

function gatherWords(
  sources: readonly (LongVector | WideVector)[],
  which: Int32Array,
  rows: Int32Array,
  count: number,
  width: number,
): BigInt64Array {
  const values = new BigInt64Array((count * width) / 2);
  moveWords(words(sources), new Int32Array(values.buffer), which, rows, count, width);
  return values;
}

/** The values of fixed-width vectors as 32-bit words. */
function words(sources: readonly (LongVector | WideVector | FloatVector)[]): Int32Array[] {
  return sources.map(
    ({ values }) => new Int32Array(values.buffer, values.byteOffset, values.byteLength >> 2),
  );
}

function moveWords(
  arrays: readonly Int32Array[],
  out: Int32Array,
  which: Int32Array,
  rows: Int32Array,
  count: number,
  width: number,
): void {
  if (width === 1) moveSingles(arrays, out, which, rows, count);
  else if (width === 2) moveDoubles(arrays, out, which, rows, count);
  else moveWide(arrays, out, which, rows, count, width);
}

function moveSingles(
  arrays: readonly Int32Array[],
  out: Int32Array,
  which: Int32Array,
  rows: Int32Array,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const row = rows[i] as number;
    if (row >= 0) out[i] = (arrays[which[i] as number] as Int32Array)[row] as number;
  }
}

function moveDoubles(
  arrays: readonly Int32Array[],
  out: Int32Array,
  which: Int32Array,
  rows: Int32Array,
  count: number,
): void {
  for (let i = 0, to = 0; i < count; i++, to += 2) {
    const row = rows[i] as number;
    if (row < 0) continue;
    const array = arrays[which[i] as number] as Int32Array;
    out[to] = array[2 * row] as number;
    out[to + 1] = array[2 * row + 1] as number;
  }
}

function moveWide(
  arrays: readonly Int32Array[],
  out: Int32Array,
  which: Int32Array,
  rows: Int32Array,
  count: number,
  width: number,
): void {
  for (let i = 0; i < count; i++) {
    const row = rows[i] as number;
    if (row < 0) continue;
    const array = arrays[which[i] as number] as Int32Array;
    for (let w = 0; w < width; w++) out[i * width + w] = array[row * width + w] as number;
  }
}

/**
 * Picks rows of fixed-width values: `width` bytes each, 1, 2, 4, 8 or 16, at the beginning of both buffers.
 */
export function moveFixed(from: ArrayBuffer, to: ArrayBuffer, width: number, rows: Int32Array): void {
  const which = zeros(rows.length);
  if (width === 1) moveInts([new Int8Array(from)], new Int8Array(to, 0, rows.length), which, rows);
  else if (width === 2) {
    const values = new Int16Array(from, 0, from.byteLength >> 1);
    moveInts([values], new Int16Array(to, 0, rows.length), which, rows);
  } else {
    const words = new Int32Array(from, 0, from.byteLength >> 2);
    moveWords([words], new Int32Array(to, 0, to.byteLength >> 2), which, rows, rows.length, width >> 2);
  }
}

function gatherLists(
  sources: readonly ListVector[],
  which: Int32Array,
  rows: Int32Array,
  count: number,
  validity: Uint8Array | null,
): ListVector {
  const offsets = gatherOffsets(sources, which, rows, count, validity);
  const elements = offsets[count] as number;
  const childWhich = new Int32Array(elements);
  const childRows = new Int32Array(elements);
  for (let i = 0; i < count; i++) {
    const start = offsets[i] as number;
    const end = offsets[i + 1] as number;
    if (start === end) continue;
    const source = which[i] as number;
    const from = (sources[source] as ListVector).offsets[rows[i] as number] as number;
    for (let j = start; j < end; j++) {
      childWhich[j] = source;
      childRows[j] = from + (j - start);
    }
  }
  const child = gather(
    sources.map((source) => source.child),
    childWhich,
    childRows,
    elements,
  );
  return { layout: 'list', length: count, validity, offsets, child };
}

function gatherStructs(
  sources: readonly StructVector[],
  which: Int32Array,
  rows: Int32Array,
  count: number,
  validity: Uint8Array | null,
): StructVector {
  const children = (sources[0] as StructVector).children.map((_, c) =>
    gather(
      sources.map((source) => source.children[c] as Vector),
      which,
      rows,
      count,
    ),
  );
  return { layout: 'struct', length: count, validity, children };
}
