// Rows with equal keys, as positions in the current batch of each run. Nothing is copied before a fold has
// decided.
import type { IntVector, Vector } from '../codec/index.ts';
import type { RunBatch } from './run-source.ts';

/**
 * The groups of one step of a merge.
 *
 * Shape   group g has the members `starts[g] .. starts[g + 1]` (excluded) of `runs` and `rows`, ordered by
 *         user sequence and sequence number. `runs[m]` is an index of `batches`, `rows[m]` a row of it.
 *         Arrays may be longer than what is used. `merged[g]` is 1 when the group had more than one record
 *         before some were left out; absent when none were.
 */
export interface Groups {
  readonly batches: readonly RunBatch[];
  readonly count: number;
  readonly starts: Int32Array;
  readonly runs: Int32Array;
  readonly rows: Int32Array;
  readonly merged?: Uint8Array;
}

/**
 * Turns the groups of a step into at most one row each.
 *
 * Shape   the batch has the fields of the spec and the system columns; rows in group order.
 */
export type Fold = (groups: Groups) => RowPicks;

/**
 * The rows a fold chose.
 *
 * Shape   output row i is, unless overridden, row `rows[i]` of batch `runs[i]`. `columns[c]`, where present,
 *         replaces column c and has `count` rows.
 */
export interface RowPicks {
  readonly count: number;
  readonly runs: Int32Array;
  readonly rows: Int32Array;
  readonly columns: readonly (Vector | undefined)[];
}

/** Column `c` of every batch. */
export function columnOf(groups: Groups, c: number): Vector[] {
  return groups.batches.map((batch) => batch.columns[c] as Vector);
}

/** The record kinds of every batch. */
export function kindsOf(groups: Groups, kindColumn: number): Int8Array[] {
  return columnOf(groups, kindColumn).map((kinds) => (kinds as IntVector).values as Int8Array);
}

/** True when Java's merge function sees the group; a record that was alone passes as it is. */
export function isMerged(groups: Groups, g: number): boolean {
  if (groups.merged !== undefined) return groups.merged[g] === 1;
  return (groups.starts[g + 1] as number) - (groups.starts[g] as number) > 1;
}

/**
 * Leaves out, of the records above level 0, all but the one on the lowest level.
 *
 * Source  Paimon, mergetree/compact/LookupMergeFunction.java (pickHighLevel, getResult).
 */
export function lookupGroups(groups: Groups): Groups {
  const { batches, count, starts, runs, rows } = groups;
  const levels = Int32Array.from(batches, (batch) => batch.level);
  const merged = new Uint8Array(count);
  const keptStarts = new Int32Array(count + 1);
  const keptRuns = new Int32Array(starts[count] as number);
  const keptRows = new Int32Array(starts[count] as number);
  let kept = 0;
  for (let g = 0; g < count; g++) {
    const start = starts[g] as number;
    const end = starts[g + 1] as number;
    if (end - start > 1) merged[g] = 1;
    let high = -1;
    for (let m = start; m < end; m++) {
      const level = levels[runs[m] as number] as number;
      if (level > 0 && (high < 0 || level < (levels[runs[high] as number] as number))) high = m;
    }
    for (let m = start; m < end; m++) {
      if ((levels[runs[m] as number] as number) > 0 && m !== high) continue;
      keptRuns[kept] = runs[m] as number;
      keptRows[kept++] = rows[m] as number;
    }
    keptStarts[g + 1] = kept;
  }
  return { batches, count, starts: keptStarts, runs: keptRuns, rows: keptRows, merged };
}
