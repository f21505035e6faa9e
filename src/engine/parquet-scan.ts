// Columns of Parquet files through DuckDB: the statement that reads them.
import type { Field } from '../base/index.ts';
import type { ParquetRead } from './engine.ts';
import { duckTypeOf, quoteName, quoteText } from './sql-text.ts';

/** The field of `rowNumbers`. */
export const ROW_POSITION: Field = {
  id: -1,
  name: '_ROW_POSITION',
  type: { kind: 'BIGINT', nullable: false },
};

/**
 * The statement that reads `read.columns` of `paths`.
 *
 * Shape   one result column for each of `columns`, then the row position; a constant when nothing was asked for. Columns whose names are
 *         in `missing` are nulls.
 */
export function scanSql(
  read: ParquetRead,
  paths: readonly string[],
  missing: ReadonlySet<string> = new Set(),
): string {
  const columns = read.columns.map((c) =>
    missing.has(c.name) ? `CAST(NULL AS ${duckTypeOf(c.type)})` : `f.${quoteName(c.name)}`,
  );
  if (read.rowNumbers === true) columns.push('f.file_row_number');
  if (columns.length === 0) columns.push('TRUE');
  const list = paths.map(quoteText).join(', ');
  const options = read.rowNumbers === true ? ', file_row_number = true' : '';
  const where = read.where === undefined ? '' : ` WHERE ${read.where}`;
  return `SELECT ${columns.join(', ')} FROM read_parquet([${list}], hive_partitioning = false${options}) AS f${where}`;
}

/** The fields of the batches of a read. */
export function scanFields(read: ParquetRead): readonly Field[] {
  return read.rowNumbers === true ? [...read.columns, ROW_POSITION] : read.columns;
}
