// One data file as batches of the wanted columns, by the format its name says.
import { checkAborted, corrupt, type Field, PARQUET_FILES_PER_QUERY, unsupported } from '../../base/index.ts';
import { type Batch, type LongVector, readAvroBatches } from '../../codec/index.ts';
import {
  type DataFileMeta,
  DELETION_VECTOR_FRAME_BYTES,
  type DeletionVector,
  decodeDeletionVector,
} from '../../format/index.ts';
import { checkFileName, dataFilePath } from '../directories.ts';
import type { DeletionFile, SplitFile } from '../plan/split.ts';
import { dropDeleted } from './delete-rows.ts';
import { expectFile, expectRows } from './expect-file.ts';
import { type FileColumns, resolveColumns } from './file-columns.ts';
import { type BucketContext, type FileRead, type ReadContext, ROW_POSITION_FIELD } from './read-context.ts';
import { readParquetFiles } from './read-parquet-files.ts';

/**
 * Bytes of one deletion vector record: its bitmap holds one file's rows, so this is far beyond any real
 * one.
 */
const DELETION_BYTES_MAX = 512 * 1024 * 1024;

/**
 * Reads one file of a split.
 *
 * Shape   batches have `read.fields`, in the file's row order, without the rows its deletion vector names;
 *         never empty.
 * Errors  `FEATURE_UNSUPPORTED` naming ORC or another format; `FILE_MISSING`, `FILE_CORRUPT`.
 * Source  Paimon, operation/RawFileSplitRead.java, io/KeyValueFileReaderFactory.java.
 */
export async function* readFile(
  context: ReadContext,
  bucket: BucketContext,
  splitFile: SplitFile,
  read: FileRead,
): AsyncGenerator<Batch, void, undefined> {
  yield* readAlike(context, bucket, [splitFile], read);
}

/**
 * Reads files one after the other; small Parquet files that are alike are opened together. See `readFile`.
 */
export async function* readFiles(
  context: ReadContext,
  bucket: BucketContext,
  files: readonly SplitFile[],
  read: FileRead,
): AsyncGenerator<Batch, void, undefined> {
  let alike: SplitFile[] = [];
  for (const splitFile of files) {
    const [first] = alike;
    if (first !== undefined && !(readsAlike(first, splitFile) && alike.length < PARQUET_FILES_PER_QUERY)) {
      yield* readAlike(context, bucket, alike, read);
      alike = [];
    }
    alike.push(splitFile);
  }
  if (alike.length > 0) yield* readAlike(context, bucket, alike, read);
}

/** True when one statement can read both files: Parquet of one schema, and no row of either is deleted. */
function readsAlike(a: SplitFile, b: SplitFile): boolean {
  return (
    a.deletion === undefined &&
    b.deletion === undefined &&
    a.file.schemaId === b.file.schemaId &&
    a.file.writeCols === undefined &&
    b.file.writeCols === undefined &&
    formatOf(a.file.fileName) === 'parquet' &&
    formatOf(b.file.fileName) === 'parquet'
  );
}

/** Files that can be read by one statement; more than one only if `readsAlike`. */
async function* readAlike(
  context: ReadContext,
  bucket: BucketContext,
  files: readonly SplitFile[],
  read: FileRead,
): AsyncGenerator<Batch, void, undefined> {
  const [{ file, deletion }] = files as [SplitFile];
  const { table, signal } = context;
  const paths = files.map((split) => dataFilePath(split.file, bucket.path, table.options.raw));
  for (const [i, split] of files.entries()) await expectFile(table.store, paths[i] as string, split.file);
  const schema = file.schemaId === table.schema.id ? table.schema : await table.schemas.byId(file.schemaId);
  const columns = resolveColumns(file, schema, read.fields, bucket.partition);
  const deleted = deletion === undefined ? undefined : await readDeletion(context, deletion);
  const format = formatOf(file.fileName);
  const metas = files.map((split) => split.file);
  const batches =
    format === 'parquet'
      ? readParquet(context, paths, { columns, read, deleted, metas })
      : readAvro(context, paths[0] as string, { columns, read, deleted, metas });
  for await (const batch of batches) {
    checkAborted(signal);
    if (batch.rowCount > 0) yield batch;
  }
}

/**
 * The format of a data file by the end of its name. Source: Paimon, io/DataFilePathFactory.java
 * (formatIdentifier).
 */
export function formatOf(fileName: string): 'parquet' | 'avro' {
  checkFileName(fileName);
  const extension = fileName.slice(fileName.lastIndexOf('.') + 1).toLowerCase();
  if (extension === 'parquet' || extension === 'avro') return extension;
  throw unsupported(
    `file.format=${extension}`,
    `${fileName}: files of format '${extension}' are not read yet.`,
  );
}

/** The deletion vector a split names. */
async function readDeletion(context: ReadContext, deletion: DeletionFile): Promise<DeletionVector> {
  const { path, offset, length, cardinality } = deletion;
  await using file = await context.table.store.open(path);
  const wanted = length + DELETION_VECTOR_FRAME_BYTES;
  if (offset < 0 || length < 0 || length > DELETION_BYTES_MAX || offset + length > file.size) {
    throw corrupt(path, offset, `a deletion vector of ${length} bytes does not fit the file`);
  }
  const bytes = await file.read(offset, Math.min(wanted, file.size - offset));
  return decodeDeletionVector(bytes, { file: path, offset, length, cardinality });
}

/** What to make of a file's rows. */
interface Shaping {
  readonly columns: FileColumns;
  readonly read: FileRead;
  readonly deleted: DeletionVector | undefined;
  readonly metas: readonly DataFileMeta[];
}

async function* readParquet(
  context: ReadContext,
  paths: readonly string[],
  { columns, read, deleted, metas }: Shaping,
): AsyncGenerator<Batch, void, undefined> {
  let rows = 0;
  const expected = metas.reduce((sum, file) => sum + file.rowCount, 0n);
  const skip = (skipped: number): void => {
    rows += skipped;
  };
  // Batches of deleted rows only are passed over: with memory used in turns, the one behind them would be
  // written over the one the caller still has.
  const kept = deleted === undefined ? read : { ...read, reuse: false };
  for await (const { batch, first } of readParquetFiles(context, paths, { columns, read: kept, skip })) {
    rows += batch.rowCount;
    // A footer may claim any number of rows of which no column is read.
    if (rows > expected) break;
    const position = (row: number): bigint => BigInt(first + row);
    const plain = shapeBatch(batch, columns, read.fields);
    const shaped =
      read.positions === true ? withPositions(plain, positionsOf(batch.rowCount, position)) : plain;
    const left = deleted === undefined ? shaped : dropDeleted(shaped, deleted, (row) => first + row);
    if (left !== undefined) yield left;
  }
  expectRows(paths, metas, rows);
}

async function* readAvro(
  context: ReadContext,
  path: string,
  { columns, read, deleted, metas }: Shaping,
): AsyncGenerator<Batch, void, undefined> {
  await using file = await context.table.store.open(path);
  let first = 0;
  for await (const batch of readAvroBatches(file, columns.fileFields, read)) {
    checkAborted(context.signal);
    const start = first;
    first += batch.rowCount;
    const shapedColumns = columns.shapeAvro(batch.columns, batch.rowCount);
    const plain = { fields: read.fields, rowCount: batch.rowCount, columns: shapedColumns };
    const position = (row: number): bigint => BigInt(start + row);
    const shaped =
      read.positions === true ? withPositions(plain, positionsOf(batch.rowCount, position)) : plain;
    const left = deleted === undefined ? shaped : dropDeleted(shaped, deleted, (row) => start + row);
    if (left !== undefined) yield left;
  }
  expectRows([path], metas, first);
}

function shapeBatch(batch: Batch, columns: FileColumns, fields: readonly Field[]): Batch {
  return { fields, rowCount: batch.rowCount, columns: columns.shape(batch.columns, batch.rowCount) };
}

function withPositions(batch: Batch, positions: LongVector): Batch {
  const { fields, rowCount, columns } = batch;
  return { fields: [...fields, ROW_POSITION_FIELD], rowCount, columns: [...columns, positions] };
}

function positionsOf(length: number, position: (row: number) => bigint): LongVector {
  const values = new BigInt64Array(length);
  for (let row = 0; row < length; row++) values[row] = position(row);
  return { layout: 'i64', length, validity: null, values };
}
