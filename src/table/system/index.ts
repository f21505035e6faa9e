// All system tables by name.
import type { Field } from '../../base/index.ts';
import type { Batch } from '../../codec/index.ts';
import type { Engine } from '../../engine/index.ts';
import type { Table } from '../table.ts';
import { AGGREGATION_FIELDS, BRANCHES, CONSUMERS, OPTIONS, SCHEMAS, SNAPSHOTS, TAGS } from './log-tables.ts';
import { type SystemTable, systemBatches } from './system-table.ts';

const METADATA_TABLES: readonly SystemTable[] = [
  SNAPSHOTS,
  SCHEMAS,
  OPTIONS,
  TAGS,
  BRANCHES,
  CONSUMERS,
  AGGREGATION_FIELDS,
];

/** The names that may stand after `$`. */
export const SYSTEM_TABLE_NAMES: readonly string[] = METADATA_TABLES.map((system) => system.name);

/** A system table of an opened table. `read` gives its rows with all of `fields`; `engine` is asked for only where files are decoded. */
export interface OpenSystemTable {
  readonly fields: readonly Field[];
  read(engine: () => Promise<Engine>, signal: AbortSignal | undefined): AsyncIterable<Batch>;
}

/** A system table by name, undefined when there is none of that name. */
export function findSystemTable(name: string, table: Table): OpenSystemTable | undefined {
  const system = METADATA_TABLES.find((one) => one.name === name);
  if (system === undefined) return undefined;
  return { fields: system.fields, read: (_engine, signal) => systemBatches(system, table, signal) };
}
