// Plans a batch read of a table: the right snapshot, its splits, the fallback branch's partitions, and the
// limit.
import { columnsOf, type Predicate, partitionKey, type Snapshot, splitAnd } from '../../format/index.ts';
import type { Table } from '../table.ts';
import { batchStart, startupMode } from '../time-travel.ts';
import { pickByColumns } from './conditions.ts';
import { planIncremental } from './plan-incremental.ts';
import { liveBuckets, planSnapshot, type SnapshotPlan, type SnapshotRequest } from './plan-snapshot.ts';
import { renameColumns } from './rename-columns.ts';
import { addReports, type PlanReport, ReportBuilder } from './report.ts';
import { knownRowCount, type Split } from './split.ts';

/**
 * What to plan. `limit`: how many rows the reader will take at most; splits beyond are left out where that
 * is safe.
 */
export interface ScanRequest {
  readonly filter?: Predicate;
  readonly limit?: number;
  /** Only files of these levels, where a snapshot is read; see `SnapshotRequest`. */
  readonly level?: (level: number) => boolean;
  readonly signal?: AbortSignal;
}

/** A planned read. `snapshot` undefined for a table never written. */
export interface Plan {
  readonly snapshot: Snapshot | undefined;
  readonly splits: readonly Split[];
  readonly report: PlanReport;
}

/**
 * Plans a batch read.
 *
 * Shape   the snapshot is what the table's options travel to, else the newest. With a fallback branch,
 *         partitions that do not exist here are planned from there (`fromFallback`).
 * Errors  `SNAPSHOT_MISSING`, `TAG_MISSING`; `FILE_MISSING`, `FILE_CORRUPT`; `CANCELLED`.
 * Source  Paimon, table/source/DataTableBatchScan.java, table/FallbackReadFileStoreTable.java.
 */
export async function planScan(table: Table, request: ScanRequest = {}): Promise<Plan> {
  if (startupMode(table.options.raw) === 'incremental') return planIncremental(table, request);
  const start = await batchStart(table.snapshots, table.options.raw);
  const asked: SnapshotRequest = {
    ...(request.filter === undefined ? {} : { filter: request.filter }),
    ...(start.createdFromMs === undefined ? {} : { createdFromMs: start.createdFromMs }),
    ...(request.level === undefined ? {} : { level: request.level }),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  };
  const main = await planSnapshot(table, start.snapshot, asked);
  const both =
    table.fallback === undefined
      ? main
      : await withFallback(table, table.fallback, start.snapshot, main, asked);
  const limited = limitSplits(table, both, request);
  return { snapshot: start.snapshot, ...limited };
}

/**
 * Adds the fallback branch's partitions that do not exist here at all, whatever the filter says of their
 * rows.
 */
async function withFallback(
  table: Table,
  fallback: Table,
  snapshot: Snapshot | undefined,
  main: SnapshotPlan,
  request: SnapshotRequest,
): Promise<SnapshotPlan> {
  const { picked } = pickByColumns(splitAnd(request.filter), table.schema.partitionKeys);
  const { filter: _filter, ...rest } = request;
  const listing =
    picked.length === 0 ? rest : { ...rest, filter: { kind: 'and', children: picked } as const };
  const here = snapshot === undefined ? [] : await liveBuckets(table, snapshot, listing, new ReportBuilder());
  const complete = new Set(here.map((bucket) => partitionKey(bucket.partition)));
  const start = await batchStart(fallback.snapshots, fallback.options.raw);
  const other = await planSnapshot(fallback, start.snapshot, {
    ...request,
    ...(request.filter === undefined
      ? {}
      : { filter: renameColumns(request.filter, nameThere(table, fallback)) }),
    partition: (partition) => !complete.has(partitionKey(partition)),
  });
  const splits = other.splits.map((split): Split => ({ ...split, fromFallback: true }));
  const report = addReports(main.report, other.report);
  const note = `${splits.length} splits are of partitions only branch ${fallback.branch ?? 'main'} has`;
  return { splits: [...main.splits, ...splits], report: { ...report, notes: [...report.notes, note] } };
}

/** The fallback branch's name of a column: the one at the same place. */
function nameThere(table: Table, fallback: Table): (column: string) => string {
  return (column) => {
    const at = table.schema.fields.findIndex((field) => field.name === column);
    return fallback.schema.fields[at]?.name ?? column;
  };
}

/**
 * Leaves out splits that the limit makes needless: only when no condition but on partitions can drop rows,
 * and only splits whose row count is known count towards it.
 */
function limitSplits(table: Table, plan: SnapshotPlan, request: ScanRequest): SnapshotPlan {
  const { limit, filter } = request;
  if (limit === undefined) return plan;
  const outside =
    filter === undefined
      ? []
      : [...columnsOf(filter)].filter((name) => !table.schema.partitionKeys.includes(name));
  if (outside.length > 0) return plan;
  const kept: Split[] = [];
  let rows = 0n;
  for (const split of plan.splits) {
    const count = knownRowCount(split);
    if (count === undefined) continue;
    kept.push(split);
    rows += count;
    if (rows >= BigInt(limit)) {
      const note = `limit ${limit}: ${kept.length} of ${plan.splits.length} splits hold enough rows`;
      return { splits: kept, report: { ...plan.report, notes: [...plan.report.notes, note] } };
    }
  }
  return plan;
}
