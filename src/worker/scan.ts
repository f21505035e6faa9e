// One planned read of a table: what it will do, and its rows.
import { type Field, LakeError } from '../base/index.ts';
import { type Batch, type Row, rowsOf } from '../codec/index.ts';
import { columnsOf, fieldsOf, filterBatch, type Predicate } from '../format/index.ts';
import { type Plan, type PlanReport, planScan, requestedFields, type Table } from '../table/index.ts';
import type { LakeCore } from './lake-core.ts';
import { projectBatch } from './project.ts';
import { readLeased } from './read-leased.ts';
import type { SystemSource } from './system-source.ts';
import type { Travel } from './travel-options.ts';

/**
 * What to read.
 *
 * Shape   `columns` in this order, default all. `filter`: a condition as text (`a >= 5 and b in ('x', 'y')`)
 *         or as a `Predicate`; it is applied exactly. `kind` appends a column `_VALUE_KIND` (0 +I, 1 -U, 2
 *         +U, 3 -D).
 * Limits  `limit`: rows after which reading stops.
 */
export interface ScanOptions extends Travel {
  readonly columns?: readonly string[];
  readonly filter?: string | Predicate;
  readonly limit?: number;
  readonly kind?: boolean;
  readonly signal?: AbortSignal;
}

interface ScanStart {
  readonly table: Table;
  readonly system: SystemSource | undefined;
  readonly options: ScanOptions;
  readonly filter: Predicate | undefined;
}

/** A planned read. Iterate it once or many times; each time reads the same snapshot again. */
export interface Scan extends AsyncIterable<Batch> {
  readonly fields: readonly Field[];
  /** The snapshot that is read, undefined for a table never written and for system tables. */
  readonly snapshotId: bigint | undefined;
  /** What planning pruned and which way every bucket takes; undefined for system tables. */
  readonly report: PlanReport | undefined;
  /** The rows as objects, one by one. */
  rows(): AsyncGenerator<Row, void, undefined>;
}

/** Plans a read. */
export async function startScan(core: LakeCore, start: ScanStart): Promise<Scan> {
  if (
    start.options.limit !== undefined &&
    (!Number.isSafeInteger(start.options.limit) || start.options.limit < 0)
  ) {
    throw new LakeError('ARGUMENT_INVALID', `a limit is a whole number from 0, not ${start.options.limit}`);
  }
  return start.system === undefined ? tableScan(core, start) : systemScan(core, start, start.system);
}

async function tableScan(core: LakeCore, { table, options, filter }: ScanStart): Promise<Scan> {
  const { columns, kind, limit, signal } = options;
  const request = {
    ...(columns === undefined ? {} : { columns }),
    ...(kind === undefined ? {} : { kind }),
    ...(filter === undefined ? {} : { filter }),
    ...(limit === undefined ? {} : { limit }),
    ...(signal === undefined ? {} : { signal }),
  };
  const fields = requestedFields(table, request);
  const plan: Plan = await planScan(table, request);
  const batches = (): AsyncGenerator<Batch, void, undefined> => readLeased(core, table, plan.splits, request);
  return scanOf(fields, plan.snapshot?.id, plan.report, batches);
}

function systemScan(core: LakeCore, { table, options, filter }: ScanStart, system: SystemSource): Scan {
  const wanted = options.columns === undefined ? system.fields : fieldsOf(system, options.columns);
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  const looked = filter === undefined ? [] : [...columnsOf(filter)];
  const asked = {
    columns: [...wanted.map((field) => field.name), ...looked],
    ...(filter === undefined ? {} : { filter }),
  };
  const batches = async function* (): AsyncGenerator<Batch, void, undefined> {
    let left = limit;
    if (left <= 0) return;
    for await (const batch of system.read(core.engine, options.signal, asked)) {
      const kept = filter === undefined ? batch : filterBatch(batch, filter);
      if (kept.rowCount === 0) continue;
      const shown = projectBatch(kept, wanted, left);
      yield shown;
      left -= shown.rowCount;
      if (left <= 0) return;
    }
  };
  if (options.kind === true) {
    throw new LakeError(
      'ARGUMENT_INVALID',
      `${table.identifier.table} has row kinds, its system tables have none`,
    );
  }
  return scanOf(wanted, undefined, undefined, batches);
}

function scanOf(
  fields: readonly Field[],
  snapshotId: bigint | undefined,
  report: PlanReport | undefined,
  batches: () => AsyncGenerator<Batch, void, undefined>,
): Scan {
  return {
    fields,
    snapshotId,
    report,
    [Symbol.asyncIterator]: batches,
    async *rows() {
      for await (const batch of batches()) yield* rowsOf(batch);
    },
  };
}
