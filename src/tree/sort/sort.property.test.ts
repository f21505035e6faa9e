// Random rows sorted, cut into runs, merged and folded, against the plainest way to do the same.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DataType, Field } from '../../base/index.ts';
import { type Batch, batchOf, compareValues, type Value, type Vector, valueAt } from '../../codec/index.ts';
import { mergeSorted } from '../merge-sorted.ts';
import { type MergeSpec, mergedFields } from '../merge-spec.ts';
import { sortedFold } from './fold-sorted.ts';
import { mergeBlocks, type RowOrder, type SortedRun } from './merge-blocks.ts';
import type { SortColumn } from './sort-column.ts';
import { RowSorter } from './sort-rows.ts';
import { allPlaces, batchesOf, lastOfEach, type SortedRows } from './sorted-rows.ts';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const ROUNDS = Number(process.env.ROUNDS ?? 150);
console.log(`SEED=${SEED}`);

type Next = (below: number) => number;

function random(seed: number): Next {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const nullable = true;
const TYPES: readonly DataType[] = [
  { kind: 'BOOLEAN', nullable },
  { kind: 'TINYINT', nullable },
  { kind: 'SMALLINT', nullable },
  { kind: 'INT', nullable },
  { kind: 'BIGINT', nullable },
  { kind: 'FLOAT', nullable },
  { kind: 'DOUBLE', nullable },
  { kind: 'DECIMAL', nullable, precision: 30, scale: 2 },
  { kind: 'TIMESTAMP', nullable, precision: 9 },
  { kind: 'VARCHAR', nullable, length: 100 },
  { kind: 'VARBINARY', nullable, length: 100 },
];
const DOUBLES = [0, -0, Number.NaN, 1.5, -1.5, Infinity, -Infinity, 5e-324, 1e300, -3];

function cell(type: DataType, next: Next, wide: boolean): Value {
  switch (type.kind) {
    case 'BOOLEAN':
      return next(2) === 1;
    case 'TINYINT':
      return next(256) - 128;
    case 'SMALLINT':
      return wide ? next(65536) - 32768 : next(4) - 2;
    case 'INT':
      return wide ? next(2 ** 32) - 2 ** 31 : next(20) - 10;
    case 'BIGINT':
    case 'TIMESTAMP':
    case 'DECIMAL': {
      const small = BigInt(next(10) - 5);
      if (!wide) return small;
      const value = (BigInt(next(2 ** 31)) << 32n) + BigInt(next(2 ** 32));
      const wider = type.kind === 'BIGINT' ? value : (value << 30n) + small;
      return next(2) === 0 ? wider : -wider;
    }
    case 'FLOAT':
    case 'DOUBLE':
      return wide
        ? Math.fround((next(1000) - 500) / 7)
        : Math.fround(DOUBLES[next(DOUBLES.length)] as number);
    default: {
      const start = next(3) === 0 ? '' : 'a-common-prefix-'.repeat(next(3));
      return Buffer.from(start + '\0\x01ab\xff'.slice(next(5), next(6)) + (wide ? next(9999) : ''), 'latin1');
    }
  }
}

interface Shape {
  readonly fields: readonly Field[];
  readonly columns: readonly SortColumn[];
}

function shapeOf(next: Next): Shape {
  const types = Array.from({ length: 1 + next(3) }, () => TYPES[next(TYPES.length)] as DataType);
  const fields = [...types, { kind: 'INT', nullable } as const].map(
    (type, id): Field => ({ id, name: `c${id}`, type }),
  );
  const columns = types.map((type, column): SortColumn => ({ column, type, descending: next(4) === 0 }));
  return { fields, columns };
}

/** Rows whose last cell is their number. */
function rowsOf({ fields }: Shape, next: Next, count: number): Value[][] {
  const wide = next(2) === 0;
  const nulls = next(2) === 0;
  return Array.from({ length: count }, (_, i) => [
    ...fields.slice(0, -1).map(({ type }) => (nulls && next(5) === 0 ? null : cell(type, next, wide))),
    i,
  ]);
}

function compareRows(columns: readonly SortColumn[], a: readonly Value[], b: readonly Value[]): number {
  for (const { column, type, descending } of columns) {
    const [x, y] = [a[column] as Value, b[column] as Value];
    if (x === null && y === null) continue;
    if (x === null || y === null) return x === null ? -1 : 1;
    const order = compareValues(type, x, y);
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}

function cut(fields: readonly Field[], rows: readonly Value[][], next: Next, most: number): Batch[] {
  const batches: Batch[] = [];
  for (let at = 0; at < rows.length; ) {
    const count = 1 + next(most);
    batches.push(batchOf(fields, rows.slice(at, at + count)));
    at += count;
  }
  return batches;
}

function numbersOf(rows: SortedRows): number[] {
  return [...batchesOf(rows, 1000)].flatMap((batch) =>
    Array.from({ length: batch.rowCount }, (_, i) => valueAt(batch.columns.at(-1) as Vector, i) as number),
  );
}

function source(batches: readonly Batch[]): SortedRun {
  let at = 0;
  return { next: async () => batches[at++] };
}

describe('rows', () => {
  it('are sorted as one comparison after the other sorts them', () => {
    for (let round = 0; round < ROUNDS; round++) {
      const next = random(SEED + round);
      const shape = shapeOf(next);
      const rows = rowsOf(shape, next, next(round % 10 === 0 ? 9000 : 300));
      const batches = cut(shape.fields, rows, next, 100);
      const sorted = new RowSorter(shape.columns).sort(batches, allPlaces(batches));
      const expected = [...rows].sort((a, b) => compareRows(shape.columns, a, b)).map((row) => row.at(-1));
      assert.deepEqual(numbersOf(sorted), expected, `SEED=${SEED + round}`);
    }
  });

  it('of many runs come out in the same order, no group in two steps unless it is split', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const next = random(SEED + round);
      const shape = shapeOf(next);
      const { columns } = shape;
      const splitBytes = next(2) === 0 ? undefined : next(3000);
      const order: RowOrder = { columns, groupColumns: 1 + next(columns.length) };
      const rows = rowsOf(shape, next, next(1500));
      const runs: SortedRun[] = [];
      for (let at = 0; at < rows.length; ) {
        const count = 1 + next(400);
        const part = rows.slice(at, at + count).sort((a, b) => compareRows(columns, a, b));
        runs.push(source(cut(shape.fields, part, next, 60)));
        at += count;
      }
      const numbers: number[] = [];
      let last: Value[] | undefined;
      for await (const step of mergeBlocks(runs, order, { splitBytes })) {
        const numbersHere = numbersOf(step);
        const first = rows[numbersHere[0] as number];
        const group = columns.slice(0, order.groupColumns);
        if (last !== undefined && first !== undefined)
          assert.ok(compareRows(group, last, first) < 0, `SEED=${SEED + round}`);
        last = step.open === true ? undefined : rows[numbersHere.at(-1) as number];
        numbers.push(...numbersHere);
      }
      const expected = [...rows].sort((a, b) => compareRows(columns, a, b)).map((row) => row.at(-1));
      assert.deepEqual(numbers, expected, `SEED=${SEED + round}`);
    }
  });
});

const INT: DataType = { kind: 'INT', nullable: false };
const VALUES: readonly Field[] = [
  { id: 0, name: 'k', type: INT },
  { id: 1, name: 'v', type: { kind: 'INT', nullable } },
  { id: 2, name: 'w', type: { kind: 'VARCHAR', nullable, length: 10 } },
];
const AGGREGATOR = {
  name: 'last_non_null_value',
  ignoreRetract: false,
  distinct: false,
  delimiter: ',',
  nestedKey: [],
  countLimit: 100,
  timeField: undefined,
};
const ENGINES: readonly MergeSpec['engine'][] = [
  { kind: 'deduplicate', ignoreDelete: false },
  { kind: 'deduplicate', ignoreDelete: true },
  {
    kind: 'aggregation',
    removeRecordOnDelete: false,
    aggregators: [
      { ...AGGREGATOR, name: 'primary-key' },
      { ...AGGREGATOR, name: 'sum' },
      { ...AGGREGATOR, name: 'listagg', ignoreRetract: true },
    ],
  },
  {
    kind: 'partial-update',
    ignoreDelete: false,
    removeRecordOnDelete: true,
    removeOnSequenceGroup: [],
    hasSequenceGroups: false,
    sequences: [undefined, undefined, undefined],
    aggregators: [undefined, undefined, undefined],
  },
];

function specOf(engine: MergeSpec['engine']): MergeSpec {
  return {
    fields: VALUES,
    key: [0],
    userSequence: [],
    sequenceDescending: false,
    engine,
    lookup: false,
    keepDeletes: true,
  };
}

function cells(batch: Batch): Value[][] {
  return Array.from({ length: batch.rowCount }, (_, i) =>
    batch.columns.map((column) => {
      const value = valueAt(column, i);
      return value instanceof Uint8Array ? Buffer.from(value).toString() : value;
    }),
  );
}

describe('sorted rows', () => {
  const fields: readonly Field[] = [
    ...mergedFields(specOf(ENGINES[0] as MergeSpec['engine'])),
    { id: 9, name: 't', type: INT },
  ];
  const columns: readonly SortColumn[] = [5, 0].map((column) => ({ column, type: INT, descending: false }));

  it('fold target by target as each target alone does', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const next = random(SEED + round);
      const spec = specOf(ENGINES[round % ENGINES.length] as MergeSpec['engine']);
      const targets = 1 + next(5);
      const rows = Array.from({ length: next(800) }, (_, i): Value[] => [
        next(60),
        next(4) === 0 ? null : next(100),
        next(3) === 0 ? null : `t${next(9)}`,
        BigInt(i),
        next(6) === 0 ? 3 : 0,
        next(targets),
      ]);
      const batches = cut(fields, rows, next, 90);
      const sorted = new RowSorter(columns).sort(batches, allPlaces(batches));
      const got: Value[][] = [];
      for (const { target, batch } of sortedFold(spec)(sorted)) {
        got.push(...cells(batch).map((row) => [target, ...row]));
      }
      const expected: Value[][] = [];
      for (let target = 0; target < targets; target++) {
        const own = rows
          .filter((row) => row[5] === target)
          .sort((a, b) => (a[0] as number) - (b[0] as number));
        // The level of `mergeSorted`, in the place of the target: 0, as of rows that come in.
        const leveled = own.map((row) => [...row.slice(0, 5), 0]);
        async function* one(): AsyncGenerator<Batch> {
          if (leveled.length > 0) yield batchOf(fields, leveled);
        }
        for await (const batch of mergeSorted(one(), spec)) {
          expected.push(...cells(batch).map((row) => [target, ...row]));
        }
      }
      assert.deepEqual(got, expected, `SEED=${SEED + round}`);
    }
  });

  it('fold the same where groups are larger than what is held of them', async () => {
    let open = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const next = random(SEED + round);
      const spec = specOf(ENGINES[round % ENGINES.length] as MergeSpec['engine']);
      const sequence = { column: 1, type: { kind: 'INT', nullable }, descending: next(2) === 0 } as const;
      const order: RowOrder = {
        columns: next(2) === 0 ? columns : [...columns, sequence],
        groupColumns: columns.length,
      };
      const keys = 1 + next(4);
      const rows = Array.from({ length: next(1500) }, (_, i): Value[] => [
        next(keys),
        next(4) === 0 ? null : next(100),
        next(3) === 0 ? null : `t${next(9)}`,
        BigInt(i),
        // Ignored deletes are left out before they come here.
        next(6) > 0 || (spec.engine.kind === 'deduplicate' && spec.engine.ignoreDelete) ? 0 : 3,
        next(2),
      ]);
      const runs = (): SortedRun[] => {
        const cutting = random(SEED + round);
        const made: SortedRun[] = [];
        for (let at = 0; at < rows.length; ) {
          const count = 1 + cutting(400);
          const part = rows.slice(at, at + count).sort((a, b) => compareRows(order.columns, a, b));
          made.push(source(cut(fields, part, cutting, 60)));
          at += count;
        }
        return made;
      };
      const foldedOf = async (splitBytes?: number): Promise<Value[][]> => {
        const fold = sortedFold(spec);
        const got: Value[][] = [];
        for await (const step of mergeBlocks(runs(), order, { splitBytes })) {
          if (step.open === true) open++;
          for (const { target, batch } of fold(step))
            got.push(...cells(batch).map((row) => [target, ...row]));
        }
        return got;
      };
      assert.deepEqual(await foldedOf(1 + next(4000)), await foldedOf(), `SEED=${SEED + round}`);
    }
    assert.ok(open > 0);
  });

  it('are the last of their group where only that counts', () => {
    const rows: Value[][] = [4, 4, 4, 7, 9, 9].map((k, i) => [k, i, null, BigInt(i), 0, 0]);
    const batches = [batchOf(fields, rows)];
    const sorted = new RowSorter(columns).sort(batches, allPlaces(batches));
    const kept = lastOfEach(sorted, (a, b) => (rows[a] as Value[])[0] === (rows[b] as Value[])[0]);
    assert.deepEqual([...kept.order], [2, 3, 5]);
  });
});
