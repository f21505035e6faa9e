// Theta sketches of Apache DataSketches: the lowest hashes of a set, and the bound below which all of them
// are kept.
//
//   0  preamble   u8, low 6 bits: 64-bit words of it, 1 to 3
//   1  version    u8 3
//   2  family     u8 2 table with free places, 3 compact
//   3  lgNominal  u8, 4 lgTable u8: of a table
//   5  flags      u8, 1 big-endian, 2 read-only, 4 empty, 8 compact, 16 ordered, 32 single
//   6  seed hash  u16
//   8  one word: a single hash      else: count u32, sampling f32
//  16  three words: theta u64       then the hashes u64 ...
import { corrupt, unsupported } from '../../base/index.ts';

const SEED_HASH = 0x93cc;
const THETA_MAX = 0x7fffffffffffffffn;
/** Hashes a union keeps at most: the default nominal entries of Java's builder. */
const HASHES_MAX = 4096;
const FLAG_EMPTY = 4;
const FLAGS_COMPACT = 2 | 8 | 16;
const FLAG_SINGLE = 32;

interface Theta {
  readonly theta: bigint;
  readonly hashes: BigUint64Array;
  readonly empty: boolean;
}

/**
 * The aggregate function `theta_sketch`: the union of two serialized sketches, byte for byte as Java writes
 * it (compact, ordered).
 *
 * Limits  the result keeps at most 4096 hashes.
 * Errors  `FILE_CORRUPT` naming `where` for bytes that are no sketch; `FEATURE_UNSUPPORTED` for other
 *         versions of the format.
 * Source  Paimon, utils/ThetaSketch.java; datasketches-java 4.2.0, theta/UnionImpl.java. Which hashes the
 *         union keeps does not depend on the order they come in, so no hash table is built.
 */
export function thetaUnion(a: Uint8Array, b: Uint8Array, where = 'theta_sketch value'): Uint8Array {
  const first = decodeTheta(a, where);
  const second = decodeTheta(b, where);
  let { theta } = first;
  if (second.theta < theta) theta = second.theta;
  const all = new BigUint64Array(first.hashes.length + second.hashes.length);
  all.set(first.hashes);
  all.set(second.hashes, first.hashes.length);
  all.sort();
  let count = 0;
  for (const hash of all) if (count === 0 || hash !== all[count - 1]) all[count++] = hash;
  if (count > HASHES_MAX && all[HASHES_MAX]! < theta) theta = all[HASHES_MAX]!;
  while (count > 0 && all[count - 1]! >= theta) count--;
  return encodeTheta({ theta, hashes: all.subarray(0, count), empty: first.empty && second.empty });
}

function decodeTheta(bytes: Uint8Array, where: string): Theta {
  const bad = (what: string) => corrupt(where, 0, `not a theta sketch: ${what}`);
  if (bytes.length < 8) throw bad('too short');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const words = bytes[0]! & 0x3f;
  const [, version, family] = bytes;
  const flags = bytes[5]!;
  if (version !== 3 || (family !== 3 && family !== 2)) {
    if (family === undefined || family < 1 || family > 3) throw bad(`family ${family}`);
    throw unsupported(
      'theta sketch format',
      `${where}: theta sketch of version ${version}, family ${family}`,
    );
  }
  if ((flags & 1) !== 0) throw unsupported('theta sketch format', `${where}: big-endian theta sketch`);
  if ((flags & FLAG_EMPTY) !== 0) return { theta: THETA_MAX, hashes: new BigUint64Array(0), empty: true };
  if (view.getUint16(6, true) !== SEED_HASH) throw bad('made with another seed');
  if (words < 1 || words > 3 || bytes.length < 8 * words) throw bad(`preamble of ${words} words`);
  if (words === 1 && bytes.length < 16) throw bad('too short');
  const count = words === 1 ? 1 : view.getUint32(8, true);
  const theta = words === 3 ? view.getBigUint64(16, true) : THETA_MAX;
  const table = family === 2;
  const places = table ? 2 ** (bytes[4]! & 63) : count;
  if (places > (bytes.length - 8 * words) / 8) throw bad(`${places} hashes`);
  const hashes = new BigUint64Array(places);
  let kept = 0;
  for (let i = 0; i < places; i++) {
    const hash = view.getBigUint64(8 * words + 8 * i, true);
    if (table && (hash === 0n || hash >= theta)) continue;
    if (hash === 0n || hash >= theta) throw bad('a hash that is not below theta');
    hashes[kept++] = hash;
  }
  return { theta, hashes: hashes.subarray(0, kept), empty: false };
}

function encodeTheta({ theta, hashes, empty }: Theta): Uint8Array {
  const count = hashes.length;
  if (empty) return Uint8Array.of(1, 3, 3, 0, 0, FLAGS_COMPACT | FLAG_EMPTY, 0, 0);
  const single = count === 1 && theta === THETA_MAX;
  const words = single ? 1 : theta < THETA_MAX ? 3 : 2;
  const bytes = new Uint8Array(8 * words + 8 * count);
  const view = new DataView(bytes.buffer);
  bytes.set([words, 3, 3, 0, 0, FLAGS_COMPACT | (single ? FLAG_SINGLE : 0)]);
  view.setUint16(6, SEED_HASH, true);
  if (words > 1) {
    view.setUint32(8, count, true);
    view.setFloat32(12, 1, true);
  }
  if (words > 2) view.setBigUint64(16, theta, true);
  for (let i = 0; i < count; i++) view.setBigUint64(8 * words + 8 * i, hashes[i]!, true);
  return bytes;
}
