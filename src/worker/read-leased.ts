// Reading a plan under leases: what it takes is counted against the lake's memory while it runs.
import { asLakeError, MERGE_FAN_IN_MAX, RUN_BATCH_BYTES } from '../base/index.ts';
import type { Batch } from '../codec/index.ts';
import { filesOf, type ReadRequest, readPlan, type Split, type Table } from '../table/index.ts';
import type { LakeCore } from './lake-core.ts';

const MB = 1024 * 1024;

/** The batch handed out, the one being made, and the first one of the next split. */
const STREAM_BYTES = 12 * MB;
/**
 * What the engine holds to decode one run or file. Measured: 4 MB on files Java wrote, 14 MB with one page a
 * row group.
 */
const READER_BYTES = 4 * MB;

/**
 * Reads the splits of a plan. See `readPlan`.
 *
 * Limits  waits, at most `waitMs`, for its part of the batches' share (12 MB, and 2 MB for each run merged at
 *         once) and of the engine's (4 MB for each run or file open at once, the next split's included). With
 *         little memory fewer runs are merged at once and more are sorted by the engine first.
 * Errors  BUDGET_EXHAUSTED when a share stays taken; those of `readPlan`.
 */
export async function* readLeased(
  core: LakeCore,
  table: Table,
  splits: readonly Split[],
  request: Omit<ReadRequest, 'engine' | 'fanInMax'>,
): AsyncGenerator<Batch, void, undefined> {
  if (splits.length === 0) return;
  const fanInMax = Math.max(
    2,
    Math.min(MERGE_FAN_IN_MAX, Math.floor(core.budget.scanBytes / (2 * READER_BYTES))),
  );
  const runs = Math.min(fanInMax, mergedRuns(splits));
  const asked = {
    holder: `reading ${table.identifier.database}.${table.identifier.table}`,
    waitMs: core.waitMs,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  };
  // Always in this order, so that two reads never wait for each other.
  await using batches = await core.batchGate.acquire(STREAM_BYTES + 2 * runs * RUN_BATCH_BYTES, asked);
  await using readers = await core.scanGate.acquire(2 * Math.max(1, runs) * READER_BYTES, asked);
  void [batches, readers];
  const engine = await core.engine();
  try {
    yield* readPlan(table, splits, { ...request, engine, fanInMax });
  } catch (error) {
    const { code } = asLakeError(error);
    if (code === 'ENGINE_UNAVAILABLE' || code === 'ENGINE_HUNG') core.dropEngine(engine);
    throw error;
  }
}

/** The most runs one split merges at once. */
function mergedRuns(splits: readonly Split[]): number {
  let runs = 0;
  for (const split of splits) {
    if (split.way !== 'raw') runs = Math.max(runs, filesOf(split).length);
  }
  return runs;
}
