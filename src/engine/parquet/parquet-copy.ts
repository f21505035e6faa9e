// Parquet footers read from files, and temporary copies of files with another footer: holes where columns are
// not wanted.
import { type FileHandle, open, rm } from 'node:fs/promises';
import { checkAborted, corrupt, LakeError } from '../../base/index.ts';
import {
  checkParquetSchema,
  decodeParquetFooter,
  PARQUET_FILE_BYTES_MIN,
  PARQUET_TAIL_BYTES,
  type ParquetFooter,
  parquetFooterLength,
} from '../../codec/index.ts';

/** Footers read at the same time; each takes a thread of libuv's pool. */
const FILES_AT_ONCE = 4;
const COPY_BYTES = 4 * 1024 * 1024;

/** A footer and where in its file it begins. */
export interface LocatedFooter {
  readonly footer: ParquetFooter;
  readonly start: number;
}

/**
 * Reads the footer of a Parquet file.
 *
 * Errors  FILE_MISSING, FILE_DENIED, FILE_CORRUPT; FEATURE_UNSUPPORTED when the footer is encrypted.
 */
export async function readParquetFooter(path: string): Promise<LocatedFooter> {
  const { bytes, start } = await readFooterBytes(path);
  return { footer: decodeParquetFooter(bytes, path, start), start };
}

/**
 * Refuses files whose schemas would crash the engine; a few are looked at at a time.
 *
 * Errors  as `readParquetFooter`, of the first such file in order.
 */
export async function checkParquetFiles(paths: readonly string[]): Promise<void> {
  for (let i = 0; i < paths.length; i += FILES_AT_ONCE) {
    const some = paths.slice(i, i + FILES_AT_ONCE);
    const footers = await Promise.allSettled(some.map(readFooterBytes));
    for (const [k, footer] of footers.entries()) {
      if (footer.status === 'rejected') throw footer.reason;
      checkParquetSchema(footer.value.bytes, some[k] as string, footer.value.start);
    }
  }
}

async function readFooterBytes(path: string): Promise<{ bytes: Uint8Array; start: number }> {
  const file = await openFile(path);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new LakeError('FILE_MISSING', `${path} is not a file.`, { file: path });
    const { size } = stat;
    if (size < PARQUET_FILE_BYTES_MIN) throw corrupt(path, size, 'too short for a Parquet file');
    const tail = await readAt(file, path, size - PARQUET_TAIL_BYTES, PARQUET_TAIL_BYTES);
    const length = parquetFooterLength(tail, path, size);
    const start = size - PARQUET_TAIL_BYTES - length;
    const bytes = await readAt(file, path, start, length);
    return { bytes, start };
  } finally {
    await file.close();
  }
}

/**
 * What a copy holds: a footer that says something else of the same pages, and which top-level columns' pages.
 */
export interface CopyOptions {
  readonly footer: Uint8Array;
  readonly columns: ReadonlySet<string>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a copy of a Parquet file with another footer. Only the pages of `columns` are copied; the rest of
 * the copy is holes that take no disk space.
 *
 * Errors  DISK_EXHAUSTED when the copy does not fit; nothing is left behind on any error.
 */
export async function copyWithFooter(
  source: string,
  target: string,
  located: LocatedFooter,
  options: CopyOptions,
): Promise<void> {
  const { footer, start } = located;
  const from = await openFile(source);
  try {
    const to = await open(target, 'wx', 0o600);
    try {
      await to.write(Buffer.from('PAR1'), 0, 4, 0);
      for (const chunk of footer.chunks) {
        if (!options.columns.has(chunk.path[0] ?? '')) continue;
        if (chunk.start + chunk.length > start) {
          throw corrupt(source, chunk.start, `pages of column ${chunk.path.join('.')} reach into the footer`);
        }
        await copyRange(from, to, { source, start: chunk.start, length: chunk.length }, options.signal);
      }
      await to.write(tailOf(options.footer), 0, undefined, start);
    } finally {
      await to.close();
    }
  } catch (error) {
    await rm(target, { force: true });
    throw copyError(error, target);
  } finally {
    await from.close();
  }
}

/** The footer with its length and the magic behind it. */
export function tailOf(footer: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([footer, length, Buffer.from('PAR1')]);
}

async function copyRange(
  from: FileHandle,
  to: FileHandle,
  range: { source: string; start: number; length: number },
  signal: AbortSignal | undefined,
): Promise<void> {
  const end = range.start + range.length;
  for (let at = range.start; at < end; at += COPY_BYTES) {
    checkAborted(signal);
    const bytes = await readAt(from, range.source, at, Math.min(COPY_BYTES, end - at));
    await to.write(bytes, 0, bytes.length, at);
  }
}

/** Bytes of a file; FILE_CORRUPT when it ends before. */
export async function readAt(
  file: FileHandle,
  path: string,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  return readInto(new Uint8Array(length), file, path, offset);
}

/** Fills `bytes`; FILE_CORRUPT when the file ends before. */
export async function readInto(
  bytes: Uint8Array,
  file: FileHandle,
  path: string,
  offset: number,
): Promise<Uint8Array> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, offset + done);
    if (bytesRead === 0) throw corrupt(path, offset + done, 'the file ends');
    done += bytesRead;
  }
  return bytes;
}

/** Opens a file for reading. */
export async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new LakeError('FILE_MISSING', `${path}: the file does not exist.`, { file: path }, error);
    if (code === 'EACCES' || code === 'EPERM') {
      throw new LakeError('FILE_DENIED', `${path}: no permission to read.`, { file: path }, error);
    }
    throw new LakeError('STORE_UNAVAILABLE', `${path}: ${(error as Error).message}`, { file: path }, error);
  }
}

/** What went wrong while a copy was written: DISK_EXHAUSTED when there is no space. */
export function copyError(error: unknown, target: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new LakeError('DISK_EXHAUSTED', `No space for the temporary copy ${target}.`, { target }, error);
}
