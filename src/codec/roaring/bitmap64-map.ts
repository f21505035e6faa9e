// Bitmaps of 64-bit integers as a map of 32-bit bitmaps: the form of 64-bit deletion vectors.
//
//   0  bitmaps  u64 little-endian
//   then each
//      key      u32 little-endian, upper half of its values, ascending
//      bitmap   portable format

import { type RoaringBitmap, readRoaring } from './bitmap.ts';
import { ByteReader } from './byte-reader.ts';

/** A set of integers below 2^53. Immutable. `keys`: the upper 32 bits, ascending. */
export class RoaringMap {
  readonly keys: readonly number[];
  readonly bitmaps: readonly RoaringBitmap[];

  constructor(keys: readonly number[], bitmaps: readonly RoaringBitmap[]) {
    this.keys = keys;
    this.bitmaps = bitmaps;
  }

  get cardinality(): number {
    return this.bitmaps.reduce((sum, bitmap) => sum + bitmap.cardinality, 0);
  }

  has(value: number): boolean {
    const at = this.keys.indexOf(Math.floor(value / 4294967296));
    return at >= 0 && this.bitmaps[at]!.has(value % 4294967296);
  }

  /** Calls `visit` for every value, ascending. */
  forEach(visit: (value: number) => void): void {
    for (const [i, bitmap] of this.bitmaps.entries()) {
      const base = this.keys[i]! * 4294967296;
      bitmap.forEach((value) => {
        visit(base + value);
      });
    }
  }
}

/**
 * Decodes a map of bitmaps.
 *
 * Shape   `end`: where it ends in `bytes`; more may follow.
 * Limits  values below 2^53: row positions are.
 * Errors  `FILE_CORRUPT`.
 * Source  RoaringFormatSpec, "Extension for 64-bit implementations"; Paimon,
 *         deletionvectors/OptimizedRoaringBitmap64.java.
 */
export function decodeRoaringMap(
  bytes: Uint8Array,
  file: string,
  fileOffset = 0,
): { readonly bitmap: RoaringMap; readonly end: number } {
  const reader = new ByteReader(bytes, file, fileOffset);
  const count = reader.safe64();
  // An empty bitmap takes 8 bytes behind its key.
  if (count > reader.left / 12) throw reader.bad(`roaring map of ${count} bitmaps`);
  const keys: number[] = [];
  const bitmaps: RoaringBitmap[] = [];
  for (let i = 0; i < count; i++) {
    const key = reader.u32();
    if (key >= 0x200000 || key <= (keys.at(-1) ?? -1))
      throw reader.bad('roaring map keys are not sorted or too large');
    keys.push(key);
    bitmaps.push(readRoaring(reader));
  }
  return { bitmap: new RoaringMap(keys, bitmaps), end: reader.at };
}
