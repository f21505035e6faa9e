// Every column by its aggregate function, column after column over the groups of a step.
import type { Field } from '../../base/index.ts';
import type { Vector } from '../../codec/index.ts';
import type { ColumnCell } from '../aggregate/cell.ts';
import { cellOf } from '../aggregate/function-of.ts';
import { type Fold, type Groups, isMerged, kindsOf, type RowPicks } from '../groups.ts';
import { type AggregationEngine, DELETE, INSERT, isRetract, type MergeSpec } from '../merge-spec.ts';

/**
 * Merge engine `aggregation`.
 *
 * Errors  MERGE_REFUSED for a retract a function cannot take, naming its `ignore-retract` option.
 * Source  Paimon, aggregate/AggregateMergeFunction.java.
 */
export function aggregationFold(spec: MergeSpec, engine: AggregationEngine): Fold {
  const kindColumn = spec.fields.length + 1;
  const cells = spec.fields.map((field: Field, c) => cellOf(field, engine.aggregators[c]));
  return (groups) => {
    const kinds = kindsOf(groups, kindColumn);
    const { kept, picks } = chooseGroups(groups, kinds, spec, engine);
    const retracts = hasRetracts(groups, kinds);
    const columns = cells.map((cell, c) => {
      if (!retracts && cell.latest !== undefined) return foldLatest(cell, c, groups, kept);
      return foldColumn(cell, c, groups, kinds, kept, engine.removeRecordOnDelete);
    });
    columns[kindColumn] = picks.columns[kindColumn] as Vector;
    return { ...picks, columns };
  };
}

/** Which groups give a row, and their kinds; the sequence number is the last record's. */
function chooseGroups(
  groups: Groups,
  kinds: readonly Int8Array[],
  spec: MergeSpec,
  engine: AggregationEngine,
): { readonly kept: Uint8Array; readonly picks: RowPicks } {
  const { count, starts } = groups;
  const kept = new Uint8Array(count);
  const runs = new Int32Array(count);
  const rows = new Int32Array(count);
  const outKinds = new Int8Array(count);
  let picked = 0;
  for (let g = 0; g < count; g++) {
    const last = (starts[g + 1] as number) - 1;
    const run = groups.runs[last] as number;
    const row = groups.rows[last] as number;
    let kind = (kinds[run] as Int8Array)[row] as number;
    if (isMerged(groups, g)) kind = engine.removeRecordOnDelete && kind === DELETE ? DELETE : INSERT;
    if (isRetract(kind) && !spec.keepDeletes) continue;
    kept[g] = 1;
    runs[picked] = run;
    rows[picked] = row;
    outKinds[picked++] = kind;
  }
  const columns: (Vector | undefined)[] = [];
  columns[spec.fields.length + 1] = kindVector(outKinds, picked);
  return { kept, picks: { count: picked, runs, rows, columns } };
}

/** The `_VALUE_KIND` column of `count` rows. */
export function kindVector(kinds: Int8Array, count: number): Vector {
  return { layout: 'i8', length: count, validity: null, values: kinds.subarray(0, count) };
}

function hasRetracts(groups: Groups, kinds: readonly Int8Array[]): boolean {
  const { runs, rows } = groups;
  const members = groups.starts[groups.count] as number;
  for (let m = 0; m < members; m++) {
    if (isRetract((kinds[runs[m] as number] as Int8Array)[rows[m] as number] as number)) return true;
  }
  return false;
}

/** A column whose value is that of one record: nothing before it is looked at. */
function foldLatest(cell: ColumnCell, column: number, groups: Groups, kept: Uint8Array): Vector {
  const { count, starts, runs, rows } = groups;
  const skipNulls = cell.latest === 'non-null';
  cell.begin(groups, column);
  for (let g = 0; g < count; g++) {
    if (kept[g] === 0) continue;
    const start = starts[g] as number;
    let m = (starts[g + 1] as number) - 1;
    while (skipNulls && m > start && cell.inputIsNull(runs[m] as number, rows[m] as number)) m--;
    cell.assign(runs[m] as number, rows[m] as number);
    cell.store();
  }
  return cell.finish();
}

function foldColumn(
  cell: ColumnCell,
  column: number,
  groups: Groups,
  kinds: readonly Int8Array[],
  kept: Uint8Array,
  removeRecordOnDelete: boolean,
): Vector {
  const { count, starts, runs, rows } = groups;
  cell.begin(groups, column);
  for (let g = 0; g < count; g++) {
    const end = starts[g + 1] as number;
    const merged = isMerged(groups, g);
    cell.reset();
    for (let m = starts[g] as number; m < end; m++) {
      const run = runs[m] as number;
      const row = rows[m] as number;
      if (!merged) {
        cell.assign(run, row);
        continue;
      }
      const kind = (kinds[run] as Int8Array)[row] as number;
      if (kind === DELETE && removeRecordOnDelete) cell.initialize(run, row);
      else if (isRetract(kind)) cell.retract(run, row);
      else cell.aggregate(run, row);
    }
    if (kept[g] === 1) cell.store();
  }
  return cell.finish();
}
