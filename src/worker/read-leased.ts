// Reading a plan under leases: what it takes is counted against the lake's memory while it runs.
import { asLakeError } from '../base/index.ts';
import type { Batch } from '../codec/index.ts';
import {
  type ReadRequest,
  type ReadRoom,
  readPlan,
  requestedFields,
  type Split,
  splitCost,
  streamCost,
  type Table,
} from '../table/index.ts';
import type { LakeCore } from './lake-core.ts';

/**
 * Reads the splits of a plan. See `readPlan`.
 *
 * Limits  waits, at most `waitMs`, for its part of the batches' share and of the engine's: what its largest
 *         split takes, twice, since the next one is opened meanwhile. A split that takes more than the whole
 *         share is merged in less: the engine sorts its runs first.
 * Errors  BUDGET_EXHAUSTED when a share stays taken; those of `readPlan`.
 */
export async function* readLeased(
  core: LakeCore,
  table: Table,
  splits: readonly Split[],
  request: Omit<ReadRequest, 'engine' | 'fanInMax' | 'room'>,
): AsyncGenerator<Batch, void, undefined> {
  if (splits.length === 0) return;
  const largest = largestCost(splits, requestedFields(table, request).length);
  const stream = streamCost(splits);
  const asked = {
    holder: `reading ${table.identifier.database}.${table.identifier.table}`,
    waitMs: core.waitMs,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  };
  // Always in this order, so that two reads never wait for each other.
  await using batches = await core.batchGate.acquire(stream + 2 * largest.batchBytes, asked);
  await using readers = await core.scanGate.acquire(2 * largest.decodeBytes, asked);
  const room: ReadRoom = { decodeBytes: readers.bytes, batchBytes: batches.bytes - stream };
  const engine = await core.engine();
  try {
    yield* readPlan(table, splits, { ...request, engine, room });
  } catch (error) {
    const { code } = asLakeError(error);
    if (code === 'ENGINE_UNAVAILABLE' || code === 'ENGINE_HUNG') core.dropEngine(engine);
    throw error;
  }
}

function largestCost(splits: readonly Split[], columns: number): ReadRoom {
  let decodeBytes = 0;
  let batchBytes = 0;
  for (const split of splits) {
    const cost = splitCost(split, columns);
    decodeBytes = Math.max(decodeBytes, cost.decodeBytes);
    batchBytes = Math.max(batchBytes, cost.batchBytes);
  }
  return { decodeBytes, batchBytes };
}
