// A batch read of a table in one call: plan, then read.
import type { Batch } from '../codec/index.ts';
import { type Plan, planScan } from './plan/plan-scan.ts';
import { type ReadRequest, readPlan } from './read/read-plan.ts';
import type { Table } from './table.ts';

/**
 * The rows of a table, as of the snapshot its options travel to.
 *
 * Shape   batches of the wanted columns, in plan order. Use `planScan` and `readPlan` to look at the plan
 *         before.
 * Errors  those of `planScan` and `readPlan`.
 */
export async function* scanTable(table: Table, request: ReadRequest): AsyncGenerator<Batch, void, undefined> {
  const plan: Plan = await planScan(table, request);
  yield* readPlan(table, plan.splits, request);
}
