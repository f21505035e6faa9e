// Partial update with sequence groups: a record changes the columns of a group only if the group's sequence
// fields say it is newer.
import type { LongVector, Vector } from '../../codec/index.ts';
import type { ColumnCell } from '../aggregate/cell.ts';
import { cellOf } from '../aggregate/function-of.ts';
import { columnOf, type Fold, isMerged, kindsOf } from '../groups.ts';
import { type CellCompare, cellCompare } from '../key-compare.ts';
import { DELETE, INSERT, isRetract, type MergeSpec, type PartialUpdateEngine } from '../merge-spec.ts';
import { kindVector } from './aggregation.ts';

/**
 * Merge engine `partial-update` with sequence groups.
 *
 * Shape   a record whose sequence fields are all null leaves the group alone. A newer or equal one replaces
 *         the group's columns, nulls included, or feeds their functions; an older one only feeds functions,
 *         in reverse. A retract sets a group's columns to null or takes them out of their functions; a -D of
 *         a group of `removeOnSequenceGroup` deletes the row.
 * Errors  MERGE_REFUSED for a retract a function cannot take, or a null in a column that allows none.
 * Source  Paimon, mergetree/compact/PartialUpdateMergeFunction.java (updateWithSequenceGroup,
 *         retractWithSequenceGroup).
 */
export function sequenceGroupFold(spec: MergeSpec, engine: PartialUpdateEngine): Fold {
  const width = spec.fields.length;
  const row = new GroupedRow(spec, engine);
  return (groups) => {
    const { count, starts, runs, rows } = groups;
    const kindColumns = kindsOf(groups, width + 1);
    const sequenceColumns = columnOf(groups, width).map((column) => (column as LongVector).values);
    const sequences = new BigInt64Array(count);
    const kinds = new Int8Array(count);
    let kept = 0;
    row.cells.forEach((cell, c) => {
      cell.begin(groups, c);
    });
    for (let g = 0; g < count; g++) {
      const start = starts[g] as number;
      const end = starts[g + 1] as number;
      const several = isMerged(groups, g);
      row.reset();
      let kind = 0;
      for (let m = start; m < end; m++) {
        const run = runs[m] as number;
        const at = rows[m] as number;
        kind = (kindColumns[run] as Int8Array)[at] as number;
        if (several) row.add(run, at, kind, (sequenceColumns[run] as BigInt64Array)[at] as bigint);
        else row.pass(run, at, (sequenceColumns[run] as BigInt64Array)[at] as bigint);
      }
      if (several) kind = row.kind();
      if (isRetract(kind) && !spec.keepDeletes) continue;
      for (const cell of row.cells) cell.store();
      sequences[kept] = row.sequence;
      kinds[kept++] = kind;
    }
    const columns: Vector[] = row.cells.map((cell) => cell.finish());
    columns.push({ layout: 'i64', length: kept, validity: null, values: sequences.subarray(0, kept) });
    columns.push(kindVector(kinds, kept));
    return { count: kept, runs: new Int32Array(0), rows: new Int32Array(0), columns };
  };
}

/** The row of one key while its records are added. */
class GroupedRow {
  readonly cells: readonly ColumnCell[];
  sequence = 0n;
  private readonly engine: PartialUpdateEngine;
  private readonly compares: readonly (CellCompare | undefined)[];
  private readonly emptyGroup: Uint8Array;
  private deleted = false;
  private sawInsert = false;
  private seeded = false;

  constructor(spec: MergeSpec, engine: PartialUpdateEngine) {
    this.engine = engine;
    this.cells = spec.fields.map((field, c) => cellOf(field, engine.aggregators[c]));
    this.emptyGroup = new Uint8Array(spec.fields.length);
    const sequenceFields = new Set(engine.sequences.flatMap((sequence) => sequence ?? []));
    this.compares = spec.fields.map((field, c) =>
      sequenceFields.has(c) ? cellCompare(field.type) : undefined,
    );
  }

  reset(): void {
    for (const cell of this.cells) cell.reset();
    this.sequence = 0n;
    this.sawInsert = false;
    this.seeded = false;
    this.deleted = false;
  }

  kind(): number {
    return this.deleted || !this.sawInsert ? DELETE : INSERT;
  }

  /** Takes a record that is alone. */
  pass(run: number, at: number, sequence: bigint): void {
    for (const cell of this.cells) cell.assign(run, at);
    this.sequence = sequence;
  }

  add(run: number, at: number, kind: number, sequence: bigint): void {
    this.deleted = false;
    if (isRetract(kind)) {
      if (!this.seeded) for (const cell of this.cells) cell.initialize(run, at);
      this.seeded = true;
      if (this.engine.ignoreDelete) return;
      this.sequence = sequence;
      this.retract(run, at, kind);
      return;
    }
    this.sequence = sequence;
    this.update(run, at);
    this.sawInsert = true;
    this.seeded = true;
  }

  private update(run: number, at: number): void {
    const { cells } = this;
    const { sequences } = this.engine;
    this.emptyGroup.fill(0);
    for (let c = 0; c < cells.length; c++) {
      const cell = cells[c] as ColumnCell;
      const group = sequences[c];
      if (group === undefined) {
        if (cell.hasFunction) cell.aggregate(run, at);
        else if (!cell.inputIsNull(run, at)) cell.assign(run, at);
      } else if (!this.isEmpty(group, run, at)) {
        if (this.compare(group, run, at) < 0) {
          if (cell.hasFunction) cell.aggregateReversed(run, at);
        } else if (group.includes(c)) {
          for (const field of group) (cells[field] as ColumnCell).assign(run, at);
        } else cell.aggregate(run, at);
      }
    }
  }

  private retract(run: number, at: number, kind: number): void {
    const { cells } = this;
    const { sequences, removeOnSequenceGroup } = this.engine;
    const updated = new Set<number>();
    this.emptyGroup.fill(0);
    for (let c = 0; c < cells.length; c++) {
      const cell = cells[c] as ColumnCell;
      const group = sequences[c];
      if (group === undefined || this.isEmpty(group, run, at)) continue;
      if (this.compare(group, run, at) < 0) {
        if (cell.hasFunction) cell.retract(run, at);
      } else if (group.includes(c)) {
        for (const field of group) {
          if (updated.has(field)) continue;
          if (kind === DELETE && removeOnSequenceGroup.includes(field)) {
            this.deleted = true;
            for (const other of cells) other.initialize(run, at);
            return;
          }
          (cells[field] as ColumnCell).assign(run, at);
          updated.add(field);
        }
      } else cell.retract(run, at);
    }
  }

  /**
   * True when all sequence fields of the record are null; remembered for the record under the group's first
   * field.
   */
  private isEmpty(group: readonly number[], run: number, at: number): boolean {
    if (this.emptyGroup[group[0] as number] === 1) return true;
    for (const field of group) if (!(this.cells[field] as ColumnCell).inputIsNull(run, at)) return false;
    for (const field of group) this.emptyGroup[field] = 1;
    return true;
  }

  /** Compares the record's sequence fields with the row's; nulls are lowest. */
  private compare(group: readonly number[], run: number, at: number): number {
    for (const field of group) {
      const cell = this.cells[field] as ColumnCell;
      const inputNull = cell.inputIsNull(run, at);
      const rowNull = cell.isNull();
      if (inputNull || rowNull) {
        if (inputNull && rowNull) continue;
        return inputNull ? -1 : 1;
      }
      const compare = this.compares[field] as CellCompare;
      const order = compare(cell.vectorOf(run), at, cell.vectorOf(cell.run), cell.row);
      if (order !== 0) return order;
    }
    return 0;
  }
}
