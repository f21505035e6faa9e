// Reads Parquet files into batches: many files with one statement where they allow it, one by one where they
// do not (columns that are missing or differ in case only, nanosecond timestamps and LZ4 pages DuckDB cannot
// read as they are, an error whose file has to be found).
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DataType, type Field, LakeError, PARQUET_FILES_PER_QUERY, uuid } from '../../base/index.ts';
import { type Batch, sliceBatch } from '../../codec/index.ts';
import type { ParquetRead } from '../engine.ts';
import { isLz4Refusal } from '../engine-error.ts';
import { type QueryHost, runQuery } from '../run-query.ts';
import { checkParquetFiles, copyWithInt96AsBytes, readParquetFooter } from './parquet-copy.ts';
import { int96Leaves, type ParquetFooter } from './parquet-footer.ts';
import { copyWithoutLz4, holdsLz4 } from './parquet-recode.ts';
import { NOTHING, type ScanColumns, scanFields, scanSql } from './parquet-scan.ts';

/** Runs a read. `copies` is the directory for temporary copies. */
export async function* readParquetFiles(
  host: QueryHost,
  read: ParquetRead,
  copies: string,
): AsyncGenerator<Batch, void, void> {
  const nanos = new Set(read.columns.filter((c) => holdsNanos(c.type)).map((c) => c.name));
  const likeRenamed = read.columns.some((c) => /_[0-9]+$/.test(c.name));
  for (let i = 0; i < read.paths.length; i += PARQUET_FILES_PER_QUERY) {
    const paths = read.paths.slice(i, i + PARQUET_FILES_PER_QUERY);
    const inspect = nanos.size > 0 || (likeRenamed && (await renamesColumns(paths[0] as string)));
    if (inspect) {
      for (const path of paths) yield* readInspected(host, read, path, { nanos, copies });
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
    if (isLz4Refusal(error) || (error.code === 'COLUMN_MISSING' && given === 0)) {
      yield* withoutFirst(given, readEach(host, read, paths, copies));
      return;
    }
    if (paths.length > 1 && error.kind === 'corrupt') throw await blame(host, read, paths, error);
    throw error;
  }
}

async function* readEach(
  host: QueryHost,
  read: ParquetRead,
  paths: readonly string[],
  copies: string,
): AsyncGenerator<Batch, void, void> {
  for (const path of paths) yield* readInspected(host, read, path, { nanos: new Set(), copies });
}

/**
 * The batches without their first rows, which were given already when the engine came to a file it refused.
 */
async function* withoutFirst(rows: number, batches: AsyncIterable<Batch>): AsyncGenerator<Batch, void, void> {
  let left = rows;
  for await (const batch of batches) {
    const skipped = Math.min(left, batch.rowCount);
    left -= skipped;
    if (skipped < batch.rowCount) yield sliceBatch(batch, skipped, batch.rowCount);
  }
}

interface ScanOptions {
  /** Where the columns lie, when names are not enough. */
  readonly columns?: ScanColumns | undefined;
  /** The path to name in errors, when a copy is read. */
  readonly reportAs?: string;
}

/**
 * Scans files as they are. Without `columns`: COLUMN_MISSING when a column is not there by exactly its name.
 */
async function* scan(
  host: QueryHost,
  read: ParquetRead,
  paths: readonly string[],
  options: ScanOptions = {},
): AsyncGenerator<Batch, void, void> {
  const fields = scanFields(read);
  const batches = runQuery(host, {
    batchRows: read.batchRows,
    batchBytes: read.batchBytes,
    reuse: read.reuse,
    signal: read.signal,
    sql: scanSql(read, paths, options.columns),
    fields,
    activity: { kind: 'files', paths: options.reportAs === undefined ? paths : [options.reportAs] },
    check: async (statement) => {
      if (options.columns !== undefined) return;
      const other = read.columns.find((c, i) => statement.columns[i]?.name !== c.name);
      if (other !== undefined) throw new LakeError('COLUMN_MISSING', `${paths[0]}: no column ${other.name}.`);
    },
  });
  if (fields[0] !== NOTHING) yield* batches;
  else for await (const { rowCount } of batches) yield { fields: [], rowCount, columns: [] };
}

/** Reads one file after looking at its footer. */
async function* readInspected(
  host: QueryHost,
  read: ParquetRead,
  path: string,
  options: { readonly nanos: ReadonlySet<string>; readonly copies: string },
): AsyncGenerator<Batch, void, void> {
  const located = await readParquetFooter(path);
  const { footer } = located;
  const filtered = columnsNamed(footer, read.where);
  const byName = namesSuffice(footer, read.columns);
  const keep = byName && int96Leaves(footer, filtered).length === 0;
  const { where: _, ...unfiltered } = read;
  const inner = keep ? read : unfiltered;
  const columns = byName ? undefined : columnsIn(footer, read.columns);
  const leaves = int96Leaves(footer, options.nanos);
  const copied = new Set([...filtered, ...read.columns.map((c) => c.name)]);
  const lz4 = holdsLz4(footer, copied);
  if (leaves.length === 0 && !lz4) {
    yield* scan(host, inner, [path], { columns });
    return;
  }
  const copy = join(options.copies, `${uuid()}.parquet`);
  try {
    const { signal } = read;
    if (lz4) await copyWithoutLz4(path, copy, located, { leaves, columns: copied, signal });
    else await copyWithInt96AsBytes(path, copy, located, { leaves, columns: copied, signal });
    yield* scan(host, inner, [copy], { columns, reportAs: path });
  } finally {
    await rm(copy, { force: true });
  }
}

/** Columns a filter may mention: those whose names occur in its text. */
function columnsNamed(footer: ParquetFooter, where: string | undefined): ReadonlySet<string> {
  const text = where?.toLowerCase() ?? '';
  return new Set(footer.columns.filter((name) => text.includes(name.toLowerCase())));
}

/** True when DuckDB, which does not tell `a` from `A`, finds every wanted column by its name. */
function namesSuffice(footer: ParquetFooter, wanted: readonly Field[]): boolean {
  const folded = new Set(footer.columns.map((name) => name.toLowerCase()));
  const exact = new Set(footer.columns);
  return folded.size === footer.columns.length && wanted.every((c) => exact.has(c.name));
}

function columnsIn(footer: ParquetFooter, wanted: readonly Field[]): ScanColumns {
  return { file: footer.columns, wanted: wanted.map((c) => footer.columns.indexOf(c.name)) };
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
