// The statement that reads columns of Parquet files.
import type { Field } from '../../base/index.ts';
import type { ParquetRead } from '../engine.ts';
import { duckTypeOf, quoteName, quoteText } from '../sql-text.ts';

/** The field of `rowNumbers`. */
export const ROW_POSITION: Field = {
  id: -1,
  name: '_ROW_POSITION',
  type: { kind: 'BIGINT', nullable: false },
};

/**
 * A limit that never limits: with one, DuckDB reads a file in order with one thread, one row group at a time.
 * Without it every thread buffers a row group of its own, for each of the many runs a merge reads at once, to
 * put them in order again.
 */
const ALL_ROWS = '9223372036854775807';

/**
 * Where the wanted columns lie in the files.
 *
 * Shape   `file`: names of all top-level columns. `wanted[i]`: the position there of column i of the read, -1
 *         when it is missing.
 */
export interface ScanColumns {
  readonly file: readonly string[];
  readonly wanted: readonly number[];
}

/**
 * The statement that reads `read.columns` of `paths`, in their order.
 *
 * Shape   one result column for each of `columns`, then the row position; a constant when nothing was asked
 *         for. `limit`: the first rows only. Without `columns`, names are resolved by DuckDB, which does not
 *         tell `a` from `A`; with them, by position.
 */
export function scanSql(
  read: ParquetRead,
  paths: readonly string[],
  { columns, limit }: { readonly columns?: ScanColumns | undefined; readonly limit?: number } = {},
): string {
  const list = read.columns.map((c, i) => {
    if (columns === undefined) return `f.${quoteName(c.name)}`;
    const at = columns.wanted[i] as number;
    return at < 0 ? `CAST(NULL AS ${duckTypeOf(c.type)})` : `f.c${at}`;
  });
  if (read.rowNumbers === true)
    list.push(columns === undefined ? 'f.file_row_number' : `f.c${columns.file.length}`);
  if (list.length === 0) list.push('TRUE');
  const options = read.rowNumbers === true ? ', file_row_number = true' : '';
  const where = read.where === undefined ? '' : ` WHERE ${read.where}`;
  const names =
    columns === undefined
      ? ''
      : `(${columns.file.map((_, i) => `c${i}`).join(', ')}${rowNumberName(read, columns)})`;
  const files = paths.map((p) => quoteText(literalPath(p))).join(', ');
  const source = `read_parquet([${files}], hive_partitioning = false${options}) AS f${names}`;
  const all = `SELECT ${list.join(', ')} FROM ${source}${where} LIMIT ${ALL_ROWS}`;
  // Around the other limit: by itself a small one makes threads read row groups that are not needed.
  return limit === undefined ? all : `SELECT * FROM (${all}) LIMIT ${limit}`;
}

function rowNumberName(read: ParquetRead, columns: ScanColumns): string {
  return read.rowNumbers === true ? `, c${columns.file.length}` : '';
}

/** The path with DuckDB's wildcards taken literally. */
export function literalPath(path: string): string {
  return path.replace(/[*?[\]]/g, (c) => `[${c}]`);
}

/** The fields of the batches of a read. */
export function scanFields(read: ParquetRead): readonly Field[] {
  if (read.rowNumbers === true) return [...read.columns, ROW_POSITION];
  return read.columns.length > 0 ? read.columns : [NOTHING];
}

/** The constant read when no column was asked for; it is taken out of the batches. */
export const NOTHING: Field = { id: -2, name: '_NOTHING', type: { kind: 'BOOLEAN', nullable: false } };
