// The rows of a section that an engine has sorted already, keys repeated: folded like merged runs. Used when
// there are more runs than can be open at once.
import { checkAborted, type DataType, RUN_BATCH_ROWS } from '../base/index.ts';
import { type Batch, concatBatches, type IntVector, sliceBatch } from '../codec/index.ts';
import { foldOf } from './fold/fold-of.ts';
import type { Groups } from './groups.ts';
import { rowCompare } from './key-compare.ts';
import { gatherPicks } from './merge-runs.ts';
import { type MergeSpec, mergedFields } from './merge-spec.ts';
import type { RunBatch } from './run-source.ts';

/**
 * Folds sorted rows by the rules of the table's merge engine.
 *
 * Shape   batches have the spec's fields, the two system columns, and INT the level of the file each row
 *         comes from; rows in order of key, user sequence and sequence number. Results as of `mergeRuns`.
 * Limits  holds one batch and the rows of the key at its end.
 * Errors  those of the source; MERGE_REFUSED where Java refuses a record; CANCELLED by `signal`.
 */
export async function* mergeSorted(
  batches: AsyncIterable<Batch>,
  spec: MergeSpec,
  options: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<Batch, void, undefined> {
  const fold = foldOf(spec);
  const fields = mergedFields(spec);
  const sameKey = keyEquality(spec);
  let held: Batch | undefined;
  for await (const batch of batches) {
    checkAborted(options.signal);
    const all = held === undefined ? batch : concatBatches([held, batch]);
    const last = lastKeyStart(all, sameKey);
    held = sliceBatch(all, last, all.rowCount);
    if (last > 0) yield* foldRows(sliceBatch(all, 0, last));
  }
  if (held !== undefined && held.rowCount > 0) yield* foldRows(held);

  function* foldRows(rows: Batch): Generator<Batch, void, undefined> {
    for (const groups of groupsOf(rows, sameKey)) {
      const picks = fold(groups);
      if (picks.count > 0) yield gatherPicks(groups, picks, fields);
    }
  }
}

type SameKey = (batch: Batch, i: number, j: number) => boolean;

function keyEquality(spec: MergeSpec): SameKey {
  const types = spec.fields.map((field): DataType => field.type);
  const compare = rowCompare(types, spec.key);
  return (batch, i, j) => compare(batch.columns, i, batch.columns, j) === 0;
}

/** Where the rows of the last key begin: more of them may follow in the next batch. */
function lastKeyStart(batch: Batch, sameKey: SameKey): number {
  let row = batch.rowCount - 1;
  while (row > 0 && sameKey(batch, row - 1, row)) row--;
  return Math.max(row, 0);
}

/** Groups of equal keys, some thousand at a time. A row's batch among `batches` stands for its level. */
function* groupsOf(batch: Batch, sameKey: SameKey): Generator<Groups, void, undefined> {
  const levelColumn = (batch.columns.at(-1) as IntVector).values;
  const columns = batch.columns.slice(0, -1);
  const levels = [...new Set(levelColumn.subarray(0, batch.rowCount))];
  const byLevel = levels.map(
    (level): RunBatch => ({ fields: batch.fields, rowCount: batch.rowCount, columns, level }),
  );
  const place = new Map(levels.map((level, i) => [level, i]));
  const runs = Int32Array.from(
    levelColumn.subarray(0, batch.rowCount),
    (level) => place.get(level) as number,
  );
  const rows = Int32Array.from({ length: batch.rowCount }, (_, i) => i);
  let starts = new Int32Array(RUN_BATCH_ROWS + 1);
  let count = 0;
  let first = 0;
  const step = (end: number): Groups => {
    starts[count] = end - first;
    return {
      batches: byLevel,
      count,
      starts,
      runs: runs.subarray(first, end),
      rows: rows.subarray(first, end),
    };
  };
  for (let row = 0; row < batch.rowCount; row++) {
    if (row > first && sameKey(batch, row - 1, row)) continue;
    if (count === RUN_BATCH_ROWS) {
      yield step(row);
      starts = new Int32Array(RUN_BATCH_ROWS + 1);
      count = 0;
      first = row;
    }
    starts[count++] = row - first;
  }
  if (count > 0) yield step(batch.rowCount);
}
