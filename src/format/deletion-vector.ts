// Deletion vectors: which rows of a data file are gone. One record in an index file each.
//   index file  0  1   version, 1; then records
//   32-bit      0  4   size, big-endian: bytes of magic and bitmap
//               4  4   magic 1581511376, big-endian
//               8      bitmap in portable format
//                  4   CRC-32 of magic and bitmap, big-endian
//   64-bit      0  4   size, big-endian: bytes of magic and bitmaps
//               4  4   magic 1681511377, little-endian
//               8      bitmaps by upper 32 bits
//                  4   CRC-32 of magic and bitmaps, big-endian
// The `length` in metadata is the size in the 32-bit form, the bytes of the whole record in the 64-bit form.
import { crc32 } from 'node:zlib';
import { corrupt } from '../base/index.ts';
import { decodeRoaring, decodeRoaringMap } from '../codec/index.ts';

/**
 * Bytes a record may have beyond the `length` that metadata gives. Readers fetch as many more, as far as the
 * file goes.
 */
export const DELETION_VECTOR_FRAME_BYTES = 8;

const MAGIC_32 = 1581511376;
const MAGIC_64 = 1681511377;

/** The rows of a data file that are deleted, by physical 0-based position. */
export interface DeletionVector {
  readonly cardinality: number;
  has(position: number): boolean;
  /** Calls `visit` for every deleted position, ascending. */
  forEach(visit: (position: number) => void): void;
}

/** Where a record lies; `cardinality` as metadata has it. `file` names the index file. */
export interface DeletionVectorPlace {
  readonly file: string;
  readonly offset: number | bigint;
  readonly length: number | bigint;
  readonly cardinality?: bigint | undefined;
}

/**
 * Decodes one record, 32-bit or 64-bit.
 *
 * Shape   `bytes`: of the index file from `offset` on, at least what the record needs; more is ignored.
 * Errors  `FILE_CORRUPT` when length, checksum or cardinality do not hold, or it is no deletion vector.
 * Source  Paimon, deletionvectors/DeletionVector.java (read), BitmapDeletionVector.java,
 *         Bitmap64DeletionVector.java.
 */
export function decodeDeletionVector(bytes: Uint8Array, place: DeletionVectorPlace): DeletionVector {
  const { file } = place;
  const offset = Number(place.offset);
  if (bytes.length < 12) throw corrupt(file, offset, `a deletion vector has ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getInt32(0);
  const wide = view.getInt32(4, true) === MAGIC_64;
  if (!wide && view.getInt32(4) !== MAGIC_32) throw corrupt(file, offset + 4, 'not a deletion vector');
  const length = wide ? size + 8 : size;
  if (BigInt(length) !== BigInt(place.length)) {
    throw corrupt(
      file,
      offset,
      `a deletion vector of length ${length} stands where metadata says ${place.length}`,
    );
  }
  if (size < 4 || size + 8 > bytes.length) {
    throw corrupt(
      file,
      offset,
      `a deletion vector of ${size} bytes goes beyond the ${bytes.length} that are there`,
    );
  }
  const checksum = crc32(bytes.subarray(4, 4 + size));
  if (checksum !== view.getUint32(4 + size))
    throw corrupt(file, offset, 'a deletion vector has another checksum');
  const payload = bytes.subarray(8, 4 + size);
  const decode = wide ? decodeRoaringMap : decodeRoaring;
  const { bitmap, end } = decode(payload, file, offset + 8);
  if (end !== payload.length)
    throw corrupt(file, offset + 8 + end, 'bytes after the bitmap of a deletion vector');
  checkCardinality(bitmap, place, offset);
  return bitmap;
}

function checkCardinality(bitmap: DeletionVector, place: DeletionVectorPlace, offset: number): void {
  if (place.cardinality === undefined || BigInt(bitmap.cardinality) === place.cardinality) return;
  const message = `a deletion vector has ${bitmap.cardinality} rows, metadata says ${place.cardinality}`;
  throw corrupt(place.file, offset, message);
}
