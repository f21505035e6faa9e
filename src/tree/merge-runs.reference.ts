// Java's merge functions, row by row over plain values: slow, and only for tests. It follows the Java source
// line by line and shares no code with the folds it checks.
import type { DataType } from '../base/index.ts';
import type { Value } from '../codec/index.ts';
import { type ReferenceAggregator, referenceAggregator, referenceCompare } from './aggregators.reference.ts';
import type { AggregatorSpec, MergeSpec } from './merge-spec.ts';

/** A record: `n` numbers keys in key order. */
export interface Kv {
  readonly n: number;
  readonly sequence: bigint;
  readonly kind: number;
  readonly level: number;
  readonly values: readonly Value[];
}
interface Result {
  readonly sequence: bigint;
  readonly kind: number;
  readonly values: readonly Value[];
}
interface MergeFunction {
  add(kv: Kv): void;
  result(): Result | undefined;
}

class Refused extends Error {}
const retract = (kind: number): boolean => kind === 1 || kind === 3;

/** The rows of the merge, each with its sequence number and kind behind the values. */
export function referenceMerge(spec: MergeSpec, runs: readonly Kv[][]): Value[][] | 'refused' {
  const byKey = new Map<number, Kv[]>();
  for (const run of runs) for (const kv of run) byKey.set(kv.n, [...(byKey.get(kv.n) ?? []), kv]);
  const rows: Value[][] = [];
  try {
    for (const n of [...byKey.keys()].sort((a, b) => a - b)) {
      const records = (byKey.get(n) as Kv[]).sort((a, b) => compareRecords(spec, a, b));
      const result = reduce(spec, records);
      if (result === undefined || (retract(result.kind) && !spec.keepDeletes)) continue;
      rows.push([...result.values, result.sequence, result.kind]);
    }
  } catch (error) {
    if (error instanceof Refused || (error as Error).message.startsWith('refused')) return 'refused';
    throw error;
  }
  return rows;
}

function compareRecords(spec: MergeSpec, a: Kv, b: Kv): number {
  for (const position of spec.userSequence) {
    const [x, y] = [a.values[position] as Value, b.values[position] as Value];
    if (x === null && y === null) continue;
    if (x === null) return -1;
    if (y === null) return 1;
    const order = referenceCompare(x, y);
    if (order !== 0) return spec.sequenceDescending ? -order : order;
  }
  return a.sequence < b.sequence ? -1 : 1;
}

/** ReducerMergeFunctionWrapper and LookupMergeFunction. */
function reduce(spec: MergeSpec, records: readonly Kv[]): Result | undefined {
  if (records.length === 1) return records[0];
  const merge = functionOf(spec);
  let candidates = records;
  if (spec.lookup && spec.engine.kind !== 'first-row') {
    const high = records.filter((kv) => kv.level > 0).sort((a, b) => a.level - b.level)[0];
    const top = high === undefined ? undefined : records.find((kv) => kv.level === high.level);
    candidates = records.filter((kv) => kv.level <= 0 || kv === top);
  }
  for (const kv of candidates) merge.add(kv);
  return merge.result();
}

function functionOf(spec: MergeSpec): MergeFunction {
  const { engine } = spec;
  switch (engine.kind) {
    case 'deduplicate':
      return deduplicate(engine.ignoreDelete);
    case 'first-row':
      return firstRow(engine.ignoreDelete);
    case 'aggregation':
      return new Aggregation(spec);
    case 'partial-update':
      return new PartialUpdate(spec);
  }
}

function deduplicate(ignoreDelete: boolean): MergeFunction {
  let latest: Kv | undefined;
  return {
    add(kv) {
      if (!(ignoreDelete && retract(kv.kind))) latest = kv;
    },
    result: () => latest,
  };
}

function firstRow(ignoreDelete: boolean): MergeFunction {
  let first: Kv | undefined;
  return {
    add(kv) {
      if (retract(kv.kind)) {
        if (ignoreDelete) return;
        throw new Refused();
      }
      first ??= kv;
    },
    result: () => first,
  };
}

function aggregatorOf(type: DataType, spec: AggregatorSpec): ReferenceAggregator {
  const inner = referenceAggregator(type, spec);
  if (!spec.ignoreRetract) return inner;
  return {
    agg: (acc, input) => inner.agg(acc, input),
    aggReversed: (acc, input) => inner.agg(input, acc),
    retract: (acc) => acc,
  };
}

class Aggregation implements MergeFunction {
  private readonly aggregators: readonly ReferenceAggregator[];
  private readonly removeRecordOnDelete: boolean;
  private latest: Kv | undefined;
  private row: Value[];
  private deleted = false;

  constructor(spec: MergeSpec) {
    if (spec.engine.kind !== 'aggregation') throw new Error();
    const { aggregators, removeRecordOnDelete } = spec.engine;
    this.removeRecordOnDelete = removeRecordOnDelete;
    this.row = spec.fields.map(() => null);
    this.aggregators = spec.fields.map((field, i) =>
      aggregatorOf(field.type, aggregators[i] as AggregatorSpec),
    );
  }

  add(kv: Kv): void {
    this.latest = kv;
    this.deleted = this.removeRecordOnDelete && kv.kind === 3;
    if (this.deleted) {
      this.row = [...kv.values];
      return;
    }
    this.row = this.row.map((acc, i) => {
      const aggregator = this.aggregators[i] as ReferenceAggregator;
      const input = kv.values[i] as Value;
      return retract(kv.kind) ? aggregator.retract(acc, input) : aggregator.agg(acc, input);
    });
  }

  result(): Result {
    return { sequence: (this.latest as Kv).sequence, kind: this.deleted ? 3 : 0, values: this.row };
  }
}

class PartialUpdate implements MergeFunction {
  private readonly spec: MergeSpec;
  private readonly aggregators: readonly (ReferenceAggregator | undefined)[];
  private readonly sequences: readonly (readonly number[] | undefined)[];
  private row: Value[];
  private sequence = 0n;
  private deleted = false;
  private meetInsert = false;
  private filled = false;

  constructor(spec: MergeSpec) {
    const { engine } = spec;
    if (engine.kind !== 'partial-update') throw new Error();
    this.spec = spec;
    this.sequences = engine.sequences;
    this.row = spec.fields.map(() => null);
    this.aggregators = spec.fields.map((field, i) => {
      const aggregator = engine.aggregators[i];
      return aggregator === undefined ? undefined : aggregatorOf(field.type, aggregator);
    });
  }

  add(kv: Kv): void {
    const { engine } = this.spec;
    if (engine.kind !== 'partial-update') throw new Error();
    this.deleted = false;
    if (retract(kv.kind)) {
      if (!this.filled) {
        this.row = [...kv.values];
        this.filled = true;
      }
      if (engine.ignoreDelete) return;
      this.sequence = kv.sequence;
      if (engine.hasSequenceGroups) {
        this.retractGroups(kv, engine.removeOnSequenceGroup);
        return;
      }
      if (!engine.removeRecordOnDelete) throw new Refused();
      if (kv.kind === 3) {
        this.deleted = true;
        this.row = [...kv.values];
      }
      return;
    }
    this.sequence = kv.sequence;
    if (this.sequences.every((sequence) => sequence === undefined)) {
      this.row = this.row.map((acc, i) => (kv.values[i] === null ? acc : (kv.values[i] as Value)));
    } else this.updateGroups(kv);
    this.meetInsert = true;
    this.filled = true;
  }

  private compare(kv: Kv, group: readonly number[]): number {
    for (const field of group) {
      const [x, y] = [kv.values[field] as Value, this.row[field] as Value];
      if (x === null && y === null) continue;
      if (x === null) return -1;
      if (y === null) return 1;
      const order = referenceCompare(x, y);
      if (order !== 0) return order;
    }
    return 0;
  }

  private updateGroups(kv: Kv): void {
    for (let i = 0; i < this.row.length; i++) {
      const aggregator = this.aggregators[i];
      const group = this.sequences[i];
      const acc = this.row[i] as Value;
      const field = kv.values[i] as Value;
      if (group === undefined) {
        if (aggregator !== undefined) this.row[i] = aggregator.agg(acc, field);
        else if (field !== null) this.row[i] = field;
        continue;
      }
      if (group.every((position) => kv.values[position] === null)) continue;
      if (this.compare(kv, group) >= 0) {
        if (group.includes(i)) {
          for (const position of group) this.row[position] = kv.values[position] as Value;
        } else this.row[i] = aggregator === undefined ? field : aggregator.agg(acc, field);
      } else if (aggregator !== undefined) this.row[i] = aggregator.aggReversed(acc, field);
    }
  }

  private retractGroups(kv: Kv, removing: readonly number[]): void {
    const updated = new Set<number>();
    for (let i = 0; i < this.row.length; i++) {
      const aggregator = this.aggregators[i];
      const group = this.sequences[i];
      if (group === undefined || group.every((position) => kv.values[position] === null)) continue;
      const late = this.compare(kv, group) < 0;
      if (!late && group.includes(i)) {
        for (const position of group) {
          if (updated.has(position)) continue;
          if (kv.kind === 3 && removing.includes(position)) {
            this.deleted = true;
            this.row = [...kv.values];
            return;
          }
          this.row[position] = kv.values[position] as Value;
          updated.add(position);
        }
      } else if (aggregator !== undefined) {
        this.row[i] = aggregator.retract(this.row[i] as Value, kv.values[i] as Value);
      } else if (!late) this.row[i] = null;
    }
  }

  result(): Result {
    return { sequence: this.sequence, kind: this.deleted || !this.meetInsert ? 3 : 0, values: this.row };
  }
}
