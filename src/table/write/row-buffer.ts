// Rows until they are written: in memory, and beyond their share of it as sorted runs in scratch files.
import {
  checkAborted,
  type Field,
  SPILL_FAN_IN_MAX,
  SPILL_FRAME_BYTES,
  SPILL_RUNS_MAX,
} from '../../base/index.ts';
import type { Batch } from '../../codec/index.ts';
import {
  allPlaces,
  batchesOf,
  mergeBlocks,
  type RowOrder,
  RowSorter,
  type SortedRows,
} from '../../tree/index.ts';
import { HeldRows } from './held-rows.ts';
import { SpilledRun } from './spilled-run.ts';

/** Batches of a run that a merge holds: one, what is left of the one before, and one read ahead. */
const FRAMES_PER_RUN = 3;
const FAN_IN_MIN = 2;
const FRAME_BYTES_MIN = 4096;

/**
 * What a buffer is for.
 *
 * Shape   `fields` of the batches; `order` of the rows. `reduce` leaves out rows that later ones make void,
 *         before they are put aside.
 * Units   `memoryBytes`: of rows in memory, and again of what is read of runs when they are merged.
 */
export interface BufferRequest {
  readonly fields: readonly Field[];
  readonly order: RowOrder;
  readonly memoryBytes: number;
  readonly scratchDirectory: () => Promise<string>;
  readonly reduce: (rows: SortedRows) => SortedRows;
  readonly signal: AbortSignal | undefined;
}

/**
 * Takes rows in any order and gives them sorted.
 *
 * Limits  `memoryBytes`, and a batch; what is beyond lies in files of at most twice the bytes of the rows.
 */
export class RowBuffer implements AsyncDisposable {
  readonly #request: BufferRequest;
  readonly #held = new HeldRows();
  readonly #sorter: RowSorter;
  /** In the order their rows came. */
  #runs: SpilledRun[] = [];

  constructor(request: BufferRequest) {
    this.#request = request;
    this.#sorter = new RowSorter(request.order.columns);
  }

  /** Runs put aside so far. */
  get runCount(): number {
    return this.#runs.length;
  }

  /** Keeps a batch of the buffer's fields; its memory must not change any more. Errors: DISK_EXHAUSTED. */
  async add(batch: Batch): Promise<void> {
    checkAborted(this.#request.signal);
    this.#held.add(batch);
    if (this.#held.byteLength >= this.#request.memoryBytes) await this.#spill();
  }

  /**
   * All rows, sorted; a part at a time, the rows of a group in one. The buffer is empty then.
   *
   * Errors  DISK_EXHAUSTED; CANCELLED.
   */
  async *sorted(): AsyncGenerator<SortedRows, void, undefined> {
    if (this.#runs.length === 0) {
      if (this.#held.rowCount > 0) yield this.#sortHeld();
      this.#held.clear();
      return;
    }
    await this.#spill();
    for (let over = this.#overFanIn(); over > 0; over = this.#overFanIn()) await this.#mergeSome(over + 1);
    yield* this.#merged(this.#runs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#held.clear();
    const runs = this.#runs;
    this.#runs = [];
    for (const run of runs) await run[Symbol.asyncDispose]();
  }

  #sortHeld(): SortedRows {
    const batches = this.#held.batches();
    return this.#sorter.sort(batches, allPlaces(batches));
  }

  async #spill(): Promise<void> {
    if (this.#held.rowCount === 0) return;
    const { fields, reduce, scratchDirectory } = this.#request;
    const rows = reduce(this.#sortHeld());
    const directory = await scratchDirectory();
    this.#runs.push(await SpilledRun.write(directory, fields, batchesOf(rows, this.#frameBytes())));
    this.#held.clear();
    if (this.#runs.length >= SPILL_RUNS_MAX) await this.#mergeSome(SPILL_RUNS_MAX);
  }

  /** By how many runs there are too many to merge at once. */
  #overFanIn(): number {
    return this.#runs.length - this.#fanIn();
  }

  /** Merges neighbours, the smallest there are, into one run: `wanted` of them, or as many as go at once. */
  async #mergeSome(wanted: number): Promise<void> {
    const count = Math.min(wanted, this.#fanIn(), this.#runs.length);
    const start = smallestWindow(
      this.#runs.map((run) => run.byteLength),
      count,
    );
    const taken = this.#runs.slice(start, start + count);
    const { fields, scratchDirectory } = this.#request;
    const run = await SpilledRun.write(await scratchDirectory(), fields, this.#batchesOfMerge(taken));
    this.#runs.splice(start, taken.length, run);
    for (const old of taken) await old[Symbol.asyncDispose]();
  }

  async *#batchesOfMerge(runs: readonly SpilledRun[]): AsyncGenerator<Batch, void, undefined> {
    for await (const rows of this.#merged(runs)) {
      yield* batchesOf(this.#request.reduce(rows), this.#frameBytes());
    }
  }

  #merged(runs: readonly SpilledRun[]): AsyncGenerator<SortedRows, void, undefined> {
    const { order, signal } = this.#request;
    const sources = runs.map((run) => run.open());
    return mergeBlocks(sources, order, signal);
  }

  #frameBytes(): number {
    const share = Math.floor(this.#request.memoryBytes / (FRAMES_PER_RUN * SPILL_FAN_IN_MAX));
    return Math.max(FRAME_BYTES_MIN, Math.min(SPILL_FRAME_BYTES, share));
  }

  #fanIn(): number {
    const frameBytes = this.#runs.reduce((most, run) => Math.max(most, run.frameBytesMax), 1);
    const fitting = Math.floor(this.#request.memoryBytes / (FRAMES_PER_RUN * frameBytes));
    return Math.max(FAN_IN_MIN, Math.min(SPILL_FAN_IN_MAX, fitting));
  }
}

/** Where the `count` neighbours with the least bytes in all begin. */
function smallestWindow(bytes: readonly number[], count: number): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let start = 0; start + count <= bytes.length; start++) {
    const sum = bytes.slice(start, start + count).reduce((total, one) => total + one, 0);
    if (sum < least) {
      least = sum;
      best = start;
    }
  }
  return best;
}
