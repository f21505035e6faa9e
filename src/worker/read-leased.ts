// Reading a plan under leases: what it takes is counted against the lake's memory while it runs.
import { asLakeError } from '../base/index.ts';
import type { Batch } from '../codec/index.ts';
import { type Engine, lazyEngine } from '../engine/index.ts';
import type { Predicate } from '../format/index.ts';
import type { PageBudget } from '../memory/index.ts';
import {
  type DataSplit,
  type FileWinners,
  findWinners,
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
 * Errors  BUDGET_EXHAUSTED when a share stays taken; CLOSED once the lake is; those of `readPlan`.
 */
export async function* readLeased(
  core: LakeCore,
  table: Table,
  splits: readonly Split[],
  request: Omit<ReadRequest, 'engine' | 'fanInMax' | 'room' | 'pages'>,
): AsyncGenerator<Batch, void, undefined> {
  const lease = { table, splits, columns: requestedFields(table, request).length, signal: request.signal };
  yield* leased(core, lease, (grant) => readPlan(table, splits, { ...request, ...grant }));
}

/**
 * Finds the winners of splits, one split after the other. See `findWinners`; limits and errors as
 * `readLeased`.
 */
export async function* winnersLeased(
  core: LakeCore,
  table: Table,
  splits: readonly DataSplit[],
  request: { readonly filter?: Predicate; readonly signal?: AbortSignal },
): AsyncGenerator<readonly FileWinners[], void, undefined> {
  const { filter, signal } = request;
  const lease = { table, splits, columns: table.schema.primaryKeys.length, signal };
  yield* leased(core, lease, async function* (grant) {
    const context = { table, ...grant, ...(signal === undefined ? {} : { signal }) };
    for (const split of splits) yield await findWinners(context, split, filter);
  });
}

/** What is read: its largest split, of which so many columns, says how much is leased. */
/** Columns a merge reads beside those that are asked for and the key: sequence fields, system columns. */
const MERGE_COLUMNS = 8;

interface Lease {
  readonly table: Table;
  readonly splits: readonly Split[];
  readonly columns: number;
  readonly signal: AbortSignal | undefined;
}

/** What a lease grants. */
interface Grant {
  readonly engine: Engine;
  readonly room: ReadRoom;
  readonly pages: PageBudget;
}

/** Reads splits by `read`, under a lease. Limits and errors as `readLeased`. */
export async function* leased<T>(
  core: LakeCore,
  { table, splits, columns, signal }: Lease,
  read: (grant: Grant) => AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  if (splits.length === 0) return;
  core.checkOpen();
  const largest = largestCost(splits, columns + table.schema.primaryKeys.length + MERGE_COLUMNS);
  const stream = streamCost(splits);
  const asked = {
    holder: `reading ${table.identifier.database}.${table.identifier.table}`,
    waitMs: core.waitMs,
    ...(signal === undefined ? {} : { signal }),
  };
  // Always in this order, so that two reads never wait for each other.
  await using batches = await core.batchGate.acquire(stream + 2 * largest.batchBytes, asked);
  await using readers = await core.scanGate.acquire(2 * largest.decodeBytes, asked);
  const room: ReadRoom = { decodeBytes: readers.bytes, batchBytes: batches.bytes - stream };
  let used: Engine | undefined;
  const engine = lazyEngine(core.engine, (opened) => {
    used = opened;
  });
  try {
    for await (const item of read({ engine, room, pages: core.pages })) {
      core.checkOpen();
      yield item;
    }
  } catch (error) {
    const { code } = asLakeError(error);
    if (used !== undefined && (code === 'ENGINE_UNAVAILABLE' || code === 'ENGINE_HUNG'))
      core.dropEngine(used);
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
