// The splits of a plan as one stream of batches: one after the other, the next one's first batch read ahead.
import { checkAborted } from '../../base/index.ts';
import { type Batch, sliceBatch } from '../../codec/index.ts';
import type { Engine } from '../../engine/index.ts';
import type { PageBudget } from '../../memory/index.ts';
import { renameColumns } from '../plan/rename-columns.ts';
import { filesOf, type Split } from '../plan/split.ts';
import type { Table } from '../table.ts';
import { fits, type ReadRoom, splitCost } from './read-cost.ts';
import { formatOf } from './read-file.ts';
import { type RowsRequest, readSplit, requestedFields } from './read-split.ts';

/** How to read a plan. `limit`: rows after which reading stops. */
export interface ReadRequest extends RowsRequest {
  readonly engine: Engine;
  readonly limit?: number;
  /** See `ReadContext`. */
  readonly fanInMax?: number;
  readonly room?: ReadRoom;
  readonly pages?: PageBudget;
  readonly signal?: AbortSignal;
}

/**
 * Reads splits in their order.
 *
 * Shape   batches of `requestedFields(table, request)`; never empty.
 * Limits  one split is read at a time, and one batch of the next one is held ready where both fit the room.
 * Errors  as `readSplit`. Everything opened is closed at the end, after an error and when the caller stops
 *         early.
 */
export async function* readPlan(
  table: Table,
  splits: readonly Split[],
  request: ReadRequest,
): AsyncGenerator<Batch, void, undefined> {
  let left = request.limit ?? Number.POSITIVE_INFINITY;
  if (left <= 0) return;
  checkFormats(splits);
  const columns = requestedFields(table, request).length;
  let ahead: Prefetched | undefined;
  try {
    for (let i = 0; i < splits.length; i++) {
      checkAborted(request.signal);
      const current = ahead ?? new Prefetched(openSplit(table, splits[i] as Split, request));
      ahead = undefined;
      try {
        for (let step = await current.next(); !step.done; step = await current.next()) {
          const next = splits[i + 1];
          if (ahead === undefined && next !== undefined) {
            const costs = [splitCost(splits[i] as Split, columns), splitCost(next, columns)];
            // The next split may be opened while this one is read.
            if (fits(request.room, ...costs)) ahead = new Prefetched(openSplit(table, next, request));
          }
          const batch = step.value;
          yield batch.rowCount > left ? sliceBatch(batch, 0, left) : batch;
          left -= batch.rowCount;
          if (left <= 0) return;
        }
      } finally {
        await current.close();
      }
    }
  } finally {
    await ahead?.close();
  }
}

/** Refuses files of a format that is not read before any row is given. */
export function checkFormats(splits: readonly Split[]): void {
  for (const split of splits) for (const { file } of filesOf(split)) formatOf(file.fileName);
}

/** A stream whose first batch is already being read. */
class Prefetched {
  readonly #batches: AsyncGenerator<Batch, void, undefined>;
  #first: Promise<IteratorResult<Batch, void>> | undefined;

  constructor(batches: AsyncGenerator<Batch, void, undefined>) {
    this.#batches = batches;
    this.#first = batches.next();
    // A failure is reported when its turn comes, not as an unhandled rejection before.
    this.#first.catch(() => undefined);
  }

  next(): Promise<IteratorResult<Batch, void>> {
    const first = this.#first;
    this.#first = undefined;
    return first ?? this.#batches.next();
  }

  async close(): Promise<void> {
    await this.#first?.catch(() => undefined);
    await this.#batches.return();
  }
}

/** A split's rows under the table's own column names, wherever it comes from. */
async function* openSplit(
  table: Table,
  split: Split,
  request: ReadRequest,
): AsyncGenerator<Batch, void, undefined> {
  const { engine, signal, fanInMax, room, pages } = request;
  const shared = {
    engine,
    ...(signal === undefined ? {} : { signal }),
    ...(fanInMax === undefined ? {} : { fanInMax }),
    ...(room === undefined ? {} : { room }),
    ...(pages === undefined ? {} : { pages }),
  };
  const { fallback } = table;
  if (split.fromFallback !== true || fallback === undefined) {
    yield* readSplit({ table, ...shared }, split, request);
    return;
  }
  const fields = requestedFields(table, request);
  const names = request.columns ?? table.schema.fields.map((field) => field.name);
  const there = (name: string): string =>
    fallback.schema.fields[table.schema.fields.findIndex((field) => field.name === name)]?.name ?? name;
  const asked: RowsRequest = {
    columns: names.map(there),
    ...(request.filter === undefined ? {} : { filter: renameColumns(request.filter, there) }),
    ...(request.kind === undefined ? {} : { kind: request.kind }),
    ...(request.keepDeletes === undefined ? {} : { keepDeletes: request.keepDeletes }),
    ...(request.sequence === undefined ? {} : { sequence: request.sequence }),
  };
  for await (const batch of readSplit({ table: fallback, ...shared }, split, asked)) {
    yield { ...batch, fields };
  }
}
