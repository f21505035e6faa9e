// Parquet data files as batches of their own columns.
import { checkAborted, type Field, LakeError, PARQUET_COLUMNS_MAX } from '../../base/index.ts';
import type { Batch } from '../../codec/index.ts';
import { PageBudget } from '../../memory/index.ts';
import { openParquet, planParquet, readParquetRows, rowGroupMatches } from '../parquet/index.ts';
import type { FileColumns } from './file-columns.ts';
import type { FileRead, ReadContext } from './read-context.ts';

/** Bytes of pages a read may hold when nobody gave it a budget. */
const PAGE_BYTES_DEFAULT = 256 * 1024 * 1024;

/**
 * Rows of a file. `batch` has the file's columns; `first`: the physical 0-based position of its first row.
 */
export interface FileRows {
  readonly batch: Batch;
  readonly first: number;
}

/** What to read of files. `skip` is told of rows left out because no wanted row lies among them. */
export interface ParquetFilesRead {
  readonly columns: FileColumns;
  readonly read: FileRead;
  readonly skip: (rows: number) => void;
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
  const count = read.columns.fileFields.length;
  if (count > PARQUET_COLUMNS_MAX) {
    const text = `${count} columns are read at once, at most ${PARQUET_COLUMNS_MAX} can be.`;
    throw new LakeError('LIMIT_EXCEEDED', text, { limit: 'PARQUET_COLUMNS_MAX', file: paths[0] });
  }
  for (const path of paths) {
    checkAborted(context.signal);
    yield* readParquetFile(context, path, read);
  }
}

async function* readParquetFile(
  context: ReadContext,
  path: string,
  { columns, read, skip }: ParquetFilesRead,
): AsyncGenerator<FileRows, void, undefined> {
  await using opened = await openParquet(context.table.store, path);
  const { footer } = opened;
  const planned = planParquet(footer, columns.fileFields, path);
  const fieldOf = fieldsUnchanged(columns, read);
  const keep = (group: number): boolean => {
    const kept = rowGroupMatches(footer, group, read.conjuncts, fieldOf);
    if (!kept) skip(footer.rowGroups[group]?.rowCount ?? 0);
    return kept;
  };
  yield* readParquetRows(opened, planned, {
    keep,
    batchRows: read.batchRows,
    batchBytes: read.batchBytes,
    reuse: read.reuse,
    budget: context.pages ?? new PageBudget(PAGE_BYTES_DEFAULT),
    signal: context.signal,
  });
}

function fieldsUnchanged(columns: FileColumns, read: FileRead): (name: string) => Field | undefined {
  return (name) => columns.unchanged[read.fields.findIndex((field) => field.name === name)];
}
