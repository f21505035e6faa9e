// Sorted runs put together without a tree: of what is loaded of each run, everything below the first end is
// complete, and is sorted at once. A step costs the same whatever the number of runs.
import { assert, checkAborted } from '../../base/index.ts';
import { type Batch, batchBytes, take } from '../../codec/index.ts';
import { type BoundCompare, boundCompare, sortedCompare } from './bound-compare.ts';
import type { SortColumn } from './sort-column.ts';
import { RowSorter } from './sort-rows.ts';
import type { SortedRows } from './sorted-rows.ts';

/** Batches of a run that a merge may look at: two it has rows of, one read ahead, one of the step before. */
export const BATCHES_KEPT = 4;

/**
 * The batches of one sorted run, read front to back.
 *
 * Shape   `next` gives the next batch, never an empty one, or nothing at the end; it is called again only
 *         after the last call settled. The batch is good until `BATCHES_KEPT` more were asked for.
 */
export interface SortedRun {
  next(): Promise<Batch | undefined>;
}

/**
 * The order of rows.
 *
 * Shape   `columns` in the order they decide; the first `groupColumns` of them say which rows belong
 *         together.
 */
export interface RowOrder {
  readonly columns: readonly SortColumn[];
  readonly groupColumns: number;
}

/**
 * Puts sorted runs together.
 *
 * Shape   rows of a step come after those of the step before; the rows of a group are in one step, equal ones
 *         in the order of `runs`. Each run is sorted by `order`, equal rows in the order they came. With
 *         `splitBytes` a group of more than about so many bytes comes in several steps: those whose last
 *         group may go on are `open`, and another step, maybe an empty one, follows them.
 * Limits  holds of every run two batches and one read ahead, and copies of the rows of a larger group, up to
 *         `splitBytes` where they are given. What a step gives is good until the next one.
 * Errors  those of the runs; CANCELLED by `signal`.
 */
export async function* mergeBlocks(
  runs: readonly SortedRun[],
  order: RowOrder,
  options: { readonly signal?: AbortSignal | undefined; readonly splitBytes?: number | undefined } = {},
): AsyncGenerator<SortedRows, void, undefined> {
  const { signal, splitBytes = Number.POSITIVE_INFINITY } = options;
  const heads = runs.map((run) => new RunHead(run));
  const compare = boundCompare(order.columns.slice(0, order.groupColumns));
  const compareAll = sortedCompare(order.columns);
  const sorter = new RowSorter(order.columns);
  let open = false;
  // Loaded of a group that does not end.
  let bytes = 0;
  try {
    for (;;) {
      checkAborted(signal);
      for (const head of heads) if (head.rowCount === 0) await head.load();
      const first = firstEnd(heads, compareAll);
      let rows = takeBelow(heads, first, compare);
      const splits = rows === undefined && first !== undefined && bytes > splitBytes;
      if (splits) rows = takeUpTo(heads, first, compareAll);
      if (rows !== undefined) {
        const sorted = sorter.sort(rows.batches, rows.places);
        yield splits ? { ...sorted, open: true } : sorted;
        open = splits;
        bytes = 0;
      }
      if (first === undefined) break;
      bytes += await first.load();
    }
    if (open) yield sorter.sort([], { which: new Int32Array(0), rows: new Int32Array(0) });
  } finally {
    await Promise.all(heads.map((head) => head.settle()));
  }
}

/** The run that may go on and whose loaded rows end first; undefined when no run goes on. */
function firstEnd(heads: readonly RunHead[], compare: BoundCompare): RunHead | undefined {
  let first: RunHead | undefined;
  for (const head of heads) {
    if (head.ended) continue;
    if (first === undefined) first = head;
    else if (
      compare(head.last.columns, head.last.rowCount - 1, first.last.columns, first.last.rowCount - 1) < 0
    )
      first = head;
  }
  return first;
}

interface TakenRows {
  readonly batches: readonly Batch[];
  readonly places: { readonly which: Int32Array; readonly rows: Int32Array };
}

/** Takes the rows below the end of `bound`'s rows, all if there is none; nothing when there are none. */
function takeBelow(
  heads: readonly RunHead[],
  bound: RunHead | undefined,
  compare: BoundCompare,
): TakenRows | undefined {
  const parts: Part[] = [];
  const end = bound?.last;
  for (const head of heads) {
    head.takeInto(parts, (batch, row) => {
      return end === undefined || compare(batch.columns, row, end.columns, end.rowCount - 1) < 0;
    });
  }
  return takenOf(parts);
}

/**
 * Takes what comes before all that is not loaded: the rows up to the end of `bound`'s, which ends first; of
 * runs behind it, whose equal rows come later, those below.
 */
function takeUpTo(heads: readonly RunHead[], bound: RunHead, compare: BoundCompare): TakenRows | undefined {
  const parts: Part[] = [];
  const end = bound.last;
  const at = heads.indexOf(bound);
  heads.forEach((head, i) => {
    head.takeInto(parts, (batch, row) => {
      const order = compare(batch.columns, row, end.columns, end.rowCount - 1);
      return order < 0 || (order === 0 && i <= at);
    });
  });
  return takenOf(parts);
}

function takenOf(parts: readonly Part[]): TakenRows | undefined {
  const count = parts.reduce((sum, part) => sum + part.end - part.start, 0);
  if (count === 0) return undefined;
  const which = new Int32Array(count);
  const rows = new Int32Array(count);
  let at = 0;
  parts.forEach(({ start, end: stop }, source) => {
    for (let row = start; row < stop; row++, at++) {
      which[at] = source;
      rows[at] = row;
    }
  });
  return { batches: parts.map((part) => part.batch), places: { which, rows } };
}

/** Rows `start` to `end` (excluded) of a batch, which is `copied` or the run's. */
interface Part {
  readonly batch: Batch;
  readonly start: number;
  readonly end: number;
  readonly copied: boolean;
}

/** What is loaded of a run and not yet taken. */
class RunHead {
  readonly #run: SortedRun;
  #parts: Part[] = [];
  #ahead: Promise<Batch | undefined> | undefined;
  ended = false;

  constructor(run: SortedRun) {
    this.#run = run;
    this.#readAhead();
  }

  get rowCount(): number {
    return this.#parts.length;
  }

  /** The last batch loaded. */
  get last(): Batch {
    const part = this.#parts.at(-1);
    assert(part !== undefined, 'a run that goes on has rows loaded');
    return part.batch;
  }

  /** Loads the next batch, or finds that there is none; the bytes of it. */
  async load(): Promise<number> {
    if (this.ended) return 0;
    const batch = await this.#ahead;
    this.#ahead = undefined;
    if (batch === undefined) {
      this.ended = true;
      return 0;
    }
    this.#readAhead();
    // What is left of the batch before is used up in a step or two; more are left only of one large group.
    const left = this.#parts.length < 2 ? this.#parts : this.#parts.map(copied);
    this.#parts = [...left, { batch, start: 0, end: batch.rowCount, copied: false }];
    return batchBytes(batch);
  }

  /** Moves the rows `below` holds for into `taken`. */
  takeInto(taken: Part[], below: (batch: Batch, row: number) => boolean): void {
    const left: Part[] = [];
    for (const part of this.#parts) {
      const cut = left.length > 0 ? part.start : cutOf(part, below);
      if (cut > part.start) taken.push({ ...part, end: cut });
      if (cut < part.end) left.push({ ...part, start: cut });
    }
    this.#parts = left;
  }

  /** Waits for what is being read, so that the run can be closed. */
  async settle(): Promise<void> {
    await this.#ahead?.catch(() => undefined);
  }

  #readAhead(): void {
    this.#ahead = this.#run.next();
    // Raised where it is awaited; until then it must not count as unhandled.
    this.#ahead.catch(() => undefined);
  }
}

/** The first row that `below` does not hold for. */
function cutOf({ batch, start, end }: Part, below: (batch: Batch, row: number) => boolean): number {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (below(batch, middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The rows in memory of their own. */
function copied(part: Part): Part {
  if (part.copied) return part;
  const { batch, start, end } = part;
  const count = end - start;
  const rows = Int32Array.from({ length: count }, (_, i) => start + i);
  const columns = batch.columns.map((column) => take(column, rows));
  return { batch: { ...batch, rowCount: count, columns }, start: 0, end: count, copied: true };
}
