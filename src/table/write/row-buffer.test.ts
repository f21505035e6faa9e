// A buffer with hardly any memory against an array: what it gives back, and what it leaves behind.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { DataType, Field } from '../../base/index.ts';
import { type Batch, batchOf, type IntVector, type Value, type Vector, valueAt } from '../../codec/index.ts';
import { batchesOf, lastOfEach, type SortedRows } from '../../tree/index.ts';
import { RowBuffer } from './row-buffer.ts';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
console.log(`SEED=${SEED}`);

function random(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

let directory: string;
before(() => {
  directory = mkdtempSync(join(tmpdir(), 'spillway-buffer-'));
});
after(() => rmSync(directory, { recursive: true }));

const INT: DataType = { kind: 'INT', nullable: false };
const FIELDS: readonly Field[] = [
  { id: 0, name: 'k', type: INT },
  { id: 1, name: 'text', type: { kind: 'VARCHAR', nullable: true, length: 2147483647 } },
  { id: 2, name: 'list', type: { kind: 'ARRAY', nullable: true, element: INT } },
  { id: 3, name: 'number', type: INT },
];
type Row = readonly [k: number, text: string | null, list: readonly number[] | null, number: number];

function rowsOf(next: (below: number) => number, count: number): Row[] {
  return Array.from({ length: count }, (_, i) => [
    next(2000),
    next(5) === 0 ? null : 'x'.repeat(next(40)),
    next(5) === 0 ? null : Array.from({ length: next(4) }, () => next(9)),
    i,
  ]);
}

function cells(batch: Batch): Value[][] {
  return Array.from({ length: batch.rowCount }, (_, i) =>
    batch.columns.map((column: Vector) => {
      const value = valueAt(column, i);
      return value instanceof Uint8Array ? Buffer.from(value).toString() : value;
    }),
  );
}

interface Filled {
  readonly rows: Value[][];
  readonly runsMax: number;
  readonly steps: number;
}

async function fill(
  rows: readonly Row[],
  memoryBytes: number,
  reduce = (all: SortedRows) => all,
): Promise<Filled> {
  const next = random(SEED + rows.length);
  await using buffer = new RowBuffer({
    fields: FIELDS,
    order: { columns: [{ column: 0, type: INT, descending: false }], groupColumns: 1 },
    memoryBytes,
    scratchDirectory: async () => directory,
    reduce,
    splits: false,
    signal: undefined,
  });
  let runsMax = 0;
  for (let at = 0; at < rows.length; ) {
    const count = 1 + next(next(3) === 0 ? 900 : 30);
    await buffer.add(batchOf(FIELDS, rows.slice(at, at + count)));
    runsMax = Math.max(runsMax, buffer.runCount);
    at += count;
  }
  const got: Value[][] = [];
  let steps = 0;
  for await (const sorted of buffer.sorted()) {
    steps++;
    for (const batch of batchesOf(sorted, 5000)) got.push(...cells(batch));
  }
  return { rows: got, runsMax, steps };
}

/** Scratch files this process has open: they have no name to be found by. */
function openScratches(): number {
  if (!existsSync('/proc/self/fd')) return 0;
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).includes('/scratch-');
    } catch {
      return false; // The descriptor the directory was listed by.
    }
  }).length;
}

function sortedRows(rows: readonly Row[]): Value[][] {
  return [...rows].sort((a, b) => a[0] - b[0]).map((row) => [...row]);
}

describe('a row buffer', () => {
  for (const [what, memoryBytes, count, runs] of [
    ['in memory', 64 * 1024 * 1024, 20_000, 0],
    ['in some runs', 500_000, 20_000, 2],
    ['in more runs than are merged at once', 60_000, 20_000, 10],
    ['in more runs than may be open', 4000, 60_000, 127],
  ] as const) {
    it(`gives rows sorted, equal ones in the order they came, ${what}`, async () => {
      const rows = rowsOf(random(SEED), count);
      const filled = await fill(rows, memoryBytes);
      assert.deepEqual(filled.rows, sortedRows(rows));
      assert.ok(filled.runsMax >= runs, `${filled.runsMax} runs`);
      assert.ok(filled.runsMax <= 128);
      assert.deepEqual([readdirSync(directory), openScratches()], [[], 0]);
    });
  }

  it('gives groups larger than what is read of a run at once', async () => {
    const rows = rowsOf(random(SEED), 30_000).map((row): Row => [row[0] % 3, row[1], row[2], row[3]]);
    const filled = await fill(rows, 60_000);
    assert.deepEqual(filled.rows, sortedRows(rows));
    assert.ok(filled.runsMax >= 10, `${filled.runsMax} runs`);
  });

  it('need not keep what later rows make void', async () => {
    const rows = rowsOf(random(SEED), 9000).map((row): Row => [row[0] % 50, row[1], row[2], row[3]]);
    const reduce = (all: SortedRows): SortedRows => {
      const key = (row: number): Value => {
        const batch = all.batches[all.places.which[row] as number] as Batch;
        return valueAt(batch.columns[0] as Vector, all.places.rows[row] as number);
      };
      return lastOfEach(all, (a, b) => key(a) === key(b));
    };
    const filled = await fill(rows, 60_000, reduce);
    // One row a key and run is left, so that all fit into few steps.
    assert.ok(filled.rows.length < rows.length / 2);
    const last = new Map(sortedRows(rows).map((row) => [row[0], row]));
    assert.deepEqual(new Map(filled.rows.map((row) => [row[0], row])), last);
  });

  it('loses nothing of batches that come while others are put aside', async () => {
    const rows = rowsOf(random(SEED), 9000);
    await using buffer = new RowBuffer({
      fields: FIELDS,
      order: { columns: [{ column: 0, type: INT, descending: false }], groupColumns: 1 },
      memoryBytes: 60_000,
      scratchDirectory: async () => directory,
      reduce: (all) => all,
      splits: false,
      signal: undefined,
    });
    const parts = Array.from({ length: 30 }, (_, i) => batchOf(FIELDS, rows.slice(i * 300, (i + 1) * 300)));
    await Promise.all(parts.map((part) => buffer.add(part)));
    const got: Value[][] = [];
    for await (const sorted of buffer.sorted()) {
      for (const part of batchesOf(sorted, 5000)) got.push(...cells(part));
    }
    assert.deepEqual(got, sortedRows(rows));
  });

  it('gives nothing for nothing', async () => {
    assert.deepEqual(await fill([], 1000), { rows: [], runsMax: 0, steps: 0 });
  });

  it("takes a copy: what becomes of a batch afterwards is nobody's business", async () => {
    const rows = rowsOf(random(SEED), 1000);
    const batch = batchOf(FIELDS, rows);
    await using buffer = new RowBuffer({
      fields: FIELDS,
      order: { columns: [{ column: 0, type: INT, descending: false }], groupColumns: 1 },
      memoryBytes: 16 * 1024 * 1024,
      scratchDirectory: async () => directory,
      reduce: (all) => all,
      splits: false,
      signal: undefined,
    });
    await buffer.add(batch);
    (batch.columns[0] as IntVector).values.fill(7);
    const got: Value[][] = [];
    for await (const sorted of buffer.sorted()) {
      for (const part of batchesOf(sorted, 5000)) got.push(...cells(part));
    }
    assert.deepEqual(got, sortedRows(rows));
  });

  it('leaves no file when its place is full or missing, and says what is wrong', async () => {
    const missing = join(directory, 'not-there');
    await using buffer = new RowBuffer({
      fields: FIELDS,
      order: { columns: [{ column: 0, type: INT, descending: false }], groupColumns: 1 },
      memoryBytes: 1000,
      scratchDirectory: async () => missing,
      reduce: (all) => all,
      splits: false,
      signal: undefined,
    });
    await assert.rejects(buffer.add(batchOf(FIELDS, rowsOf(random(SEED), 100))), { code: 'FILE_MISSING' });
    assert.ok(!existsSync(missing));
  });

  it('that is closed while rows are put aside leaves no file', async () => {
    const spilling = Promise.withResolvers<void>();
    const buffer = new RowBuffer({
      fields: FIELDS,
      order: { columns: [{ column: 0, type: INT, descending: false }], groupColumns: 1 },
      memoryBytes: 60_000,
      scratchDirectory: async () => {
        spilling.resolve();
        return directory;
      },
      reduce: (all) => all,
      splits: false,
      signal: undefined,
    });
    const adding = [0, 1, 2].map(() => buffer.add(batchOf(FIELDS, rowsOf(random(SEED), 3000))));
    const added = Promise.allSettled(adding);
    await spilling.promise;
    await buffer[Symbol.asyncDispose]();
    assert.deepEqual(
      (await added).map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected'],
    );
    assert.deepEqual([readdirSync(directory), openScratches()], [[], 0]);
  });

  it('whose reader stops early leaves no file', async () => {
    {
      await using buffer = new RowBuffer({
        fields: FIELDS,
        order: { columns: [{ column: 0, type: INT, descending: false }], groupColumns: 1 },
        memoryBytes: 60_000,
        scratchDirectory: async () => directory,
        reduce: (all) => all,
        splits: false,
        signal: undefined,
      });
      await buffer.add(batchOf(FIELDS, rowsOf(random(SEED), 3000)));
      await buffer.add(batchOf(FIELDS, rowsOf(random(SEED), 3000)));
      for await (const rows of buffer.sorted()) {
        assert.ok(rows.order.length > 0);
        break;
      }
    }
    assert.deepEqual([readdirSync(directory), openScratches()], [[], 0]);
  });
});
