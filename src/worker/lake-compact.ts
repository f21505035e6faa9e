// Compacting a table, with an engine and memory of its own for as long as it takes.
import { LakeError } from '../base/index.ts';
import { type Predicate, parseFilter } from '../format/index.ts';
import { type CompactReport, type CompactTableOptions, compactTable, type Table } from '../table/index.ts';
import type { LakeCore } from './lake-core.ts';

/** The least memory a compaction starts with; below it even a small sort fails. */
const COMPACT_BYTES_MIN = 32 * 1024 * 1024;

/**
 * What to compact, and how.
 *
 * Shape   `where`: a condition on partition columns, as text (`day < '2026-01-01'`) or as a `Predicate`. The
 *         rest as in `CompactTableOptions`.
 */
export interface CompactOptions extends Omit<CompactTableOptions, 'where' | 'room'> {
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
  const asked = {
    holder: `compacting ${table.identifier.database}.${table.identifier.table}`,
    waitMs: core.waitMs,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  const { sqlBytes, batchesBytes } = core.budget;
  // Half: it may take long, and a statement or a write must be able to begin.
  await using lease = await core.sqlGate.acquire(Math.max(COMPACT_BYTES_MIN, Math.floor(sqlBytes / 2)), {
    ...asked,
    atLeast: Math.min(sqlBytes, COMPACT_BYTES_MIN),
  });
  await using batches = await core.batchGate.acquire(Math.floor(batchesBytes / 2), {
    ...asked,
    atLeast: Math.floor(batchesBytes / 4),
  });
  const engine = await core.openEngine(lease.bytes);
  try {
    return await compactTable(table, engine, {
      ...rest,
      ...(condition === undefined ? {} : { where: condition }),
      // The other half is for the rows that are written.
      room: { decodeBytes: Math.floor(lease.bytes / 2), batchBytes: batches.bytes },
    });
  } finally {
    await core.closeEngine(engine);
  }
}

function conditionOf(table: Table, where: string | Predicate): Predicate {
  const parsed = typeof where === 'string' ? parseFilter(where, table.schema.fields) : where;
  if (parsed === undefined) {
    const text = `Partitions are chosen by conditions over their columns only, not '${String(where)}'.`;
    throw new LakeError('FILTER_INVALID', text);
  }
  return parsed;
}
