// One Parquet file read after looking at its footer, from a temporary copy where DuckDB cannot read it as it
// is.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Field, LakeError, uuid } from '../../base/index.ts';
import { type Batch, type LongVector, type ParquetFooter, sliceBatch } from '../../codec/index.ts';
import type { ParquetRead } from '../engine.ts';
import { isTextRefusal } from '../engine-error.ts';
import { type QueryHost, runQuery } from '../run-query.ts';
import { copyWithFooter, type LocatedFooter, readParquetFooter } from './parquet-copy.ts';
import { int96Leaves, withInt96AsBytes } from './parquet-int96.ts';
import { copyWithoutLz4, holdsLz4 } from './parquet-recode.ts';
import { NOTHING, type ScanColumns, scanFields, scanSql } from './parquet-scan.ts';
import { withTextAsBytes } from './parquet-text.ts';

interface ScanOptions {
  /** Where the columns lie, when names are not enough. */
  readonly columns?: ScanColumns | undefined;
  /** The path to name in errors, when a copy is read. */
  readonly reportAs?: string;
  /** The first rows only. */
  readonly limit?: number;
}

/**
 * Scans files as they are. Without `columns`: COLUMN_MISSING when a column is not there by exactly its name.
 */
export async function* scan(
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
    sql: scanSql(read, paths, options),
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

/**
 * How much of a file was given when the engine refused it: `matched` rows that its filter let through, which
 * are among its first `rows`.
 */
export interface Given {
  readonly matched: number;
  readonly rows: number;
}

/** Nothing was given yet. */
export const NONE_GIVEN: Given = { matched: 0, rows: 0 };

/** Where in a file the first `matched` rows of a read end; all of the file when it has less of them. */
export async function rowsGiven(
  host: QueryHost,
  read: ParquetRead,
  path: string,
  matched: number,
): Promise<Given> {
  let given = NONE_GIVEN;
  if (matched === 0) return given;
  // The engine reads no further than these rows, which it gave before: what it refuses lies behind them.
  const numbers = { ...read, columns: [], rowNumbers: true };
  for await (const { rowCount, columns } of scan(host, numbers, [path], { limit: matched })) {
    const { values } = columns[0] as LongVector;
    given = { matched: given.matched + rowCount, rows: Number(values[rowCount - 1]) + 1 };
  }
  return given;
}

interface Inspected {
  readonly located: LocatedFooter;
  readonly path: string;
  /** Columns whose timestamps hold nanoseconds. */
  readonly nanos: ReadonlySet<string>;
  readonly copies: string;
  readonly given: Given;
  /** Whether text is read as bytes. */
  readonly textAsBytes: boolean;
}

/**
 * Reads one file after looking at its footer, without what was `given` of it. Text that is malformed is
 * noticed late: then the rest is read from a copy that calls it bytes.
 */
export async function* readInspected(
  host: QueryHost,
  read: ParquetRead,
  path: string,
  options: Pick<Inspected, 'nanos' | 'copies' | 'given'>,
): AsyncGenerator<Batch, void, void> {
  const inspected = { ...options, path, located: await readParquetFooter(path), textAsBytes: false };
  const keep = keepsFilter(inspected, read);
  let { matched, rows } = options.given;
  try {
    for await (const batch of readLocated(host, read, inspected)) {
      matched += batch.rowCount;
      rows += batch.rowCount;
      yield batch;
    }
  } catch (error) {
    if (!isTextRefusal(error)) throw error;
    const filtered = keep && read.where !== undefined;
    const given = filtered ? await rowsGiven(host, read, path, matched) : { matched, rows };
    yield* readLocated(host, read, { ...inspected, given, textAsBytes: true });
  }
}

/** Whether the engine filters: not where it may take names or values for others. */
function keepsFilter({ located: { footer }, textAsBytes }: Inspected, read: ParquetRead): boolean {
  const compared = int96Leaves(footer, columnsNamed(footer, read.where));
  return !textAsBytes && namesSuffice(footer, read.columns) && compared.length === 0;
}

async function* readLocated(
  host: QueryHost,
  read: ParquetRead,
  inspected: Inspected,
): AsyncGenerator<Batch, void, void> {
  const { located, path, given, textAsBytes } = inspected;
  const { footer } = located;
  const keep = keepsFilter(inspected, read);
  const { where: _, ...unfiltered } = read;
  const inner = keep ? read : unfiltered;
  const columns = namesSuffice(footer, read.columns) ? undefined : columnsIn(footer, read.columns);
  const skip = keep ? given.matched : given.rows;
  const leaves = int96Leaves(footer, inspected.nanos);
  const copied = new Set([...columnsNamed(footer, read.where), ...read.columns.map((c) => c.name)]);
  const lz4 = holdsLz4(footer, copied);
  if (leaves.length === 0 && !lz4 && !textAsBytes) {
    yield* withoutFirst(skip, scan(host, inner, [path], { columns }));
    return;
  }
  const copy = join(inspected.copies, `${uuid()}.parquet`);
  try {
    const plain = withInt96AsBytes(footer, leaves);
    const bytes = textAsBytes ? withTextAsBytes(plain, footer, copied, path) : plain;
    const target = { footer: bytes, columns: copied, signal: read.signal };
    await (lz4 ? copyWithoutLz4 : copyWithFooter)(path, copy, located, target);
    yield* withoutFirst(skip, scan(host, inner, [copy], { columns, reportAs: path }));
  } finally {
    await rm(copy, { force: true });
  }
}

/** The batches without their first rows. */
async function* withoutFirst(rows: number, batches: AsyncIterable<Batch>): AsyncGenerator<Batch, void, void> {
  let left = rows;
  for await (const batch of batches) {
    const skipped = Math.min(left, batch.rowCount);
    left -= skipped;
    if (skipped < batch.rowCount) yield sliceBatch(batch, skipped, batch.rowCount);
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
