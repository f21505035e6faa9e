// A data file compared with what its manifest entry says of it, before and after it is read.
import { corrupt } from '../../base/index.ts';
import type { DataFileMeta } from '../../format/index.ts';
import { missing, notAFile, type Store } from '../../store/index.ts';

/**
 * Throws unless the file is there and as long as its entry says. Java opens files by that length, so another
 * one is a file cut short, or another file.
 *
 * Errors  `FILE_MISSING`; `FILE_CORRUPT` at the byte where it should have ended.
 */
export async function expectFile(store: Store, path: string, file: DataFileMeta): Promise<void> {
  const found = await store.stat(path);
  if (found === undefined) throw missing(path);
  if (found.kind !== 'file') throw notAFile(path);
  if (BigInt(found.size) === file.fileSize) return;
  const at = Math.min(found.size, Number(file.fileSize));
  throw corrupt(path, at, `the file has ${found.size} bytes, its manifest entry says ${file.fileSize}`);
}

/** Throws unless `rows`, read from files to their end, is what their entries say together. */
export function expectRows(paths: readonly string[], files: readonly DataFileMeta[], rows: number): void {
  const expected = files.reduce((sum, file) => sum + file.rowCount, 0n);
  if (expected === BigInt(rows)) return;
  const [first = ''] = paths;
  const more = paths.length > 1 ? ` (and ${paths.length - 1} files read with it)` : '';
  throw corrupt(first, undefined, `${rows} rows are in the file${more}, its manifest entry says ${expected}`);
}
