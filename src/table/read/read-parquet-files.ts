// Parquet data files as batches of their own columns: read by ourselves, or by the engine where a file holds
// what we do not know.
import { checkAborted, type Field, LakeError, PARQUET_COLUMNS_MAX } from '../../base/index.ts';
import type { Batch, LongVector } from '../../codec/index.ts';
import { PageBudget } from '../../memory/index.ts';
import { openParquet, planParquet, readParquetRows, rowGroupMatches } from '../parquet/index.ts';
import type { FileColumns } from './file-columns.ts';
import type { FileRead, ReadContext } from './read-context.ts';
import { whereSql } from './where-sql.ts';

/** Bytes of pages a read may hold when nobody gave it a budget. */
const PAGE_BYTES_DEFAULT = 256 * 1024 * 1024;

/**
 * Rows of a file.
 *
 * Shape   `batch` has the file's columns, and from the engine perhaps more behind them; `position` gives the
 *         physical 0-based position of a row.
 */
export interface FileRows {
  readonly batch: Batch;
  readonly position: (row: number) => bigint;
}

/** What to read of files. `skip` is told of rows left out, undefined when nobody counts them. */
export interface ParquetFilesRead {
  readonly columns: FileColumns;
  readonly read: FileRead;
  readonly positions: boolean;
  readonly skip: (rows: number | undefined) => void;
}

/**
 * Reads files that hold the same columns, one after the other.
 *
 * Errors  FILE_MISSING, FILE_CORRUPT, FILE_DENIED; FEATURE_UNSUPPORTED; MEMORY_EXHAUSTED; CANCELLED.
 */
export async function* readParquetFiles(
  context: ReadContext,
  paths: readonly string[],
  read: ParquetFilesRead,
): AsyncGenerator<FileRows, void, undefined> {
  checkColumns(read.columns.fileFields.length, paths);
  for (const [i, path] of paths.entries()) {
    checkAborted(context.signal);
    const because = yield* readOwn(context, path, read);
    if (because === undefined) continue;
    // Files of one schema: what keeps us from one of them keeps us from all.
    const rest = because === 'schema' ? paths.slice(i) : [path];
    yield* readByEngine(context, rest, read);
    if (because === 'schema') return;
  }
}

function checkColumns(count: number, [path]: readonly string[]): void {
  if (count <= PARQUET_COLUMNS_MAX) return;
  const text = `${count} columns are read at once, at most ${PARQUET_COLUMNS_MAX} can be.`;
  throw new LakeError('LIMIT_EXCEEDED', text, { limit: 'PARQUET_COLUMNS_MAX', file: path });
}

/** Reads a file, or says what keeps us from it. */
async function* readOwn(
  context: ReadContext,
  path: string,
  { columns, read, skip }: ParquetFilesRead,
): AsyncGenerator<FileRows, 'schema' | 'pages' | undefined, undefined> {
  await using opened = await openParquet(context.table.store, path);
  const { footer } = opened;
  const plan = planParquet(footer, columns.fileFields);
  if (plan.kind === 'engine') return plan.because;
  const fieldOf = fieldsUnchanged(columns, read);
  const keep = (group: number): boolean => {
    const kept = rowGroupMatches(footer, group, read.conjuncts, fieldOf);
    if (!kept) skip(footer.rowGroups[group]?.rowCount);
    return kept;
  };
  const options = {
    keep,
    batchRows: read.batchRows,
    batchBytes: read.batchBytes,
    reuse: read.reuse,
    budget: context.pages ?? new PageBudget(PAGE_BYTES_DEFAULT),
    signal: context.signal,
  };
  for await (const { batch, first } of readParquetRows(opened, plan.columns, options)) {
    yield { batch, position: (row) => BigInt(first + row) };
  }
  return undefined;
}

async function* readByEngine(
  context: ReadContext,
  paths: readonly string[],
  { columns, read, positions, skip }: ParquetFilesRead,
): AsyncGenerator<FileRows, void, undefined> {
  const where = whereSql(read.conjuncts, fieldsUnchanged(columns, read));
  if (where !== undefined) skip(undefined);
  const batches = context.engine.readParquet({
    paths,
    columns: columns.fileFields,
    rowNumbers: positions || columns.fileFields.length === 0,
    ...(where === undefined ? {} : { where }),
    ...(read.batchRows === undefined ? {} : { batchRows: read.batchRows }),
    ...(read.batchBytes === undefined ? {} : { batchBytes: read.batchBytes }),
    ...(read.reuse === undefined ? {} : { reuse: read.reuse }),
    ...(context.signal === undefined ? {} : { signal: context.signal }),
  });
  for await (const batch of batches) {
    const numbers = batch.columns[columns.fileFields.length] as LongVector;
    yield { batch, position: (row) => numbers.values[row] as bigint };
  }
}

function fieldsUnchanged(columns: FileColumns, read: FileRead): (name: string) => Field | undefined {
  return (name) => columns.unchanged[read.fields.findIndex((field) => field.name === name)];
}
