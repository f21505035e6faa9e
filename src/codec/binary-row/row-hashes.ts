// Paimon's hash of the rows of some columns: the bytes a BinaryRow would have are hashed column by column as
// they would lie in it, and never written down. See layout.ts for where that is.
import type { BytesVector, Vector } from '../arrow/index.ts';
import { finishHash, HASH_SEED, mixWord } from '../murmur.ts';
import { INLINE_BYTES_MAX, nullBytesOf, wholeWords } from './layout.ts';

/**
 * The hashes of rows, as `murmurHashWords(encodeRowBody(types, cells))` gives them.
 *
 * Shape   columns of integers up to 64 bits, booleans, text and binary; other layouts are the caller's bug.
 * Source  Paimon, data/BinaryRow.java (hashCode), utils/MurmurHashUtils.java.
 */
export function rowHashes(columns: readonly Vector[], rowCount: number): Int32Array {
  const hashes = new Int32Array(rowCount).fill(HASH_SEED);
  const nullBytes = nullBytesOf(columns.length);
  hashNullBits(hashes, columns, nullBytes / 4);
  const fixedBytes = nullBytes + 8 * columns.length;
  // Where the next bytes that do not fit into a slot go, by row.
  const ends = new Int32Array(rowCount).fill(fixedBytes);
  for (const column of columns) {
    switch (column.layout) {
      case 'bytes':
        hashTextSlots(hashes, column, ends);
        break;
      case 'i64':
        hashLongs(hashes, column.values, column.validity);
        break;
      case 'bool':
        hashBools(hashes, column.values, column.validity);
        break;
      default:
        hashInts(hashes, (column as IntLike).values, column.validity, maskOf(column.layout));
    }
  }
  for (const column of columns) if (column.layout === 'bytes') hashTexts(hashes, column);
  for (let i = 0; i < rowCount; i++) hashes[i] = finishHash(hashes[i] as number, ends[i] as number);
  return hashes;
}

type IntLike = { readonly values: Int32Array };

/** Small integers fill the lowest bytes of their slot only. */
function maskOf(layout: string): number {
  return layout === 'i8' ? 0xff : layout === 'i16' ? 0xffff : -1;
}

/** The words in front: the row kind, which is +I, and a bit for every null. */
function hashNullBits(hashes: Int32Array, columns: readonly Vector[], words: number): void {
  for (let word = 0; word < words; word++) {
    const first = 32 * word - 8;
    const validities = columns.map((column, c) => (c >= first && c < first + 32 ? column.validity : null));
    if (validities.every((validity) => validity === null)) hashZero(hashes);
    else hashNullWord(hashes, validities, first);
  }
}

function hashZero(hashes: Int32Array): void {
  for (let i = 0; i < hashes.length; i++) hashes[i] = mixWord(hashes[i] as number, 0);
}

function hashNullWord(hashes: Int32Array, validities: readonly (Uint8Array | null)[], first: number): void {
  for (let i = 0; i < hashes.length; i++) {
    let word = 0;
    for (let c = 0; c < validities.length; c++) {
      const bits = validities[c];
      if (bits === null || bits === undefined) continue;
      if ((((bits[i >> 3] as number) >> (i & 7)) & 1) === 0) word |= 1 << (c - first);
    }
    hashes[i] = mixWord(hashes[i] as number, word);
  }
}

function hashInts(hashes: Int32Array, values: Int32Array, validity: Uint8Array | null, mask: number): void {
  for (let i = 0; i < hashes.length; i++) {
    const value = isNull(validity, i) ? 0 : (values[i] as number) & mask;
    hashes[i] = mixWord(mixWord(hashes[i] as number, value), 0);
  }
}

function hashLongs(hashes: Int32Array, values: BigInt64Array, validity: Uint8Array | null): void {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  for (let i = 0; i < hashes.length; i++) {
    const there = isNull(validity, i) ? 0 : -1;
    const low = (words[2 * i] as number) & there;
    hashes[i] = mixWord(mixWord(hashes[i] as number, low), (words[2 * i + 1] as number) & there);
  }
}

function hashBools(hashes: Int32Array, values: Uint8Array, validity: Uint8Array | null): void {
  for (let i = 0; i < hashes.length; i++) {
    const bit = isNull(validity, i) ? 0 : ((values[i >> 3] as number) >> (i & 7)) & 1;
    hashes[i] = mixWord(mixWord(hashes[i] as number, bit), 0);
  }
}

/** Short text lies in its slot, with its length in the last byte; of longer text length and place do. */
function hashTextSlots(hashes: Int32Array, column: BytesVector, ends: Int32Array): void {
  const { offsets, values, validity } = column;
  for (let i = 0; i < hashes.length; i++) {
    const hash = hashes[i] as number;
    if (isNull(validity, i)) {
      hashes[i] = mixWord(mixWord(hash, 0), 0);
      continue;
    }
    const start = offsets[i] as number;
    const end = offsets[i + 1] as number;
    const size = end - start;
    if (size > INLINE_BYTES_MAX) {
      const place = ends[i] as number;
      ends[i] = place + wholeWords(size);
      hashes[i] = mixWord(mixWord(hash, size), place);
      continue;
    }
    const high = wordAt(values, start + 4, end) | ((0x80 | size) << 24);
    hashes[i] = mixWord(mixWord(hash, wordAt(values, start, end)), high);
  }
}

function hashTexts(hashes: Int32Array, column: BytesVector): void {
  const { offsets, values, validity } = column;
  for (let i = 0; i < hashes.length; i++) {
    const start = offsets[i] as number;
    const end = offsets[i + 1] as number;
    if (end - start <= INLINE_BYTES_MAX || isNull(validity, i)) continue;
    let hash = hashes[i] as number;
    const stop = start + wholeWords(end - start);
    for (let at = start; at < stop; at += 4) hash = mixWord(hash, wordAt(values, at, end));
    hashes[i] = hash;
  }
}

/** Four bytes from `at` on; those from `end` on are 0. */
function wordAt(bytes: Uint8Array, at: number, end: number): number {
  if (at + 4 <= end) {
    return (
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)
    );
  }
  let word = 0;
  for (let k = at; k < end; k++) word |= (bytes[k] as number) << (8 * (k - at));
  return word;
}

function isNull(validity: Uint8Array | null, i: number): boolean {
  return validity !== null && (((validity[i >> 3] as number) >> (i & 7)) & 1) === 0;
}
