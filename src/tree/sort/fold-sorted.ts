// Sorted rows folded by the table's merge engine, and cut where their target changes.
import { BATCH_BYTES_TARGET, type DataType, RUN_BATCH_ROWS } from '../../base/index.ts';
import { type Batch, type IntVector, sliceBatch, type Vector } from '../../codec/index.ts';
import { foldOf } from '../fold/fold-of.ts';
import type { Fold, Groups } from '../groups.ts';
import { rowCompare } from '../key-compare.ts';
import { gatherPicks } from '../merge-runs.ts';
import { type MergeSpec, mergedFields } from '../merge-spec.ts';
import type { RunBatch } from '../run-source.ts';
import { rowBytesOf, type SortedRows, type TargetBatch, targetRanges } from './sorted-rows.ts';

/** True when rows `a` and `b`, by their numbers, are of one target and key. */
export type SameGroup = (a: number, b: number) => boolean;

/**
 * Which rows belong together.
 *
 * Shape   rows have the spec's fields, the two system columns, INT the target.
 */
export function groupEquality(spec: MergeSpec): (rows: SortedRows) => SameGroup {
  const types = spec.fields.map((field): DataType => field.type);
  const compare = rowCompare(types, spec.key);
  const targetColumn = spec.fields.length + 2;
  return ({ batches, places }) => {
    const { which, rows } = places;
    const columns = batches.map((batch) => batch.columns);
    const targets = batches.map((batch) => (batch.columns[targetColumn] as IntVector).values);
    return (a, b) => {
      const [x, y] = [which[a] as number, which[b] as number];
      const [i, j] = [rows[a] as number, rows[b] as number];
      if ((targets[x] as Int32Array)[i] !== (targets[y] as Int32Array)[j]) return false;
      return compare(columns[x] as readonly Vector[], i, columns[y] as readonly Vector[], j) === 0;
    };
  };
}

/**
 * Folds sorted rows of a keyed table.
 *
 * Shape   batches of the spec's fields and the two system columns; rows as `groupEquality` has them, all of a
 *         group there, in order of target, key, user sequence and arrival. What is folded of a group that is
 *         `open` is kept, as one row that comes before the rows of the next call.
 * Limits  a batch has at most `RUN_BATCH_ROWS` rows, and is made of about `BATCH_BYTES_TARGET` bytes, or of
 *         one group's.
 * Errors  MERGE_REFUSED where Java refuses a record.
 */
export function sortedFold(spec: MergeSpec): (rows: SortedRows) => Generator<TargetBatch, void, undefined> {
  const fold = foldOf(spec);
  const fields = mergedFields(spec);
  const equality = groupEquality(spec);
  let kept: Batch | undefined;
  return function* folded(more) {
    const rows = kept === undefined ? more : behind(kept, more);
    kept = undefined;
    if (more.open !== true) {
      yield* foldAll(rows);
      return;
    }
    const start = lastGroup(rows, equality(rows));
    yield* foldAll({ ...rows, order: rows.order.subarray(0, start) });
    for (const one of foldAll({ ...rows, order: rows.order.subarray(start) })) kept = withTarget(one, rows);
  };

  function* foldAll(rows: SortedRows): Generator<TargetBatch, void, undefined> {
    for (const { groups, targets } of groupsOf(rows, spec, equality(rows))) {
      const picks = fold(groups);
      if (picks.count === groups.count) yield* byTarget(gatherPicks(groups, picks, fields), targets);
      else yield* foldEach(groups, targets, fold, (one, chosen) => gatherPicks(one, chosen, fields));
    }
  }
}

/** Where the last group of rows begins. */
function lastGroup({ order }: SortedRows, same: SameGroup): number {
  let start = Math.max(0, order.length - 1);
  while (start > 0 && same(order[start - 1] as number, order[start] as number)) start--;
  return start;
}

/** A batch of one target in the shape it had before it was folded. */
function withTarget({ target, batch }: TargetBatch, { batches }: SortedRows): Batch {
  const { fields } = batches[0] as Batch;
  const values = new Int32Array(batch.rowCount).fill(target);
  const column: Vector = { layout: 'i32', length: batch.rowCount, validity: null, values };
  return { fields, rowCount: batch.rowCount, columns: [...batch.columns, column] };
}

/** Rows, with the one of `first` before them. */
function behind(first: Batch, { batches, places, order }: SortedRows): SortedRows {
  const shifted = (numbers: Int32Array, by: number): Int32Array => {
    const all = new Int32Array(numbers.length + 1);
    for (let i = 0; i < numbers.length; i++) all[i + 1] = (numbers[i] as number) + by;
    return all;
  };
  const all = new Uint32Array(order.length + 1);
  for (let i = 0; i < order.length; i++) all[i + 1] = (order[i] as number) + 1;
  return {
    batches: [first, ...batches],
    places: { which: shifted(places.which, 1), rows: shifted(places.rows, 0) },
    order: all,
  };
}

/** Groups of a step, and the target of each. */
interface TargetGroups {
  readonly groups: Groups;
  readonly targets: Int32Array;
}

function* groupsOf(rows: SortedRows, spec: MergeSpec, same: SameGroup): Generator<TargetGroups> {
  const { order, places } = rows;
  const batches = rows.batches.map((batch): RunBatch => ({ ...batch, level: 0 }));
  const targetColumn = spec.fields.length + 2;
  const targetsOf = rows.batches.map((batch) => (batch.columns[targetColumn] as IntVector).values);
  const membersMax = Math.max(1, Math.floor(BATCH_BYTES_TARGET / rowBytesOf(rows.batches)));
  for (let first = 0; first < order.length; ) {
    const starts = new Int32Array(RUN_BATCH_ROWS + 1);
    const targets = new Int32Array(RUN_BATCH_ROWS);
    let count = 0;
    let end = first;
    while (end < order.length) {
      const row = order[end] as number;
      if (end === first || !same(order[end - 1] as number, row)) {
        if (count === RUN_BATCH_ROWS || end - first >= membersMax) break;
        targets[count] = (targetsOf[places.which[row] as number] as Int32Array)[
          places.rows[row] as number
        ] as number;
        starts[count++] = end - first;
      }
      end++;
    }
    starts[count] = end - first;
    const runs = new Int32Array(end - first);
    const at = new Int32Array(end - first);
    for (let i = first; i < end; i++) {
      const row = order[i] as number;
      runs[i - first] = places.which[row] as number;
      at[i - first] = places.rows[row] as number;
    }
    yield { groups: { batches, count, starts, runs, rows: at }, targets };
    first = end;
  }
}

/** Cuts a batch, whose rows have these targets, where they change. */
function* byTarget(batch: Batch, targets: Int32Array): Generator<TargetBatch> {
  for (const { target, start, end } of targetRanges(targets, batch.rowCount)) {
    yield { target, batch: sliceBatch(batch, start, end) };
  }
}

/** The same where groups may give no row: each target is folded on its own. */
function* foldEach(
  groups: Groups,
  targets: Int32Array,
  fold: Fold,
  gatherBatch: (groups: Groups, picks: ReturnType<Fold>) => Batch,
): Generator<TargetBatch> {
  for (const { target, start, end } of targetRanges(targets, groups.count)) {
    const from = groups.starts[start] as number;
    const one: Groups = {
      batches: groups.batches,
      count: end - start,
      starts: groups.starts.slice(start, end + 1).map((at) => at - from),
      runs: groups.runs.subarray(from),
      rows: groups.rows.subarray(from),
    };
    const picks = fold(one);
    if (picks.count > 0) yield { target, batch: gatherBatch(one, picks) };
  }
}
