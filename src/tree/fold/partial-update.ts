// The last value that is not null wins, column by column. For tables without sequence groups; with them see
// sequence-groups.ts.
import { LakeError } from '../../base/index.ts';
import { gather, isValid, type LongVector, type Vector } from '../../codec/index.ts';
import { nullRefused } from '../aggregate/cell.ts';
import { columnOf, type Fold, type Groups, isMerged, kindsOf, type RowPicks } from '../groups.ts';
import { DELETE, INSERT, isRetract, type MergeSpec, type PartialUpdateEngine } from '../merge-spec.ts';
import { kindVector } from './aggregation.ts';

/**
 * Merge engine `partial-update` without sequence groups (or with none of their columns read).
 *
 * Shape   a retract first seeds the row; then it is skipped (`ignoreDelete`, sequence groups elsewhere), or a
 *         -D starts the row anew as deleted (`removeRecordOnDelete`). A row no add was seen for is deleted.
 * Errors  MERGE_REFUSED for a retract when no option says what to do with it, or a null in a column that
 *         allows none.
 * Source  Paimon, mergetree/compact/PartialUpdateMergeFunction.java.
 */
export function partialUpdateFold(spec: MergeSpec, engine: PartialUpdateEngine): Fold {
  return (groups) => {
    const chosen = chooseRecords(groups, spec, engine);
    const columns = spec.fields.map((field, c) => {
      const sources = columnOf(groups, c);
      if (!field.type.nullable) checkNoNulls(sources, chosen, field.name);
      return lastNonNull(sources, chosen);
    });
    const { kept, sequences, kinds } = chosen;
    columns.push({ layout: 'i64', length: kept, validity: null, values: sequences.subarray(0, kept) });
    columns.push(kindVector(kinds, kept));
    return { count: kept, runs: chosen.runs, rows: chosen.rows, columns } satisfies RowPicks;
  };
}

/** The records of each kept group whose values count, in order: a row is the last non-null of each column. */
interface Chosen {
  readonly kept: number;
  readonly starts: Int32Array;
  readonly runs: Int32Array;
  readonly rows: Int32Array;
  readonly sequences: BigInt64Array;
  readonly kinds: Int8Array;
  /** Groups that Java's merge function saw: only their nulls are checked. */
  readonly merged: Uint8Array;
}

function chooseRecords(groups: Groups, spec: MergeSpec, engine: PartialUpdateEngine): Chosen {
  const { count } = groups;
  const kindColumns = kindsOf(groups, spec.fields.length + 1);
  const sequenceColumns = columnOf(groups, spec.fields.length).map((column) => (column as LongVector).values);
  const starts = new Int32Array(count + 1);
  const runs = new Int32Array(groups.starts[count] as number);
  const rows = new Int32Array(groups.starts[count] as number);
  const sequences = new BigInt64Array(count);
  const kinds = new Int8Array(count);
  const merged = new Uint8Array(count);
  let kept = 0;
  for (let g = 0; g < count; g++) {
    const first = starts[kept] as number;
    let next = first;
    let sequence = 0n;
    let deleted = false;
    let sawInsert = false;
    let seeded = false;
    const several = isMerged(groups, g);
    for (let m = groups.starts[g] as number; m < (groups.starts[g + 1] as number); m++) {
      const run = groups.runs[m] as number;
      const row = groups.rows[m] as number;
      const kind = (kindColumns[run] as Int8Array)[row] as number;
      let takes = true;
      deleted = false;
      if (several && isRetract(kind)) {
        takes = !seeded;
        if (!engine.ignoreDelete) {
          sequence = (sequenceColumns[run] as BigInt64Array)[row] as bigint;
          if (removes(kind, engine)) {
            deleted = true;
            takes = true;
            next = first;
          }
        }
      } else {
        sequence = (sequenceColumns[run] as BigInt64Array)[row] as bigint;
        sawInsert = true;
        deleted = !several && isRetract(kind);
        if (!several) kinds[kept] = kind;
      }
      seeded = true;
      if (takes) {
        runs[next] = run;
        rows[next++] = row;
      }
    }
    if (several) kinds[kept] = deleted || !sawInsert ? DELETE : INSERT;
    if (isRetract(kinds[kept] as number) && !spec.keepDeletes) continue;
    merged[kept] = several ? 1 : 0;
    sequences[kept] = sequence;
    starts[++kept] = next;
  }
  return { kept, starts, runs, rows, sequences, kinds, merged };
}

/** True when a retract deletes the row; it throws when no option says what it does. */
function removes(kind: number, engine: PartialUpdateEngine): boolean {
  if (engine.hasSequenceGroups) return false;
  if (engine.removeRecordOnDelete) return kind === DELETE;
  throw new LakeError(
    'MERGE_REFUSED',
    "By default, partial update can not accept delete records. Set 'ignore-delete' to ignore them, " +
      "'partial-update.remove-record-on-delete' to remove the row, " +
      'or sequence groups to retract their columns.',
    { option: 'ignore-delete' },
  );
}

function lastNonNull(sources: readonly Vector[], chosen: Chosen): Vector {
  const { kept, starts, runs, rows } = chosen;
  const outRuns = new Int32Array(kept);
  const outRows = new Int32Array(kept);
  const plain = sources.every((source) => source.validity === null);
  for (let g = 0; g < kept; g++) {
    const start = starts[g] as number;
    let m = (starts[g + 1] as number) - 1;
    if (!plain) {
      while (m >= start && !isValid(sources[runs[m] as number] as Vector, rows[m] as number)) m--;
    }
    if (m < start) outRows[g] = -1;
    else {
      outRuns[g] = runs[m] as number;
      outRows[g] = rows[m] as number;
    }
  }
  return gather(sources, outRuns, outRows, kept);
}

function checkNoNulls(sources: readonly Vector[], chosen: Chosen, column: string): void {
  if (sources.every((source) => source.validity === null)) return;
  const { kept, starts, runs, rows, merged } = chosen;
  for (let g = 0; g < kept; g++) {
    if (merged[g] === 0) continue;
    for (let m = starts[g] as number; m < (starts[g + 1] as number); m++) {
      if (!isValid(sources[runs[m] as number] as Vector, rows[m] as number)) throw nullRefused(column);
    }
  }
}
