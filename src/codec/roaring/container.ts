// The 16-bit sets a roaring bitmap is made of. Which of the three forms one takes is what Java's
// RoaringBitmap chooses after `or` and `runOptimize`, so that equal operations give equal bytes.
import type { ByteReader } from './byte-reader.ts';

/**
 * A set of 16-bit integers.
 *
 * Shape   `array`: sorted values. `bitmap`: 2048 words of 32 bits, lowest first. `run`: pairs of first value
 *         and further values, sorted, not overlapping.
 */
export type Container =
  | { readonly kind: 'array'; readonly values: Uint16Array; readonly cardinality: number }
  | { readonly kind: 'bitmap'; readonly words: Uint32Array; readonly cardinality: number }
  | { readonly kind: 'run'; readonly runs: Uint16Array; readonly cardinality: number };

/** An array holds at most so many values; a bitmap more. */
export const ARRAY_VALUES_MAX = 4096;
const WORDS = 2048;
const BITMAP_BYTES = 8192;

/** Reads `count` sorted values. */
export function readArray(reader: ByteReader, count: number): Container {
  const values = reader.u16s(count);
  for (let i = 1; i < count; i++)
    if (values[i]! <= values[i - 1]!) throw reader.bad('roaring array is not sorted');
  return { kind: 'array', values, cardinality: count };
}

/** Reads 8 kB of bits; they must be `cardinality` values. */
export function readBitmap(reader: ByteReader, cardinality: number): Container {
  const start = reader.skip(BITMAP_BYTES);
  const words = new Uint32Array(reader.bytes.slice(start, start + BITMAP_BYTES).buffer);
  if (countBits(words) !== cardinality)
    throw reader.bad('roaring bitmap holds another number of values than it says');
  return { kind: 'bitmap', words, cardinality };
}

/** Reads the number of runs and the runs; they must be `cardinality` values unless that is undefined. */
export function readRuns(reader: ByteReader, cardinality: number | undefined): Container {
  const runs = reader.u16s(2 * reader.u16());
  let count = 0;
  let next = 0;
  for (let i = 0; i < runs.length; i += 2) {
    const first = runs[i]!;
    const last = first + runs[i + 1]!;
    if (first < next || last > 0xffff) throw reader.bad('roaring runs overlap');
    next = last + 1;
    count += next - first;
  }
  if (cardinality !== undefined && count !== cardinality) {
    throw reader.bad('roaring runs hold another number of values than they say');
  }
  return { kind: 'run', runs, cardinality: count };
}

/** Bytes `writeContainer` takes. */
export function containerBytes(container: Container): number {
  switch (container.kind) {
    case 'array':
      return 2 * container.values.length;
    case 'bitmap':
      return BITMAP_BYTES;
    case 'run':
      return 2 + 2 * container.runs.length;
  }
}

/** Writes the values (of runs: their number first) and returns where they end. */
export function writeContainer(container: Container, view: DataView, at: number): number {
  switch (container.kind) {
    case 'array':
      return writeU16s(container.values, view, at);
    case 'bitmap':
      for (let i = 0; i < WORDS; i++) view.setUint32(at + 4 * i, container.words[i]!, true);
      return at + BITMAP_BYTES;
    case 'run':
      view.setUint16(at, container.runs.length / 2, true);
      return writeU16s(container.runs, view, at + 2);
  }
}

/** True when the set holds `value`. */
export function containerHas(container: Container, value: number): boolean {
  switch (container.kind) {
    case 'bitmap':
      return ((container.words[value >> 5]! >>> (value & 31)) & 1) === 1;
    case 'array': {
      const { values } = container;
      const i = firstAbove(values.length, (at) => values[at]!, value);
      return i > 0 && values[i - 1] === value;
    }
    case 'run': {
      const { runs } = container;
      const i = firstAbove(runs.length / 2, (at) => runs[2 * at]!, value);
      return i > 0 && value - runs[2 * i - 2]! <= runs[2 * i - 1]!;
    }
  }
}

/** Calls `visit` for every value, ascending. */
export function visitContainer(container: Container, visit: (value: number) => void): void {
  switch (container.kind) {
    case 'array':
      for (let i = 0; i < container.values.length; i++) visit(container.values[i]!);
      return;
    case 'bitmap':
      for (let i = 0; i < WORDS; i++) {
        for (let word = container.words[i]!; word !== 0; word &= word - 1) {
          visit(32 * i + 31 - Math.clz32(word & -word));
        }
      }
      return;
    case 'run':
      for (let i = 0; i < container.runs.length; i += 2) {
        const first = container.runs[i]!;
        const last = first + container.runs[i + 1]!;
        for (let value = first; value <= last; value++) visit(value);
      }
  }
}

/** The set of sorted 16-bit values. */
export function containerOf(values: Uint16Array): Container {
  if (values.length <= ARRAY_VALUES_MAX) return { kind: 'array', values, cardinality: values.length };
  const words = new Uint32Array(WORDS);
  for (const value of values) words[value >> 5] = words[value >> 5]! | (1 << (value & 31));
  return { kind: 'bitmap', words, cardinality: values.length };
}

/** The union, in the form `Container.ior` of Java gives it. */
export function uniteContainers(a: Container, b: Container): Container {
  const words = new Uint32Array(WORDS);
  setBits(a, words);
  setBits(b, words);
  const cardinality = countBits(words);
  const runs = countRuns(words);
  const bytesAsRuns = 2 + 4 * runs;
  const runsTaken = a.kind === 'run' || b.kind === 'run';
  if (runsTaken && a.kind !== 'bitmap' && b.kind !== 'bitmap') {
    if (bytesAsRuns <= Math.min(BITMAP_BYTES, 2 * cardinality + 2)) return runsOf(words, runs, cardinality);
  }
  if (cardinality > ARRAY_VALUES_MAX) return { kind: 'bitmap', words, cardinality };
  return arrayOf(words, cardinality);
}

/** The same set in the form `Container.runOptimize` of Java gives it. */
export function optimizeContainer(container: Container): Container {
  const { cardinality } = container;
  if (container.kind === 'run') {
    if (containerBytes(container) <= Math.min(BITMAP_BYTES, 2 * cardinality + 2)) return container;
    const words = bitsOf(container);
    return cardinality > ARRAY_VALUES_MAX
      ? { kind: 'bitmap', words, cardinality }
      : arrayOf(words, cardinality);
  }
  const words = container.kind === 'bitmap' ? container.words : bitsOf(container);
  const runs = countRuns(words);
  return containerBytes(container) > 2 + 4 * runs ? runsOf(words, runs, cardinality) : container;
}

function bitsOf(container: Container): Uint32Array {
  const words = new Uint32Array(WORDS);
  setBits(container, words);
  return words;
}

function setBits(container: Container, words: Uint32Array): void {
  if (container.kind === 'bitmap') {
    for (let i = 0; i < WORDS; i++) words[i] = words[i]! | container.words[i]!;
  } else {
    visitContainer(container, (value) => {
      words[value >> 5] = words[value >> 5]! | (1 << (value & 31));
    });
  }
}

function arrayOf(words: Uint32Array, cardinality: number): Container {
  const values = new Uint16Array(cardinality);
  let at = 0;
  visitContainer({ kind: 'bitmap', words, cardinality }, (value) => {
    values[at++] = value;
  });
  return { kind: 'array', values, cardinality };
}

function runsOf(words: Uint32Array, count: number, cardinality: number): Container {
  const runs = new Uint16Array(2 * count);
  let at = -2;
  let next = -1;
  visitContainer({ kind: 'bitmap', words, cardinality }, (value) => {
    if (value === next) runs[at + 1] = runs[at + 1]! + 1;
    else {
      at += 2;
      runs[at] = value;
    }
    next = value + 1;
  });
  return { kind: 'run', runs, cardinality };
}

function countBits(words: Uint32Array): number {
  let count = 0;
  for (let i = 0; i < words.length; i++) {
    let word = words[i]!;
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    count += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

/** Runs of ones: every one whose lower neighbour is zero starts one. */
function countRuns(words: Uint32Array): number {
  const starts = new Uint32Array(1);
  let count = 0;
  let carry = 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    starts[0] = word & ~((word << 1) | carry);
    count += countBits(starts);
    carry = word >>> 31;
  }
  return count;
}

function firstAbove(count: number, valueAt: (at: number) => number, value: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (valueAt(middle) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function writeU16s(values: Uint16Array, view: DataView, at: number): number {
  for (let i = 0; i < values.length; i++) view.setUint16(at + 2 * i, values[i]!, true);
  return at + 2 * values.length;
}
