// Random runs merged by `mergeRuns`, against the merge functions of Java written down row by row.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DataType, Field } from '../base/index.ts';
import { type Batch, batchOf, type Value, type Vector, valueAt } from '../codec/index.ts';
import { type Kv, referenceMerge } from './merge-runs.reference.ts';
import { mergeRuns } from './merge-runs.ts';
import { type MergeSpec, mergedFields } from './merge-spec.ts';
import type { RunSource } from './run-source.ts';
import { mergeSpec } from './spec-of.ts';

const SEED = Number(process.env.SEED ?? 20240311);
const ROUNDS = Number(process.env.ROUNDS ?? 400);

function random(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}
type Next = (below: number) => number;

const STRING: DataType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };
const INT: DataType = { kind: 'INT', nullable: true };
const NESTED: DataType = {
  kind: 'ROW',
  nullable: true,
  fields: [
    { id: 90, name: 'id', type: INT },
    { id: 91, name: 'text', type: STRING },
  ],
};
const TYPES = {
  i: INT,
  t: { kind: 'TINYINT', nullable: true },
  l: { kind: 'BIGINT', nullable: true },
  f: { kind: 'FLOAT', nullable: true },
  d: { kind: 'DOUBLE', nullable: true },
  c: { kind: 'DECIMAL', nullable: true, precision: 5, scale: 2 },
  w: { kind: 'DECIMAL', nullable: true, precision: 21, scale: 2 },
  s: STRING,
  b: { kind: 'BOOLEAN', nullable: true },
  a: { kind: 'ARRAY', nullable: true, element: INT },
  m: { kind: 'MAP', nullable: true, key: INT, value: STRING },
  n: { kind: 'ARRAY', nullable: true, element: NESTED },
  q: { kind: 'MAP', nullable: true, key: INT, value: NESTED },
} as const satisfies Record<string, DataType>;
type Column = keyof typeof TYPES;
const COLUMNS = Object.keys(TYPES) as Column[];

const ANY = [
  'last_value',
  'last_non_null_value',
  'first_value',
  'first_non_null_value',
  'first_not_null_value',
];
const NUMBER = [...ANY, 'sum', 'product', 'max', 'min'];
const FUNCTIONS: Record<Column, readonly string[]> = {
  i: NUMBER,
  t: NUMBER,
  l: NUMBER,
  f: NUMBER,
  d: NUMBER,
  c: NUMBER,
  w: NUMBER,
  s: [...ANY, 'listagg', 'max', 'min'],
  b: [...ANY, 'bool_and', 'bool_or'],
  a: [...ANY, 'collect'],
  m: [...ANY, 'merge_map'],
  n: [...ANY, 'nested_update', 'nested_partial_update', 'collect'],
  q: [...ANY, 'merge_map', 'merge_map_with_keytime'],
};

function cell(type: DataType, next: Next): Value {
  if (next(4) === 0) return null;
  switch (type.kind) {
    case 'INT':
      return next(8) === 0 ? 2147483647 - next(3) : next(5) - 2;
    case 'TINYINT':
      return next(256) - 128;
    case 'BIGINT':
      return next(8) === 0 ? 9223372036854775807n - BigInt(next(3)) : BigInt(next(7)) - 3n;
    case 'FLOAT':
    case 'DOUBLE':
      return [0, -0, Number.NaN, 1.5, -2.25, Math.fround(0.1), Number.POSITIVE_INFINITY][next(7)] as number;
    case 'DECIMAL':
      return type.precision < 10
        ? BigInt(next(199999) - 99999)
        : BigInt(next(2000) - 1000) * 10n ** BigInt(next(17));
    case 'VARCHAR':
      return new TextEncoder().encode(
        ['', 'a', 'b', 'a,b', 'b,,c', '\u{1F600}', '\uFFFD'][next(7)] as string,
      );
    case 'BOOLEAN':
      return next(2) === 0;
    case 'ARRAY':
      return Array.from({ length: next(4) }, () => cell(type.element, next));
    case 'MAP': {
      const entries = new Map(Array.from({ length: next(4) }, () => [next(4), cell(type.value, next)]));
      return [...entries];
    }
    case 'ROW':
      return type.fields.map((field) => cell(field.type, next));
    default:
      throw new Error(type.kind);
  }
}

const KEYS: readonly (readonly Field[])[] = [
  [{ id: 0, name: 'k', type: { kind: 'BIGINT', nullable: false } }],
  [{ id: 0, name: 'k', type: { kind: 'VARCHAR', nullable: false, length: 20 } }],
  [{ id: 0, name: 'k', type: { kind: 'DECIMAL', nullable: false, precision: 38, scale: 0 } }],
  [
    { id: 0, name: 'k', type: { kind: 'SMALLINT', nullable: false } },
    { id: 1, name: 'k2', type: { kind: 'BIGINT', nullable: false } },
  ],
];

/** The n-th key in key order, for n below 200. */
function keyOf(fields: readonly Field[], n: number): Value[] {
  if (fields.length === 2) return [Math.floor(n / 5) - 7, 9007199254740993n + BigInt(n % 5)];
  switch (fields[0]?.type.kind) {
    case 'BIGINT':
      return [n < 100 ? BigInt(n) - 3n : 9223372036854775000n + BigInt(n)];
    case 'DECIMAL':
      return [n < 100 ? (BigInt(n) - 200n) * 10n ** 25n : BigInt(n)];
    default:
      return [new TextEncoder().encode(n < 100 ? `k${String(n).padStart(3, '0')}` : `kkkkkkkkk${n}`)];
  }
}

interface Case {
  readonly spec: MergeSpec;
  readonly runs: Kv[][];
}

/** Options of a random table of one engine. */
function randomOptions(engine: string, next: Next): Record<string, string> {
  const options: Record<string, string> = { 'merge-engine': engine };
  const yes = (): boolean => next(2) === 0;
  if (engine !== 'first-row' && yes()) options['sequence.field'] = yes() ? 'l' : 'i,c';
  if (yes()) options['sequence.field.sort-order'] = 'descending';
  if (engine === 'deduplicate' || engine === 'first-row') options['ignore-delete'] = String(yes());
  if (yes()) options['changelog-producer'] = 'lookup';
  const sequence = (options['sequence.field'] ?? '').split(',');
  let functions: Column[] = [];
  if (engine === 'aggregation') {
    functions = COLUMNS.filter((column) => next(4) > 0 && !sequence.includes(column));
    if (next(3) === 0) options['aggregation.remove-record-on-delete'] = 'true';
  } else if (engine === 'partial-update') {
    if (yes()) {
      options['fields.i.sequence-group'] = 's,t,a,m';
      options['fields.l,d.sequence-group'] = 'c,n,b,f';
      if (yes()) options['partial-update.remove-record-on-sequence-group'] = yes() ? 'i' : 'd,i';
      const members = ['s', 't', 'a', 'm', 'c', 'n', 'b', 'f'] as const;
      functions = members.filter((column) => yes() && !sequence.includes(column));
      if (next(4) === 0) delete options['sequence.field'];
      for (const column of ['i', 'l', 'd']) delete options[`fields.${column}.aggregate-function`];
    } else if (next(2) === 0) options['partial-update.remove-record-on-delete'] = 'true';
    if (options['partial-update.remove-record-on-delete'] === undefined && yes()) {
      if (options['partial-update.remove-record-on-sequence-group'] === undefined) {
        options['partial-update.ignore-delete'] = 'true';
      }
    }
  }
  for (const column of functions) {
    const names = FUNCTIONS[column];
    options[`fields.${column}.aggregate-function`] = names[next(names.length)] as string;
    if (next(3) > 0 && options['aggregation.remove-record-on-delete'] === undefined) {
      options[`fields.${column}.ignore-retract`] = 'true';
    }
    if (yes()) options[`fields.${column}.distinct`] = 'true';
    if (yes()) options[`fields.${column}.list-agg-delimiter`] = yes() ? ',,' : '';
    if (yes()) options[`fields.${column}.count-limit`] = '3';
    if (column === 'n' && (yes() || options['fields.n.aggregate-function'] === 'nested_partial_update')) {
      options['fields.n.nested-key'] = 'id';
    }
  }
  return options;
}

function randomCase(next: Next): Case {
  const engine = ['deduplicate', 'first-row', 'partial-update', 'aggregation'][next(4)] as string;
  const key = KEYS[next(KEYS.length)] as readonly Field[];
  const fields: Field[] = [...key, ...COLUMNS.map((name, i) => ({ id: 10 + i, name, type: TYPES[name] }))];
  const schema = {
    version: 3,
    id: 0,
    fields,
    highestFieldId: 100,
    partitionKeys: [],
    primaryKeys: key.map((field) => field.name),
    options: randomOptions(engine, next),
    timeMillis: 0n,
  };
  const spec = mergeSpec(schema, fields, { keepDeletes: next(2) === 0 });
  const retracts = next(3);
  const distinctKeys = 1 + next(150);
  const sequences = Array.from({ length: distinctKeys }, () => new Set<number>());
  const runs = Array.from({ length: 1 + next(6) }, () => {
    const run: Kv[] = [];
    const level = next(4);
    for (let n = 0; n < distinctKeys; n++) {
      if (next(3) === 0) continue;
      const used = sequences[n] as Set<number>;
      let sequence = next(100);
      while (used.has(sequence)) sequence++;
      used.add(sequence);
      const values = [...keyOf(key, n), ...COLUMNS.map((name) => cell(TYPES[name], next))];
      const kind = retracts === 0 || next(4) > 0 ? (next(2) === 0 ? 0 : 2) : next(2) === 0 ? 1 : 3;
      run.push({ n, sequence: BigInt(sequence), kind, level, values });
    }
    return run;
  });
  return { spec, runs };
}

/**
 * With `reuse` a batch is overwritten once the next but one is asked for, as readers that use memory again
 * do.
 */
function sourceOf(
  run: readonly Kv[],
  spec: MergeSpec,
  next: Next,
  { reuse, closed }: { readonly reuse: boolean; readonly closed: () => void },
): RunSource {
  let at = 0;
  const given: Batch[] = [];
  return {
    async next() {
      if (reuse) given.at(-2)?.columns.forEach(overwrite);
      if (at >= run.length) return undefined;
      const part = run.slice(at, at + next(20));
      at += part.length;
      const rows = part.map((kv) => [...kv.values, kv.sequence, kv.kind]);
      const batch = batchOf(mergedFields(spec), rows);
      given.push(batch);
      return { ...batch, level: run[0]?.level ?? 0 };
    },
    async close() {
      closed();
    },
  };
}

function overwrite(vector: Vector): void {
  const words = (array: ArrayBufferView): Uint8Array =>
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  if (vector.validity !== null) words(vector.validity).fill(0xa5);
  if (vector.layout === 'struct') vector.children.forEach(overwrite);
  else if (vector.layout === 'list') overwrite(vector.child);
  else words(vector.values).fill(0xa5);
  if (vector.layout === 'list' || vector.layout === 'bytes') words(vector.offsets).fill(0xa5);
}

async function merged({ spec, runs }: Case, next: Next): Promise<Value[][] | 'refused'> {
  let closed = 0;
  const reuse = runs.length > 1;
  const sources = runs.map((run) => sourceOf(run, spec, next, { reuse, closed: () => closed++ }));
  const kept: Batch[] = [];
  const rows: Value[][] = [];
  try {
    for await (const batch of mergeRuns(sources, spec)) {
      assert.deepEqual(batch.fields, mergedFields(spec));
      assert.ok(batch.rowCount > 0);
      kept.push(batch);
    }
    for (const batch of kept) {
      for (let i = 0; i < batch.rowCount; i++) rows.push(batch.columns.map((column) => valueAt(column, i)));
    }
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'MERGE_REFUSED', String((error as Error).stack));
    return 'refused';
  } finally {
    assert.equal(closed, runs.length);
  }
  return rows;
}

/**
 * The row with the collections sorted whose order is that of Java's hash maps, which the reference does not
 * keep.
 */
function inAnyOrder(spec: MergeSpec, row: readonly Value[]): Value[] {
  const { engine } = spec;
  if (engine.kind === 'deduplicate' || engine.kind === 'first-row') return [...row];
  const text = (value: Value): string =>
    JSON.stringify(value, (_, item) => (item instanceof Uint8Array ? [...item] : item));
  return row.map((value, c) => {
    const aggregator = engine.aggregators[c];
    const hashed =
      (aggregator?.name === 'collect' && aggregator.distinct) ||
      aggregator?.name.startsWith('merge_map') ||
      aggregator?.name.startsWith('nested_');
    return hashed && value !== null
      ? [...(value as Value[])].sort((a, b) => (text(a) < text(b) ? -1 : 1))
      : value;
  });
}

describe('mergeRuns', () => {
  it(`merges like Java's merge functions (SEED=${SEED}, ROUNDS=${ROUNDS})`, async () => {
    const counts: Record<string, number> = {};
    for (let round = 0; round < ROUNDS; round++) {
      const next = random(SEED + round);
      const test = randomCase(next);
      const expected = referenceMerge(test.spec, test.runs);
      const actual = await merged(test, next);
      const outcome = `${test.spec.engine.kind} ${actual === 'refused' ? 'refused' : 'merged'}`;
      counts[outcome] = (counts[outcome] ?? 0) + 1;
      const where = `SEED=${SEED + round} ROUNDS=1 ${JSON.stringify(test.spec)}`;
      if (actual === 'refused' || expected === 'refused')
        assert.equal(String(actual), String(expected), where);
      else {
        assert.equal(actual.length, expected.length, where);
        for (const [i, row] of actual.entries()) {
          assert.deepEqual(inAnyOrder(test.spec, row), inAnyOrder(test.spec, expected[i] as Value[]), where);
        }
      }
    }
    for (const engine of ['deduplicate', 'first-row', 'partial-update', 'aggregation']) {
      assert.ok((counts[`${engine} merged`] ?? 0) > 0, `${engine}: ${JSON.stringify(counts)}`);
    }
  });
});
