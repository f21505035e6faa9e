// Reading a plan under a lease: the batches on their way are counted against the lake's memory while they are
// read.
import { MERGE_FAN_IN_MAX, RUN_BATCH_BYTES } from '../base/index.ts';
import type { Batch } from '../codec/index.ts';
import { filesOf, type ReadRequest, readPlan, type Split, type Table } from '../table/index.ts';
import type { LakeCore } from './lake-core.ts';

/** The batch handed out, the one being made, and the first one of the next split. */
const STREAM_BYTES = 12 * 1024 * 1024;

/**
 * Reads the splits of a plan. See `readPlan`.
 *
 * Limits  waits for its part of the batches' share, at most `waitMs`; a plan without merge asks 12 MB, one
 *         that merges k runs 2k MB more.
 * Errors  BUDGET_EXHAUSTED when the share stays taken; those of `readPlan`.
 */
export async function* readLeased(
  core: LakeCore,
  table: Table,
  splits: readonly Split[],
  request: Omit<ReadRequest, 'engine'>,
): AsyncGenerator<Batch, void, undefined> {
  if (splits.length === 0) return;
  await using lease = await core.batchGate.acquire(bytesInFlight(splits), {
    holder: `reading ${table.identifier.database}.${table.identifier.table}`,
    waitMs: core.waitMs,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  void lease;
  yield* readPlan(table, splits, { ...request, engine: await core.engine() });
}

/** The most bytes of batches a plan holds at once. */
function bytesInFlight(splits: readonly Split[]): number {
  let runs = 0;
  for (const split of splits) {
    if (split.way !== 'raw') runs = Math.max(runs, Math.min(filesOf(split).length, MERGE_FAN_IN_MAX));
  }
  return STREAM_BYTES + 2 * runs * RUN_BATCH_BYTES;
}
