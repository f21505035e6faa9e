// Reads Parquet files into batches: many files with one statement where they allow it, one by one where they
// do not (columns that are missing or differ in case only, nanosecond timestamps, LZ4 pages and malformed
// text DuckDB cannot read as they are, an error whose file has to be found).
import { type DataType, LakeError, PARQUET_COLUMNS_MAX, PARQUET_FILES_PER_QUERY } from '../../base/index.ts';
import type { Batch } from '../../codec/index.ts';
import type { ParquetRead } from '../engine.ts';
import { isLz4Refusal, isTextRefusal } from '../engine-error.ts';
import type { QueryHost } from '../run-query.ts';
import { checkParquetFiles, readParquetFooter } from './parquet-copy.ts';
import { NONE_GIVEN, readInspected, rowsGiven, scan } from './parquet-inspected.ts';

/** Runs a read. `copies` is the directory for temporary copies. */
export async function* readParquetFiles(
  host: QueryHost,
  read: ParquetRead,
  copies: string,
): AsyncGenerator<Batch, void, void> {
  if (read.columns.length > PARQUET_COLUMNS_MAX) {
    const text = `${read.columns.length} columns are read at once, at most ${PARQUET_COLUMNS_MAX} can be.`;
    throw new LakeError('LIMIT_EXCEEDED', text, { limit: 'PARQUET_COLUMNS_MAX', file: read.paths[0] });
  }
  const nanos = new Set(read.columns.filter((c) => holdsNanos(c.type)).map((c) => c.name));
  const likeRenamed = read.columns.some((c) => /_[0-9]+$/.test(c.name));
  for (let i = 0; i < read.paths.length; i += PARQUET_FILES_PER_QUERY) {
    const paths = read.paths.slice(i, i + PARQUET_FILES_PER_QUERY);
    const inspect = nanos.size > 0 || (likeRenamed && (await renamesColumns(paths[0] as string)));
    if (inspect) {
      for (const path of paths) yield* readInspected(host, read, path, { nanos, copies, given: NONE_GIVEN });
    } else {
      await checkParquetFiles(paths);
      yield* readTogether(host, read, paths, copies);
    }
  }
}

/**
 * True when DuckDB calls a column of the file `A_1` that is called `A`, because there is an `a` before it.
 */
async function renamesColumns(path: string): Promise<boolean> {
  const { columns } = (await readParquetFooter(path)).footer;
  return new Set(columns.map((name) => name.toLowerCase())).size < columns.length;
}

/** True when the type holds a timestamp of more than microseconds. */
function holdsNanos(type: DataType): boolean {
  switch (type.kind) {
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return type.precision > 6;
    case 'ARRAY':
    case 'MULTISET':
      return holdsNanos(type.element);
    case 'MAP':
      return holdsNanos(type.key) || holdsNanos(type.value);
    case 'ROW':
      return type.fields.some((f) => holdsNanos(f.type));
    default:
      return false;
  }
}

async function* readTogether(
  host: QueryHost,
  read: ParquetRead,
  paths: readonly string[],
  copies: string,
): AsyncGenerator<Batch, void, void> {
  let given = 0;
  try {
    for await (const batch of scan(host, read, paths)) {
      given += batch.rowCount;
      yield batch;
    }
  } catch (error) {
    if (!(error instanceof LakeError)) throw error;
    const refused = isLz4Refusal(error) || isTextRefusal(error);
    if (refused || (error.code === 'COLUMN_MISSING' && given === 0)) {
      yield* readEach(host, read, paths, { given, copies });
      return;
    }
    if (paths.length > 1 && error.kind === 'corrupt') throw await blame(host, read, paths, error);
    throw error;
  }
}

/** File by file, without the first rows of all, which were given already. */
async function* readEach(
  host: QueryHost,
  read: ParquetRead,
  paths: readonly string[],
  options: { readonly given: number; readonly copies: string },
): AsyncGenerator<Batch, void, void> {
  const { copies } = options;
  let left = options.given;
  for (const path of paths) {
    const given = await rowsGiven(host, read, path, left);
    left -= given.matched;
    if (left === 0) yield* readInspected(host, read, path, { nanos: new Set(), copies, given });
  }
}

/** Finds the file an error of many is about by reading each alone; the error as it was when none fails. */
async function blame(
  host: QueryHost,
  read: ParquetRead,
  paths: readonly string[],
  error: LakeError,
): Promise<LakeError> {
  if (paths.includes(error.details.file as string)) return error;
  for (const path of paths) {
    try {
      for await (const _ of scan(host, read, [path]));
    } catch (one) {
      if (one instanceof LakeError) return one;
      throw one;
    }
  }
  return error;
}
