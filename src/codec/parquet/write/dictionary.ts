// The distinct values of a column chunk, numbered in the order they came. Values are hashed as bytes or
// words; no JavaScript string or bigint is made of them.
import type { BytesVector } from '../../arrow/index.ts';
import { ByteOutput } from './byte-output.ts';
import type { Range } from './stage-fixed.ts';

const SLOTS_FIRST = 1024;

/** Values of one to three 32-bit words. */
export class WordDictionary {
  readonly #width: number;
  #slots: Int32Array = new Int32Array(SLOTS_FIRST);
  #entries: Int32Array;
  size = 0;

  /** `width`: words of a value. */
  constructor(width: number) {
    this.#width = width;
    this.#entries = new Int32Array(width * (SLOTS_FIRST >> 1));
  }

  /** Bytes of the dictionary's page. */
  get byteLength(): number {
    return 4 * this.#width * this.size;
  }

  /**
   * Numbers the values, `ids[at]` onwards, and stops once there are more than `bytesMax` bytes of distinct
   * ones.
   *
   * Shape   gives how many were numbered: all, or those up to the one that was too much, included.
   */
  number(staged: Int32Array, count: number, ids: Int32Array, at: number, bytesMax: number): number {
    const width = this.#width;
    const sizeMax = Math.floor(bytesMax / (4 * width));
    for (let i = 0; i < count; i++) {
      ids[at + i] = this.#find(staged, i * width);
      if (this.size > sizeMax) return i + 1;
    }
    return count;
  }

  #find(words: Int32Array, at: number): number {
    const width = this.#width;
    const a = words[at] as number;
    const b = width > 1 ? (words[at + 1] as number) : 0;
    const c = width > 2 ? (words[at + 2] as number) : 0;
    const mask = this.#slots.length - 1;
    for (let slot = hashWords(a, b, c) & mask; ; slot = (slot + 1) & mask) {
      const id = (this.#slots[slot] as number) - 1;
      if (id < 0) return this.#add(slot, a, b, c);
      const entry = id * width;
      if (this.#entries[entry] !== a) continue;
      if (width > 1 && this.#entries[entry + 1] !== b) continue;
      if (width > 2 && this.#entries[entry + 2] !== c) continue;
      return id;
    }
  }

  #add(slot: number, a: number, b: number, c: number): number {
    const id = this.size++;
    const at = id * this.#width;
    this.#entries[at] = a;
    if (this.#width > 1) this.#entries[at + 1] = b;
    if (this.#width > 2) this.#entries[at + 2] = c;
    this.#slots[slot] = id + 1;
    if (2 * this.size >= this.#slots.length) this.#grow();
    return id;
  }

  #grow(): void {
    const entries = new Int32Array(this.#entries.length * 2);
    entries.set(this.#entries);
    this.#entries = entries;
    const width = this.#width;
    this.#slots = rehashed(this.size, 2 * this.#slots.length, (id) => {
      const at = id * width;
      const b = width > 1 ? (entries[at + 1] as number) : 0;
      return hashWords(entries[at] as number, b, width > 2 ? (entries[at + 2] as number) : 0);
    });
  }

  /** The first `size` values as PLAIN. */
  encode(size: number, out: ByteOutput): void {
    out.raw(new Uint8Array(this.#entries.buffer, 0, 4 * this.#width * size));
  }

  /** The values of these ids as PLAIN. */
  decode(ids: Int32Array, count: number, out: ByteOutput): void {
    const width = this.#width;
    const words = new Int32Array(width * count);
    for (let i = 0; i < count; i++) {
      const entry = (ids[i] as number) * width;
      for (let w = 0; w < width; w++) words[i * width + w] = this.#entries[entry + w] as number;
    }
    out.raw(new Uint8Array(words.buffer));
  }
}

/** Values of any length. */
export class BytesDictionary {
  #slots: Int32Array = new Int32Array(SLOTS_FIRST);
  #hashes = new Int32Array(SLOTS_FIRST >> 1);
  /** The values one after the other, each with its length in front, as in PLAIN. */
  readonly #entries = new ByteOutput(4096);
  /** Where each entry begins, its length included; one more than there are. */
  #starts = new Int32Array((SLOTS_FIRST >> 1) + 1);
  size = 0;

  get byteLength(): number {
    return this.#entries.length;
  }

  /** See `WordDictionary.number`. */
  number(vector: BytesVector, range: Range, ids: Int32Array, at: number, bytesMax: number): number {
    const { values, offsets } = vector;
    const { rows, from, to } = range;
    for (let k = from; k < to; k++) {
      const row = rows === null ? k : (rows[k] as number);
      ids[at + k - from] = this.#find(values, offsets[row] as number, offsets[row + 1] as number);
      if (this.#entries.length > bytesMax) return k + 1 - from;
    }
    return to - from;
  }

  #find(bytes: Uint8Array, from: number, to: number): number {
    let hash = 0x811c9dc5 ^ (to - from);
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
    hash = mixed(hash);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = (this.#slots[slot] as number) - 1;
      if (id < 0) return this.#add(slot, hash, bytes.subarray(from, to));
      if (this.#hashes[id] === hash && this.#same(id, bytes, from, to)) return id;
    }
  }

  #same(id: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = (this.#starts[id] as number) + 4;
    if ((this.#starts[id + 1] as number) - start !== to - from) return false;
    const entries = this.#entries.bytes;
    for (let i = from, j = start; i < to; i++, j++) if (bytes[i] !== entries[j]) return false;
    return true;
  }

  #add(slot: number, hash: number, value: Uint8Array): number {
    const id = this.size++;
    this.#hashes[id] = hash;
    this.#slots[slot] = id + 1;
    appendPlain(value, this.#entries);
    this.#starts[id + 1] = this.#entries.length;
    if (2 * this.size >= this.#slots.length) this.#grow();
    return id;
  }

  #grow(): void {
    const hashes = new Int32Array(this.#hashes.length * 2);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    const starts = new Int32Array(hashes.length + 1);
    starts.set(this.#starts);
    this.#starts = starts;
    this.#slots = rehashed(this.size, 2 * this.#slots.length, (id) => hashes[id] as number);
  }

  /** See `WordDictionary.encode`. */
  encode(size: number, out: ByteOutput): void {
    out.raw(this.#entries.bytes.subarray(0, this.#starts[size] as number));
  }

  /** See `WordDictionary.decode`. */
  decode(ids: Int32Array, count: number, out: ByteOutput): void {
    const entries = this.#entries.bytes;
    for (let i = 0; i < count; i++) {
      const id = ids[i] as number;
      out.raw(entries.subarray(this.#starts[id] as number, this.#starts[id + 1] as number));
    }
  }
}

/** One value with its length in front. */
function appendPlain(value: Uint8Array, out: ByteOutput): void {
  const { length } = value;
  const bytes = out.room(4 + length);
  const at = out.length;
  bytes[at] = length & 255;
  bytes[at + 1] = (length >> 8) & 255;
  bytes[at + 2] = (length >> 16) & 255;
  bytes[at + 3] = length >>> 24;
  bytes.set(value, at + 4);
  out.length = at + 4 + length;
}

function rehashed(size: number, slots: number, hashOf: (id: number) => number): Int32Array {
  const table = new Int32Array(slots);
  const mask = slots - 1;
  for (let id = 0; id < size; id++) {
    let slot = hashOf(id) & mask;
    while (table[slot] !== 0) slot = (slot + 1) & mask;
    table[slot] = id + 1;
  }
  return table;
}

function hashWords(a: number, b: number, c: number): number {
  let hash = Math.imul(a, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15) ^ b, 0x85ebca6b);
  return mixed(hash ^ c);
}

function mixed(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 15);
}
