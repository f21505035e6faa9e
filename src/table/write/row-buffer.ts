// Rows until they are written: in memory, and beyond their share of it as sorted runs in scratch files.
import {
  BATCH_BYTES_TARGET,
  checkAborted,
  type Field,
  HELD_BYTES_MAX,
  LakeError,
  SPILL_FAN_IN_MAX,
  SPILL_FRAME_BYTES,
  SPILL_RUNS_MAX,
} from '../../base/index.ts';
import { type Batch, batchBytes, GrowingBatch, sliceBatch } from '../../codec/index.ts';
import {
  allPlaces,
  batchesOf,
  inOrder,
  mergeBlocks,
  type RowOrder,
  RowSorter,
  type SortedRows,
} from '../../tree/index.ts';
import { SpilledRun } from './spilled-run.ts';

/** Batches of a run that a merge holds: one, what is left of the one before, and one read ahead. */
const FRAMES_PER_RUN = 3;
const FAN_IN_MIN = 2;
/** Bytes sorting takes a row: its places, its order and its words, and the order's spare. */
const SORT_BYTES_PER_ROW = 24;
/** A batch is taken in pieces of that part of the memory, so that it is not exceeded by much. */
const PIECES = 8;
const FRAME_BYTES_MIN = 4096;
/** Pieces of runs that fit into the memory: as many as three of each of forty runs are. */
const FRAMES_MAX = 120;

/**
 * What a buffer is for.
 *
 * Shape   `fields` of the batches; `order` of the rows. `reduce` leaves out rows that later ones make void,
 *         before they are put aside, and before they are given. `overflow` is asked first when memory is full
 *         and nothing was put aside yet: true when it took the rows, which are in the order they came.
 *         `splits`: a large group may come in several steps, see `mergeBlocks`; then nothing is reduced.
 * Units   `memoryBytes`: of rows in memory, and again of what is read of runs when they are merged.
 */
export interface BufferRequest {
  readonly fields: readonly Field[];
  readonly order: RowOrder;
  readonly memoryBytes: number;
  readonly scratchDirectory: () => Promise<string>;
  readonly reduce: (rows: SortedRows) => SortedRows;
  readonly splits: boolean;
  readonly overflow?: (rows: Batch) => Promise<boolean>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Takes rows in any order and gives them sorted.
 *
 * Limits  `memoryBytes`, and a batch; what is beyond lies in files of at most twice the bytes of the rows.
 */
export class RowBuffer implements AsyncDisposable {
  readonly #request: BufferRequest;
  readonly #held: GrowingBatch;
  /** Bytes of what is held, and of sorting it. */
  #heldBytes = 0;
  readonly #sorter: RowSorter;
  /** In the order their rows came. */
  #runs: SpilledRun[] = [];
  /** The end of the last call of `add`. */
  #turn: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(request: BufferRequest) {
    this.#request = request;
    this.#held = new GrowingBatch(request.fields);
    this.#sorter = new RowSorter(request.order.columns);
  }

  /** Runs put aside so far. */
  get runCount(): number {
    return this.#runs.length;
  }

  /**
   * Takes a copy of a batch of the buffer's fields: calls go one after the other, for while rows are put
   * aside none may come to them. The batch must stay as it is until then. Errors: DISK_EXHAUSTED.
   */
  add(batch: Batch): Promise<void> {
    const turn = this.#turn.then(() => this.#add(batch));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #add(batch: Batch): Promise<void> {
    if (this.#closed) throw new LakeError('CLOSED', 'The rows came after their writer was closed.');
    checkAborted(this.#request.signal);
    const memoryBytes = Math.min(this.#request.memoryBytes, HELD_BYTES_MAX);
    const bytes = batchBytes(batch) + SORT_BYTES_PER_ROW * batch.rowCount;
    const pieces = Math.ceil(bytes / Math.max(1, memoryBytes / PIECES));
    const step = Math.max(1, Math.ceil(batch.rowCount / Math.max(1, pieces)));
    for (let from = 0; from < batch.rowCount; from += step) {
      const piece = sliceBatch(batch, from, Math.min(batch.rowCount, from + step));
      this.#held.append(piece);
      this.#heldBytes += batchBytes(piece) + SORT_BYTES_PER_ROW * piece.rowCount;
      if (this.#heldBytes >= memoryBytes) await this.#spill();
    }
  }

  /**
   * All rows, sorted; a part at a time, the rows of a group in one unless it is split. The buffer is empty
   * then.
   *
   * Errors  DISK_EXHAUSTED; CANCELLED.
   */
  async *sorted(): AsyncGenerator<SortedRows, void, undefined> {
    if (this.#runs.length === 0) {
      if (this.#held.rowCount > 0) yield inOrder(this.#sortHeld());
      return;
    }
    await this.#spill();
    for (let over = this.#overFanIn(); over > 0; over = this.#overFanIn()) await this.#mergeSome(over + 1);
    for await (const rows of this.#merged(this.#runs)) yield this.#request.reduce(rows);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    // Rows that are just put aside would leave their file open.
    await this.#turn;
    this.#clear();
    const runs = this.#runs;
    this.#runs = [];
    for (const run of runs) await run[Symbol.asyncDispose]();
  }

  /** Sorts the rows where they are. */
  #sortHeld(): Batch {
    const batches = [this.#held.batch()];
    const { order } = this.#request.reduce(this.#sorter.sort(batches, allPlaces(batches)));
    if (!isIdentity(order, this.#held.rowCount))
      this.#held.reorder(new Int32Array(order.buffer, order.byteOffset, order.length));
    return this.#held.batch();
  }

  #clear(): void {
    this.#held.clear();
    this.#heldBytes = 0;
  }

  async #spill(): Promise<void> {
    if (this.#held.rowCount === 0) return;
    const { fields, scratchDirectory, overflow } = this.#request;
    if (overflow !== undefined && this.#runs.length === 0 && (await overflow(this.#held.batch()))) {
      this.#clear();
      return;
    }
    const batch = this.#sortHeld();
    const directory = await scratchDirectory();
    this.#runs.push(await SpilledRun.write(directory, fields, batchesOf(inOrder(batch), this.#frameBytes())));
    this.#clear();
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
    const { order, signal, splits, memoryBytes } = this.#request;
    const splitBytes = splits ? Math.min(BATCH_BYTES_TARGET, memoryBytes / PIECES) : undefined;
    const sources = runs.map((run) => run.open());
    return mergeBlocks(sources, order, { signal, splitBytes });
  }

  #frameBytes(): number {
    const share = Math.floor(this.#request.memoryBytes / FRAMES_MAX);
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

function isIdentity(order: Uint32Array, rowCount: number): boolean {
  if (order.length !== rowCount) return false;
  for (let i = 0; i < rowCount; i++) if (order[i] !== i) return false;
  return true;
}
