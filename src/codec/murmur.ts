// Paimon's hash of a row's bytes: 32-bit Murmur3 over little-endian words. It decides the bucket of a key.
import { assert } from '../base/index.ts';

/** What hashes begin with. */
export const HASH_SEED = 42;

/**
 * Hashes the bytes of a BinaryRow (without the arity in front).
 *
 * Shape   a signed 32-bit integer.
 * Limits  `length` must be a multiple of 4; anything else is our bug. BinaryRows are padded to 8.
 * Source  Paimon, utils/MurmurHashUtils.java (hashBytesByWords).
 */
export function murmurHashWords(bytes: Uint8Array, offset = 0, length = bytes.length - offset): number {
  assert(length % 4 === 0 && offset >= 0 && offset + length <= bytes.length, 'murmur: whole words only');
  return finishHash(hashWords(bytes, offset, offset + length), length);
}

/**
 * Hashes text: whole words, then the last bytes one by one as signed integers.
 *
 * Shape   a signed 32-bit integer.
 * Source  Paimon, utils/MurmurHashUtils.java (hashBytes), data/BinaryString.java (hashCode).
 */
export function murmurHashBytes(bytes: Uint8Array): number {
  const { length } = bytes;
  let h = hashWords(bytes, 0, length - (length % 4));
  for (let i = length - (length % 4); i < length; i++) h = mixWord(h, (bytes[i]! << 24) >> 24);
  return finishHash(h, length);
}

function hashWords(bytes: Uint8Array, start: number, end: number): number {
  let h = HASH_SEED;
  for (let i = start; i < end; i += 4) {
    h = mixWord(h, bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24) | 0);
  }
  return h;
}

/** The hash with a word more. */
export function mixWord(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  let h = hash ^ Math.imul(k, 0x1b873593);
  h = (h << 13) | (h >>> 19);
  return (Math.imul(h, 5) + 0xe6546b64) | 0;
}

/** The hash of `length` bytes whose words are mixed in. */
export function finishHash(hash: number, length: number): number {
  let h = hash ^ length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
