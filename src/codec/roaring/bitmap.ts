// Roaring bitmaps of 32-bit integers, in the portable format.
//
//   0  cookie    u16 12347 with runs, then u16 containers - 1; or u32 12346, then u32 containers
//      runs      with runs only: one bit a container, 1 = runs
//      keys      a container: u16 upper half of its values, u16 values - 1
//      offsets   u32 a container; left out with runs and fewer than 4 containers
//      data      containers one after the other
import { LakeError } from '../../base/index.ts';
import { ByteReader } from './byte-reader.ts';
import {
  ARRAY_VALUES_MAX,
  type Container,
  containerBytes,
  containerHas,
  containerOf,
  optimizeContainer,
  readArray,
  readBitmap,
  readRuns,
  uniteContainers,
  visitContainer,
  writeContainer,
} from './container.ts';

const COOKIE_RUNS = 12347;
const COOKIE = 12346;
const OFFSETS_FROM = 4;
const CONTAINERS_MAX = 65536;

/**
 * A set of unsigned 32-bit integers. Immutable.
 *
 * Shape   `keys`: the upper halves, ascending; `containers`: the lower halves to each.
 */
export class RoaringBitmap {
  readonly keys: Uint16Array;
  readonly containers: readonly Container[];

  constructor(keys: Uint16Array, containers: readonly Container[]) {
    this.keys = keys;
    this.containers = containers;
  }

  /** How many values it holds: at most 2^32. */
  get cardinality(): number {
    let count = 0;
    for (const container of this.containers) count += container.cardinality;
    return count;
  }

  /** True when it holds `value`; false for what is no unsigned 32-bit integer. */
  has(value: number): boolean {
    if (value >>> 0 !== value) return false;
    const key = value >>> 16;
    let low = 0;
    let high = this.keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return this.keys[low] === key && containerHas(this.containers[low]!, value & 0xffff);
  }

  /** Calls `visit` for every value, ascending. */
  forEach(visit: (value: number) => void): void {
    for (let i = 0; i < this.containers.length; i++) {
      const base = this.keys[i]! * 65536;
      visitContainer(this.containers[i]!, (value) => visit(base + value));
    }
  }
}

/**
 * Decodes the portable format.
 *
 * Shape   `end`: where it ends in `bytes`; more may follow. `file`, `fileOffset` (of `bytes[0]`) are for
 *         messages.
 * Errors  `FILE_CORRUPT` when lengths, order or cardinalities do not hold.
 * Source  RoaringFormatSpec.
 */
export function decodeRoaring(
  bytes: Uint8Array,
  file: string,
  fileOffset = 0,
): { readonly bitmap: RoaringBitmap; readonly end: number } {
  const reader = new ByteReader(bytes, file, fileOffset);
  const bitmap = readRoaring(reader);
  return { bitmap, end: reader.at };
}

/** Reads one bitmap in the portable format. See `decodeRoaring`. */
export function readRoaring(reader: ByteReader): RoaringBitmap {
  const start = reader.at;
  const cookie = reader.u32();
  const hasRuns = (cookie & 0xffff) === COOKIE_RUNS;
  if (!hasRuns && cookie !== COOKIE) throw reader.bad('not a roaring bitmap');
  const size = hasRuns ? (cookie >>> 16) + 1 : reader.u32();
  if (size > CONTAINERS_MAX) throw reader.bad(`roaring bitmap of ${size} containers`);
  const runFlags = hasRuns ? reader.skip((size + 7) >> 3) : undefined;
  const header = reader.u16s(2 * size);
  const keys = new Uint16Array(size);
  for (let i = 0; i < size; i++) {
    keys[i] = header[2 * i]!;
    if (i > 0 && keys[i]! <= keys[i - 1]!) throw reader.bad('roaring keys are not sorted');
  }
  const offsets = !hasRuns || size >= OFFSETS_FROM ? reader.skip(4 * size) : undefined;
  const view = new DataView(reader.bytes.buffer, reader.bytes.byteOffset, reader.bytes.length);
  const containers: Container[] = [];
  for (let i = 0; i < size; i++) {
    if (offsets !== undefined && view.getUint32(offsets + 4 * i, true) !== reader.at - start) {
      throw reader.bad('roaring container lies elsewhere than its offset says');
    }
    const cardinality = header[2 * i + 1]! + 1;
    const isRun = runFlags !== undefined && ((reader.bytes[runFlags + (i >> 3)]! >> (i & 7)) & 1) === 1;
    if (isRun) containers.push(readRuns(reader, cardinality));
    else if (cardinality > ARRAY_VALUES_MAX) containers.push(readBitmap(reader, cardinality));
    else containers.push(readArray(reader, cardinality));
  }
  return new RoaringBitmap(keys, containers);
}

/** Encodes as Java's RoaringBitmap does after `runOptimize`. */
export function encodeRoaring(bitmap: RoaringBitmap): Uint8Array {
  const containers = bitmap.containers.map(optimizeContainer);
  const size = containers.length;
  const hasRuns = containers.some((container) => container.kind === 'run');
  const hasOffsets = !hasRuns || size >= OFFSETS_FROM;
  const flagBytes = hasRuns ? (size + 7) >> 3 : 0;
  const headerBytes = (hasRuns ? 4 + flagBytes : 8) + 4 * size + (hasOffsets ? 4 * size : 0);
  const bytes = new Uint8Array(containers.reduce((sum, item) => sum + containerBytes(item), headerBytes));
  const view = new DataView(bytes.buffer);
  let at = 4;
  if (hasRuns) {
    view.setUint32(0, COOKIE_RUNS | ((size - 1) << 16), true);
    for (const [i, { kind }] of containers.entries())
      if (kind === 'run') bytes[4 + (i >> 3)]! |= 1 << (i & 7);
    at += flagBytes;
  } else {
    view.setUint32(0, COOKIE, true);
    view.setUint32(4, size, true);
    at += 4;
  }
  for (const [i, container] of containers.entries()) {
    view.setUint16(at, bitmap.keys[i]!, true);
    view.setUint16(at + 2, container.cardinality - 1, true);
    at += 4;
  }
  if (hasOffsets) {
    let offset = headerBytes;
    for (const container of containers) {
      view.setUint32(at, offset, true);
      at += 4;
      offset += containerBytes(container);
    }
  }
  for (const container of containers) at = writeContainer(container, view, at);
  return bytes;
}

/** The bitmap of ascending unsigned 32-bit integers. */
export function roaringOf(values: Iterable<number>): RoaringBitmap {
  const keys: number[] = [];
  const containers: Container[] = [];
  let lower: number[] = [];
  let last = -1;
  const close = (): void => {
    if (lower.length > 0) containers.push(containerOf(Uint16Array.from(lower)));
    lower = [];
  };
  for (const value of values) {
    if (!Number.isInteger(value) || value <= last || value > 0xffffffff) {
      throw new LakeError('ARGUMENT_INVALID', 'a roaring bitmap takes ascending unsigned 32-bit integers');
    }
    const key = value >>> 16;
    if (last < 0 || key !== last >>> 16) {
      close();
      keys.push(key);
    }
    lower.push(value & 0xffff);
    last = value;
  }
  close();
  return new RoaringBitmap(Uint16Array.from(keys), containers);
}

/** The values of both. */
export function uniteRoaring(a: RoaringBitmap, b: RoaringBitmap): RoaringBitmap {
  const keys: number[] = [];
  const containers: Container[] = [];
  for (let i = 0, j = 0; i < a.keys.length || j < b.keys.length; ) {
    const left = a.keys[i] ?? Infinity;
    const right = b.keys[j] ?? Infinity;
    keys.push(Math.min(left, right));
    if (left === right) containers.push(uniteContainers(a.containers[i++]!, b.containers[j++]!));
    else if (left < right) containers.push(a.containers[i++]!);
    else containers.push(b.containers[j++]!);
  }
  return new RoaringBitmap(Uint16Array.from(keys), containers);
}

/**
 * The aggregate function `rbm32`: the union of two serialized bitmaps, byte for byte as Java writes it.
 *
 * Errors  `FILE_CORRUPT` naming `where` for bytes that are no bitmap.
 * Source  Paimon, mergetree/compact/aggregate/FieldRoaringBitmap32Agg.java, utils/RoaringBitmap32.java.
 */
export function rbm32Or(a: Uint8Array, b: Uint8Array, where = 'rbm32 value'): Uint8Array {
  return encodeRoaring(uniteRoaring(decodeRoaring(a, where).bitmap, decodeRoaring(b, where).bitmap));
}
