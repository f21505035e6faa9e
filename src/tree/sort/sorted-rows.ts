// Rows that have an order but lie where they lay: put into batches as they are needed.
import { RUN_BATCH_ROWS } from '../../base/index.ts';
import {
  type Batch,
  batchBytes,
  gather,
  type IntVector,
  sliceBatch,
  type Vector,
} from '../../codec/index.ts';
import type { RowPlaces } from './sort-column.ts';

/**
 * Rows of several batches, and their order: `order` holds numbers of `places`. `inOrder`: there is one batch,
 * and all its rows lie in order. `open`: more rows of the last group may follow, see `mergeBlocks`.
 */
export interface SortedRows {
  readonly batches: readonly Batch[];
  readonly places: RowPlaces;
  readonly order: Uint32Array;
  readonly inOrder?: true;
  readonly open?: true;
}

/** A batch whose rows lie in order. */
export function inOrder(batch: Batch): SortedRows {
  const places = allPlaces([batch]);
  const order = new Uint32Array(places.rows.buffer, 0, batch.rowCount);
  return { batches: [batch], places, order, inOrder: true };
}

/** The numbers of all rows of batches. */
export function allPlaces(batches: readonly Batch[]): RowPlaces {
  const count = batches.reduce((sum, batch) => sum + batch.rowCount, 0);
  const which = new Int32Array(count);
  const rows = new Int32Array(count);
  let at = 0;
  batches.forEach(({ rowCount }, source) => {
    for (let row = 0; row < rowCount; row++, at++) {
      which[at] = source;
      rows[at] = row;
    }
  });
  return { which, rows };
}

/** Bytes of a row of the batches, on average; 1 where there are none. */
export function rowBytesOf(batches: readonly Batch[]): number {
  let rows = 0;
  let bytes = 0;
  for (const batch of batches) {
    rows += batch.rowCount;
    bytes += batchBytes(batch);
  }
  return Math.max(1, rows === 0 ? 1 : bytes / rows);
}

/**
 * Sorted rows as batches; they share the memory of rows that lie in order.
 *
 * Limits  a batch has at most `RUN_BATCH_ROWS` rows and about `bytesMax` bytes, or one row.
 */
export function* batchesOf(rows: SortedRows, bytesMax: number): Generator<Batch, void, undefined> {
  const { batches, places, order } = rows;
  const first = batches[0];
  if (first === undefined) return;
  const step = Math.min(RUN_BATCH_ROWS, Math.max(1, Math.floor(bytesMax / rowBytesOf(batches))));
  if (rows.inOrder === true) {
    yield* slicesOf(first, step);
    return;
  }
  const columns = first.columns.map((_, c) => batches.map((batch) => batch.columns[c] as Vector));
  const which = new Int32Array(step);
  const at = new Int32Array(step);
  for (let start = 0; start < order.length; start += step) {
    const count = Math.min(step, order.length - start);
    for (let i = 0; i < count; i++) {
      const row = order[start + i] as number;
      which[i] = places.which[row] as number;
      at[i] = places.rows[row] as number;
    }
    const gathered = columns.map((sources) => gather(sources, which, at, count));
    yield { fields: first.fields, rowCount: count, columns: gathered };
  }
}

/** A batch cut into parts that share its memory. */
function* slicesOf(batch: Batch, rows: number): Generator<Batch, void, undefined> {
  // Whole bytes of validity bits where it may be, so that they need not be shifted.
  const step = rows > 8 ? rows & ~7 : rows;
  for (let from = 0; from < batch.rowCount; from += step) {
    yield sliceBatch(batch, from, Math.min(batch.rowCount, from + step));
  }
}

/** Sorted rows, each but those that the next one is `same` as. */
export function lastOfEach(rows: SortedRows, same: (a: number, b: number) => boolean): SortedRows {
  const { order } = rows;
  const kept = new Uint32Array(order.length);
  let count = 0;
  for (let i = 0; i < order.length; i++) {
    const row = order[i] as number;
    if (i + 1 < order.length && same(row, order[i + 1] as number)) continue;
    kept[count++] = row;
  }
  if (count === order.length) return rows;
  return { batches: rows.batches, places: rows.places, order: kept.subarray(0, count) };
}

/** Rows of one target: the columns before `targetColumn`, the last one. */
export interface TargetBatch {
  readonly target: number;
  readonly batch: Batch;
}

/** Cuts a batch where the target of its rows changes: the last column, which is left out. */
export function* cutByTarget(batch: Batch): Generator<TargetBatch, void, undefined> {
  const { values } = batch.columns.at(-1) as IntVector;
  const rest: Batch = { ...batch, columns: batch.columns.slice(0, -1) };
  for (const { target, start, end } of targetRanges(values as Int32Array, batch.rowCount)) {
    yield { target, batch: sliceBatch(rest, start, end) };
  }
}

/** Where rows have one target. */
export interface TargetRange {
  readonly target: number;
  readonly start: number;
  readonly end: number;
}

/** The parts of `targets`, up to `count`, in which they are the same. */
export function* targetRanges(targets: Int32Array, count: number): Generator<TargetRange, void, undefined> {
  for (let start = 0, end = 0; start < count; start = end) {
    const target = targets[start] as number;
    while (end < count && targets[end] === target) end++;
    yield { target, start, end };
  }
}
