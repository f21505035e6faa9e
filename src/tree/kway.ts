// Merges sorted runs into groups of equal keys. Reads ahead one batch of every run; holds no other rows.
import { assert, BATCH_BYTES_TARGET, type DataType, RUN_BATCH_ROWS } from '../base/index.ts';
import { batchBytes, type LongVector, type Vector } from '../codec/index.ts';
import type { Groups } from './groups.ts';
import { rowCompare } from './key-compare.ts';
import { keyPrefix } from './key-prefix.ts';
import { LoserTree, type RunHeads } from './loser-tree.ts';
import type { MergeSpec } from './merge-spec.ts';
import type { RunBatch, RunSource } from './run-source.ts';

type RowCompare = ReturnType<typeof rowCompare>;

const EMPTY_BATCH: RunBatch = { fields: [], rowCount: 0, columns: [], level: 0 };

/**
 * A merge of sorted runs.
 *
 * Shape   `next` gives the groups of one step in key order; they point into the runs' current batches and are
 *         valid until `next` is called again. A run that holds a key twice gives two groups, as Java does.
 * Limits  a step ends at `RUN_BATCH_ROWS` groups, about `BATCH_BYTES_TARGET` bytes, or when a batch is used
 *         up; two batches of every run are held.
 * Errors  those of the sources.
 * Source  Paimon, mergetree/compact/SortMergeReaderWithLoserTree.java.
 */
export class KwayMerge implements RunHeads {
  readonly headPrefix: Float64Array;

  private readonly sources: readonly RunSource[];
  private readonly size: number;
  private readonly tree: LoserTree;
  private readonly compareFull: RowCompare;
  private readonly compareUser: RowCompare | undefined;
  private readonly firstKey: number;
  private readonly singleKey: boolean;
  private readonly sequenceColumn: number;

  private readonly batches: RunBatch[];
  private readonly prefetched: (Promise<RunBatch | undefined> | undefined)[];
  private readonly prefixes: Float64Array[];
  private readonly exact: Uint8Array;
  private readonly sequences: BigInt64Array[];
  private readonly positions: Int32Array;
  private readonly lengths: Int32Array;
  /** Bytes of a row of the run's current batch, on average. */
  private readonly rowBytes: Float64Array;
  private started = false;
  private waiting = -1;

  private readonly starts = new Int32Array(RUN_BATCH_ROWS + 1);
  private runs: Int32Array;
  private rows: Int32Array;

  constructor(sources: readonly RunSource[], spec: MergeSpec) {
    const size = sources.length;
    const types = spec.fields.map((field): DataType => field.type);
    this.sources = sources;
    this.size = size;
    this.tree = new LoserTree(this, size);
    this.compareFull = rowCompare(types, spec.key);
    this.compareUser =
      spec.userSequence.length === 0
        ? undefined
        : rowCompare(types, spec.userSequence, spec.sequenceDescending);
    this.firstKey = spec.key[0] ?? 0;
    this.singleKey = spec.key.length === 1;
    this.sequenceColumn = spec.fields.length;
    this.batches = new Array<RunBatch>(size).fill(EMPTY_BATCH);
    this.prefetched = new Array<undefined>(size).fill(undefined);
    this.prefixes = new Array<Float64Array>(size).fill(new Float64Array(0));
    this.exact = new Uint8Array(size);
    this.sequences = new Array<BigInt64Array>(size).fill(new BigInt64Array(0));
    this.positions = new Int32Array(size);
    this.lengths = new Int32Array(size);
    this.rowBytes = new Float64Array(size);
    this.headPrefix = new Float64Array(size);
    this.runs = new Int32Array(RUN_BATCH_ROWS + size);
    this.rows = new Int32Array(RUN_BATCH_ROWS + size);
  }

  /** The next groups, or nothing when all runs are at their end. */
  async next(): Promise<Groups | undefined> {
    if (!this.started) {
      this.started = true;
      for (let run = 0; run < this.size; run++) this.prefetch(run);
      for (let run = 0; run < this.size; run++) await this.refill(run);
      for (let run = this.size - 1; run >= 0; run--) this.tree.insert(run);
    }
    for (;;) {
      if (this.waiting >= 0) {
        const run = this.waiting;
        await this.refill(run);
        this.waiting = -1;
        this.tree.advanced(run);
      }
      const count = this.step();
      if (count > 0) {
        return { batches: this.present(), count, starts: this.starts, runs: this.runs, rows: this.rows };
      }
      if (this.waiting < 0) return undefined;
    }
  }

  /** Waits for the batches being read ahead, so that sources can be closed. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.prefetched);
  }

  /**
   * The current batches; a run at its end has another run's, so that every entry has columns. None of its
   * rows is in a group.
   */
  private present(): readonly RunBatch[] {
    const some = this.batches.find((batch) => batch !== EMPTY_BATCH) ?? EMPTY_BATCH;
    return this.batches.map((batch) => (batch === EMPTY_BATCH ? some : batch));
  }

  /**
   * Collects groups until the room, a batch or all runs are used up; `waiting` then names the run to refill.
   */
  private step(): number {
    const { tree, starts, positions, lengths } = this;
    let count = 0;
    let member = 0;
    let bytes = 0;
    starts[0] = 0;
    while (count < RUN_BATCH_ROWS && bytes < BATCH_BYTES_TARGET) {
      for (let run = tree.popped(); run >= 0; run = tree.popped()) {
        const position = (positions[run] as number) + 1;
        positions[run] = position;
        if (position >= (lengths[run] as number)) {
          this.waiting = run;
          return count;
        }
        this.headPrefix[run] = (this.prefixes[run] as Float64Array)[position] as number;
        tree.advanced(run);
      }
      if (member + this.size > this.runs.length) this.grow();
      const { runs, rows } = this;
      const before = member;
      for (let run = tree.pop(); run >= 0; run = tree.pop()) {
        bytes += this.rowBytes[run] as number;
        runs[member] = run;
        rows[member++] = positions[run] as number;
      }
      if (member === before) return count;
      starts[++count] = member;
    }
    return count;
  }

  private grow(): void {
    const runs = new Int32Array(this.runs.length * 2);
    const rows = new Int32Array(this.rows.length * 2);
    runs.set(this.runs);
    rows.set(this.rows);
    this.runs = runs;
    this.rows = rows;
  }

  private prefetch(run: number): void {
    const promise = (this.sources[run] as RunSource).next();
    // The failure is raised where the batch is awaited; until then it must not count as unhandled.
    promise.catch(() => undefined);
    this.prefetched[run] = promise;
  }

  /** Makes the run's next batch with rows its current one and reads the one after it ahead. */
  private async refill(run: number): Promise<void> {
    let batch: RunBatch | undefined = EMPTY_BATCH;
    while (batch !== undefined && batch.rowCount === 0) {
      const promise: Promise<RunBatch | undefined> | undefined = this.prefetched[run];
      assert(promise !== undefined, 'a run that has ended is not refilled');
      batch = await promise;
      if (batch === undefined) this.prefetched[run] = undefined;
      else this.prefetch(run);
    }
    this.positions[run] = 0;
    this.batches[run] = batch ?? EMPTY_BATCH;
    this.lengths[run] = batch?.rowCount ?? 0;
    if (batch === undefined) {
      this.headPrefix[run] = Number.NaN;
      return;
    }
    assert(batch.columns.length === this.sequenceColumn + 2, 'a run has the columns of its spec');
    this.rowBytes[run] = batchBytes(batch) / batch.rowCount;
    const prefix = keyPrefix(batch.columns[this.firstKey] as Vector, this.prefixes[run]);
    this.prefixes[run] = prefix.values;
    this.exact[run] = prefix.exact && this.singleKey ? 1 : 0;
    this.headPrefix[run] = prefix.values[0] as number;
    this.sequences[run] = (batch.columns[this.sequenceColumn] as LongVector).values;
  }

  hasHead(run: number): boolean {
    return (this.positions[run] as number) < (this.lengths[run] as number);
  }

  compareKeys(runA: number, runB: number): number {
    const a = this.headPrefix[runA] as number;
    const b = this.headPrefix[runB] as number;
    if (a < b) return -1;
    if (a > b) return 1;
    if (((this.exact[runA] as number) & (this.exact[runB] as number)) === 1) return 0;
    return this.compareFull(
      (this.batches[runA] as RunBatch).columns,
      this.positions[runA] as number,
      (this.batches[runB] as RunBatch).columns,
      this.positions[runB] as number,
    );
  }

  compareSequence(runA: number, runB: number): number {
    const i = this.positions[runA] as number;
    const j = this.positions[runB] as number;
    if (this.compareUser !== undefined) {
      const columnsA = (this.batches[runA] as RunBatch).columns;
      const order = this.compareUser(columnsA, i, (this.batches[runB] as RunBatch).columns, j);
      if (order !== 0) return order;
    }
    const a = (this.sequences[runA] as BigInt64Array)[i] as bigint;
    const b = (this.sequences[runB] as BigInt64Array)[j] as bigint;
    return a < b ? -1 : a > b ? 1 : 0;
  }
}
