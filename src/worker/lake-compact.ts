// Compacting a table, with memory of its own for as long as it takes.
import { LakeError } from '../base/index.ts';
import { type Predicate, parseFilter } from '../format/index.ts';
import { type CompactReport, type CompactTableOptions, compactTable, type Table } from '../table/index.ts';
import { withCompactionRoom } from './compaction-room.ts';
import type { LakeCore } from './lake-core.ts';

/** What the file that is written takes: a row group of compressed pages, and the pages that are open. */
const FILE_BYTES = 48 * 1024 * 1024;

/**
 * What to compact, and how.
 *
 * Shape   `where`: a condition on partition columns, as text (`day < '2026-01-01'`) or as a `Predicate`. The
 *         rest as in `CompactTableOptions`.
 */
export interface CompactOptions extends Omit<CompactTableOptions, 'where'> {
  readonly where?: string | Predicate;
}

/** Compacts. See `LakeTable.compact`. */
export async function compactLeased(
  core: LakeCore,
  table: Table,
  options: CompactOptions,
): Promise<CompactReport> {
  const { where, ...rest } = options;
  const condition = where === undefined ? undefined : conditionOf(table, where);
  const wanted = condition === undefined ? rest : { ...rest, where: condition };
  await using _file = await core.sqlGate.acquire(FILE_BYTES, {
    holder: `compacting ${table.identifier.database}.${table.identifier.table}`,
    waitMs: core.waitMs,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  return await withCompactionRoom(core, table, options.signal, (room) => compactTable(table, room, wanted));
}

function conditionOf(table: Table, where: string | Predicate): Predicate {
  const parsed = typeof where === 'string' ? parseFilter(where, table.schema.fields) : where;
  if (parsed === undefined) {
    const text = `Partitions are chosen by conditions over their columns only, not '${String(where)}'.`;
    throw new LakeError('FILTER_INVALID', text);
  }
  return parsed;
}
