// The state of one output column while the records of a key are merged: a record's cell by position, or a
// computed value.
import { type DataType, type Field, LakeError } from '../../base/index.ts';
import {
  gather,
  isValid,
  type Value,
  type Vector,
  type VectorBuilder,
  valueAt,
  vectorBuilder,
} from '../../codec/index.ts';
import { columnOf, type Groups } from '../groups.ts';

/**
 * What an aggregate function decides with two cells, without looking at more than it must.
 *
 * Shape   `pick`: the result is one of the two cells; `compute`: it is computed. A function with `skipsNulls`
 *         is asked only with two cells that are not null; a null gives the other cell.
 */
export interface PickFunction {
  readonly kind: 'pick';
  readonly name: string;
  readonly retract: 'clear' | 'clear-if-input' | 'take' | 'refuse';
  /**
   * True when the result of aggregating cell `i` of `a` with cell `j` of `b` is the latter; no vector is a
   * null.
   */
  takesInput(a: Vector | undefined, i: number, b: Vector | undefined, j: number, state: FirstState): boolean;
}
export interface ComputeFunction {
  readonly kind: 'compute';
  readonly name: string;
  readonly skipsNulls: boolean;
  combine(accumulator: Value, input: Value): Value;
  /** How a record that comes late is aggregated, when that is not `combine(input, accumulator)`. */
  combineReversed?(accumulator: Value, input: Value): Value;
  /** Absent when the function refuses retraction. */
  retract?(accumulator: Value, input: Value): Value;
}
export type CellFunction = PickFunction | ComputeFunction;

/** What first_value and first_non_null_value remember of a key. */
export interface FirstState {
  initialized: boolean;
}

/** In `run`: the cell is null; it was computed. */
const NULL = -1;
const COMPUTED = -2;

/**
 * One output column.
 *
 * Shape   `begin` for every step, then for every key: `reset`, changes by records, `store`; `finish` gives
 *         the column of the step.
 * Errors  MERGE_REFUSED when a record cannot be retracted.
 * Source  Paimon, aggregate/FieldAggregator.java and its subclasses.
 */
export class ColumnCell {
  readonly type: DataType;
  private readonly name: string;
  private readonly fn: CellFunction | undefined;
  private readonly ignoreRetract: boolean;
  private vectors: readonly Vector[] = [];
  private outRuns = new Int32Array(0);
  private outRows = new Int32Array(0);
  private stored = 0;
  private builder: VectorBuilder | undefined;
  private readonly state: FirstState = { initialized: false };
  /** The current value: a run and row of the step, `NULL`, or `COMPUTED` with its value. */
  run = NULL;
  row = 0;
  private value: Value = null;

  constructor(field: Field, fn: CellFunction | undefined, ignoreRetract: boolean) {
    this.name = field.name;
    this.type = field.type;
    this.fn = fn;
    this.ignoreRetract = ignoreRetract;
  }

  get hasFunction(): boolean {
    return this.fn !== undefined;
  }

  /** Which record decides while nothing is retracted: the last one, or the last that is not null. */
  get latest(): 'any' | 'non-null' | undefined {
    const name = this.fn?.name;
    if (name === 'primary-key' || name === 'last_value') return 'any';
    return name === 'last_non_null_value' ? 'non-null' : undefined;
  }

  begin(groups: Groups, column: number): void {
    this.vectors = columnOf(groups, column);
    this.stored = 0;
    if (this.outRuns.length < groups.count) {
      this.outRuns = new Int32Array(groups.count);
      this.outRows = new Int32Array(groups.count);
    }
  }

  /** A new key: null, and nothing remembered. */
  reset(): void {
    this.run = NULL;
    this.state.initialized = false;
  }

  clear(): void {
    this.run = NULL;
  }

  /** Takes a record's cell, null or not. */
  assign(run: number, row: number): void {
    this.run = run;
    this.row = row;
  }

  /** Takes the cell of a record that starts a row; a null where the column allows none is refused. */
  initialize(run: number, row: number): void {
    if (!this.type.nullable && this.inputIsNull(run, row)) throw nullRefused(this.name);
    this.assign(run, row);
  }

  inputIsNull(run: number, row: number): boolean {
    return !isValid(this.vectors[run] as Vector, row);
  }

  isNull(): boolean {
    if (this.run === COMPUTED) return this.value === null;
    return this.run === NULL || this.inputIsNull(this.run, this.row);
  }

  vectorOf(run: number): Vector {
    return this.vectors[run] as Vector;
  }

  /** Aggregates a record's cell; without a function the cell is taken. */
  aggregate(run: number, row: number): void {
    const fn = this.fn;
    if (fn === undefined) this.assign(run, row);
    else if (fn.kind === 'pick') {
      const input = this.vectors[run];
      if (fn.takesInput(this.vector(), this.row, input, row, this.state)) this.assign(run, row);
    } else if (fn.skipsNulls && this.inputIsNull(run, row)) return;
    else if (fn.skipsNulls && this.isNull()) this.assign(run, row);
    else this.compute(fn.combine(this.current(), this.input(run, row)));
  }

  /** Aggregates the cell of a record that is older than what was aggregated before. */
  aggregateReversed(run: number, row: number): void {
    const fn = this.fn;
    if (fn === undefined) return;
    if (fn.kind === 'pick') {
      const input = this.vectors[run];
      if (!fn.takesInput(input, row, this.vector(), this.row, this.state)) this.assign(run, row);
    } else if (fn.skipsNulls && this.inputIsNull(run, row)) return;
    else if (fn.skipsNulls && this.isNull()) this.assign(run, row);
    else if (fn.combineReversed !== undefined) {
      this.compute(fn.combineReversed(this.current(), this.input(run, row)));
    } else this.compute(fn.combine(this.input(run, row), this.current()));
  }

  /** Takes a record's cell back out; without a function the column becomes null. */
  retract(run: number, row: number): void {
    const fn = this.fn;
    if (this.ignoreRetract) return;
    if (fn === undefined) this.clear();
    else if (fn.kind === 'compute') {
      if (fn.retract === undefined) throw retractRefused(fn.name, this.name);
      this.compute(fn.retract(this.current(), this.input(run, row)));
    } else if (fn.retract === 'take') this.assign(run, row);
    else if (fn.retract === 'clear') this.clear();
    else if (fn.retract === 'clear-if-input') {
      if (!this.inputIsNull(run, row)) this.clear();
    } else if (fn.retract === 'refuse') throw retractRefused(fn.name, this.name);
  }

  /** Appends the current value to the step's column. */
  store(): void {
    const at = this.stored++;
    if (this.run === COMPUTED) {
      this.builder ??= vectorBuilder(this.type);
      this.outRuns[at] = this.vectors.length;
      this.outRows[at] = this.builder.length;
      this.builder.append(this.value);
    } else if (this.run === NULL) {
      this.outRuns[at] = 0;
      this.outRows[at] = -1;
    } else {
      this.outRuns[at] = this.run;
      this.outRows[at] = this.row;
    }
  }

  finish(): Vector {
    const sources = this.builder === undefined ? this.vectors : [...this.vectors, this.builder.finish()];
    this.builder = undefined;
    return gather(sources, this.outRuns, this.outRows, this.stored);
  }

  private compute(value: Value): void {
    this.run = COMPUTED;
    this.value = value;
  }

  private current(): Value {
    if (this.run === COMPUTED) return this.value;
    return this.run === NULL ? null : this.input(this.run, this.row);
  }

  private input(run: number, row: number): Value {
    return valueAt(this.vectors[run] as Vector, row);
  }

  /** The vector the current value lies in, at `row`; none when it is null. */
  private vector(): Vector | undefined {
    return this.run === NULL ? undefined : this.vectors[this.run];
  }
}

/** The error for a null in a column that allows none. */
export function nullRefused(column: string): LakeError {
  return new LakeError(
    'MERGE_REFUSED',
    `Field ${column} can not be null, but a record to merge has a null there`,
    {
      column,
    },
  );
}

function retractRefused(functionName: string, column: string): LakeError {
  const option = `fields.${column}.ignore-retract`;
  return new LakeError(
    'MERGE_REFUSED',
    `Aggregate function '${functionName}' of column ${column} does not support retraction. ` +
      `Set '${option}' = 'true' to ignore retraction messages.`,
    { option, column },
  );
}
