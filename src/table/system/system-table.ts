// What every system table is: fixed columns, and rows made from a table's metadata as they are asked for.
import { BATCH_ROWS_MAX, type DataType, type Field, parseTypeText } from '../../base/index.ts';
import { type Batch, batchOf, type Value } from '../../codec/index.ts';
import type { Engine } from '../../engine/index.ts';
import type { Predicate } from '../../format/index.ts';
import type { Table } from '../table.ts';

/**
 * One system table.
 *
 * Shape   `rows` gives cells in the order of `fields`, in memory form (timestamps in microseconds).
 * Source  Paimon 1.4.2, table/system/*.java: the same columns, types and texts.
 */
export interface SystemTable {
  readonly name: string;
  readonly fields: readonly Field[];
  rows(table: Table, signal?: AbortSignal): AsyncIterable<readonly Value[]>;
}

/**
 * A system table of an opened table. `read` gives its rows with all of `fields`; `engine` is asked for only
 * where files are decoded.
 */
export interface OpenSystemTable {
  readonly fields: readonly Field[];
  read(
    engine: () => Promise<Engine>,
    signal: AbortSignal | undefined,
    asked?: SystemRead,
  ): AsyncIterable<Batch>;
}

/**
 * What the reader of a system table will look at.
 *
 * Shape   batches have at least `columns`, in the order of `fields`; rows that do not match `filter` may be
 *         left out, so whoever reads still filters.
 */
export interface SystemRead {
  readonly columns?: readonly string[];
  readonly filter?: Predicate;
}

/** Columns from `name: TYPE` pairs; ids count from 0, as in Java's TABLE_TYPE. */
export function columns(types: Readonly<Record<string, string | DataType>>): readonly Field[] {
  return Object.entries(types).map(([name, type], id) => ({
    id,
    name,
    type: typeof type === 'string' ? typeOf(type) : type,
  }));
}

/** A type by its text. */
export function typeOf(text: string): DataType {
  return parseTypeText(text, { file: 'system table', column: '' });
}

/** Rows of a system table a batch holds: metadata rows are small, and a follower sees them sooner. */
const ROWS_PER_BATCH = Math.min(1024, BATCH_ROWS_MAX);

/** The rows of a system table as batches. An empty table gives none. */
export async function* systemBatches(
  system: SystemTable,
  table: Table,
  signal?: AbortSignal,
): AsyncGenerator<Batch, void, undefined> {
  let rows: (readonly Value[])[] = [];
  for await (const row of system.rows(table, signal)) {
    rows.push(row);
    if (rows.length === ROWS_PER_BATCH) {
      yield batchOf(system.fields, rows);
      rows = [];
    }
  }
  if (rows.length > 0) yield batchOf(system.fields, rows);
}

/**
 * Milliseconds since the epoch as a TIMESTAMP(3) cell. Java prints its own time zone's wall clock; here it is
 * always UTC.
 */
export function timestampCell(millis: bigint): bigint {
  return millis * 1000n;
}
