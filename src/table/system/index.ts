// All system tables by name.
import type { Table } from '../table.ts';
import { FILE_KEY_RANGES, FILES } from './file-tables.ts';
import { AGGREGATION_FIELDS, BRANCHES, CONSUMERS, OPTIONS, SCHEMAS, SNAPSHOTS, TAGS } from './log-tables.ts';
import { MANIFESTS, STATISTICS, TABLE_INDEXES } from './manifest-tables.ts';
import { BUCKETS, PARTITIONS } from './partition-tables.ts';
import { auditLog, binlog, readOptimized } from './reading-tables.ts';
import { rowTracking } from './row-tracking.ts';
import { type OpenSystemTable, type SystemTable, systemBatches } from './system-table.ts';

export type { OpenSystemTable } from './system-table.ts';

const METADATA_TABLES: readonly SystemTable[] = [
  SNAPSHOTS,
  SCHEMAS,
  OPTIONS,
  TAGS,
  BRANCHES,
  CONSUMERS,
  AGGREGATION_FIELDS,
  MANIFESTS,
  PARTITIONS,
  BUCKETS,
  FILES,
  FILE_KEY_RANGES,
  TABLE_INDEXES,
  STATISTICS,
];

const READING_TABLES: Readonly<Record<string, (table: Table) => OpenSystemTable>> = {
  audit_log: auditLog,
  binlog,
  ro: readOptimized,
  row_tracking: rowTracking,
};

/** The names that may stand after `$`. */
export const SYSTEM_TABLE_NAMES: readonly string[] = [
  ...METADATA_TABLES.map((system) => system.name),
  ...Object.keys(READING_TABLES),
];

/**
 * A system table by name, undefined when there is none of that name. Errors: `ARGUMENT_INVALID` where the
 * table has no such.
 */
export function findSystemTable(name: string, table: Table): OpenSystemTable | undefined {
  if (Object.hasOwn(READING_TABLES, name)) return READING_TABLES[name]?.(table);
  const system = METADATA_TABLES.find((one) => one.name === name);
  if (system === undefined) return undefined;
  return { fields: system.fields, read: (_engine, signal) => systemBatches(system, table, signal) };
}
