// The end of a Parquet file: where its footer lies. Pure: no I/O.
//
//   -8  length  u32 little-endian, bytes of the footer in front     -4  magic  PAR1, or PARE when encrypted
//
// Source  apache/parquet-format, README.md, "File format".
import { corrupt, LakeError, PARQUET_FOOTER_BYTES_MAX } from '../../base/index.ts';

/** Bytes behind the footer. */
export const PARQUET_TAIL_BYTES = 8;
/** The least bytes of a Parquet file: a magic at its beginning and the tail. */
export const PARQUET_FILE_BYTES_MIN = 4 + PARQUET_TAIL_BYTES;

/**
 * The bytes of the footer, from the last `PARQUET_TAIL_BYTES` of a file of `size` bytes.
 *
 * Errors  FILE_CORRUPT; LIMIT_EXCEEDED beyond PARQUET_FOOTER_BYTES_MAX; FEATURE_UNSUPPORTED when encrypted.
 */
export function parquetFooterLength(tail: Uint8Array, path: string, size: number): number {
  const magic = Buffer.from(tail.subarray(4)).toString('latin1');
  if (magic === 'PARE') {
    const text = `${path}: encrypted Parquet footer.`;
    throw new LakeError('FEATURE_UNSUPPORTED', text, { feature: 'parquet encryption' });
  }
  if (magic !== 'PAR1') throw corrupt(path, size - 4, 'no Parquet magic at the end');
  const length = new DataView(tail.buffer, tail.byteOffset).getUint32(0, true);
  if (length > size - PARQUET_FILE_BYTES_MIN)
    throw corrupt(path, size - PARQUET_TAIL_BYTES, `footer of ${length} bytes does not fit`);
  if (length > PARQUET_FOOTER_BYTES_MAX) {
    const text = `${path}: footer of ${length} bytes (PARQUET_FOOTER_BYTES_MAX).`;
    throw new LakeError('LIMIT_EXCEEDED', text, { file: path });
  }
  return length;
}
