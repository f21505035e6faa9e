// A Parquet file opened for reading by ourselves: its footer, and its bytes range by range.
import { corrupt } from '../../base/index.ts';
import {
  decodeParquetFooter,
  PARQUET_FILE_BYTES_MIN,
  PARQUET_TAIL_BYTES,
  type ParquetFooter,
  parquetFooterLength,
} from '../../codec/index.ts';
import type { Store } from '../../store/index.ts';

/** Bytes read from the end first: the footer of most files, and all of a small one. */
const TAIL_READ_BYTES = 64 * 1024;

/** Bytes of a file by their place. */
export interface ByteRanges {
  /**
   * Bytes that are in memory already, or are read together with others: nobody writes to them. Undefined when
   * they have to be read.
   */
  held(offset: number, length: number): Promise<Uint8Array> | undefined;
  readInto(offset: number, bytes: Uint8Array): Promise<void>;
}

/**
 * An open file.
 *
 * Shape   `end`: where the footer begins, behind all pages. `ranges`: the bytes before it.
 */
export interface OpenParquet extends AsyncDisposable {
  readonly path: string;
  readonly footer: ParquetFooter;
  readonly end: number;
  readonly ranges: ByteRanges;
}

/**
 * Opens a Parquet file and reads its footer.
 *
 * Errors  FILE_MISSING, FILE_DENIED, FILE_CORRUPT; LIMIT_EXCEEDED for a footer beyond
 *         PARQUET_FOOTER_BYTES_MAX; FEATURE_UNSUPPORTED when it is encrypted.
 */
export async function openParquet(store: Store, path: string): Promise<OpenParquet> {
  const file = await store.open(path);
  try {
    const { size } = file;
    if (size < PARQUET_FILE_BYTES_MIN) throw corrupt(path, size, 'too short for a Parquet file');
    const tailAt = Math.max(0, size - TAIL_READ_BYTES);
    const tail = await file.read(tailAt, size - tailAt);
    const length = parquetFooterLength(tail.subarray(tail.length - PARQUET_TAIL_BYTES), path, size);
    const end = size - PARQUET_TAIL_BYTES - length;
    const bytes =
      end >= tailAt ? tail.subarray(end - tailAt, end - tailAt + length) : await file.read(end, length);
    const footer = decodeParquetFooter(bytes, path, end);
    const ranges: ByteRanges = {
      held: (offset, count) =>
        offset >= tailAt
          ? Promise.resolve(tail.subarray(offset - tailAt, offset - tailAt + count))
          : undefined,
      readInto: (offset, bytes) => file.readInto(offset, bytes),
    };
    return { path, footer, end, ranges, [Symbol.asyncDispose]: () => file[Symbol.asyncDispose]() };
  } catch (error) {
    await file[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * The same bytes, of which those of one range are read together when the first of them are asked for.
 *
 * Limits  they are let go of once they were asked for `times` times, so that a file's row groups are not held
 *         until its end.
 */
export function readTogether(ranges: ByteRanges, start: number, end: number, times: number): ByteRanges {
  let left = times;
  let all: Promise<Uint8Array> | undefined;
  const read = async (): Promise<Uint8Array> => {
    const bytes = new Uint8Array(end - start);
    await ranges.readInto(start, bytes);
    return bytes;
  };
  return {
    held(offset, length) {
      if (offset < start || offset + length > end) return ranges.held(offset, length);
      all ??= ranges.held(start, end - start) ?? read();
      const part = all.then((bytes) => bytes.subarray(offset - start, offset - start + length));
      left -= 1;
      if (left <= 0) all = undefined;
      return part;
    },
    readInto: (offset, bytes) => ranges.readInto(offset, bytes),
  };
}
