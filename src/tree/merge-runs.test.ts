import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DataType, type Field, LakeError } from '../base/index.ts';
import { batchOf, type Value, valueAt } from '../codec/index.ts';
import { mergeRuns } from './merge-runs.ts';
import { type MergeEngine, type MergeSpec, mergedFields } from './merge-spec.ts';
import { concatSources, type RunBatch, type RunSource } from './run-source.ts';

const FIELDS: readonly Field[] = [
  { id: 0, name: 'k', type: { kind: 'INT', nullable: false } },
  { id: 1, name: 'v', type: { kind: 'INT', nullable: true } },
];
const WIDE: DataType = { kind: 'VARBINARY', nullable: true, length: 2147483647 };
const DEDUPLICATE: MergeEngine = { kind: 'deduplicate', ignoreDelete: false };

function specOf(engine: MergeEngine, keepDeletes = false): MergeSpec {
  const key = [0];
  return {
    fields: FIELDS,
    key,
    userSequence: [],
    sequenceDescending: false,
    lookup: false,
    keepDeletes,
    engine,
  };
}

/** A row: key, value, sequence number, kind. */
type Row = readonly [number, number | null, number, number];

class TestRun implements RunSource {
  closed = 0;
  pending = 0;
  reads = 0;
  private readonly batches: (readonly Row[] | Error)[];

  constructor(...batches: (readonly Row[] | Error)[]) {
    this.batches = batches;
  }

  async next(): Promise<RunBatch | undefined> {
    assert.equal(this.pending++, 0, 'one read at a time');
    await new Promise((resolve) => setImmediate(resolve));
    this.pending--;
    const batch = this.batches[this.reads++];
    if (batch === undefined) return undefined;
    if (batch instanceof Error) throw batch;
    const rows = batch.map(([k, v, sequence, kind]): Value[] => [k, v, BigInt(sequence), kind]);
    return { ...batchOf(mergedFields(specOf(DEDUPLICATE)), rows), level: 0 };
  }

  async close(): Promise<void> {
    assert.equal(this.pending, 0, 'no read is pending');
    this.closed++;
  }
}

async function rowsOf(sources: readonly RunSource[], spec: MergeSpec): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of mergeRuns(sources, spec)) {
    for (let i = 0; i < batch.rowCount; i++) {
      const [k, v, sequence, kind] = batch.columns.map((column) => valueAt(column, i));
      rows.push([k as number, v as number | null, Number(sequence), kind as number]);
    }
  }
  return rows;
}

describe('mergeRuns', () => {
  it('passes a single run as it is, without its retracts', async () => {
    const rows: Row[] = [
      [1, 10, 1, 0],
      [2, 20, 2, 1],
      [3, 30, 3, 3],
      [4, 40, 4, 2],
    ];
    const first: MergeEngine = { kind: 'first-row', ignoreDelete: false };
    assert.deepEqual(await rowsOf([new TestRun(rows)], specOf(first)), [rows[0], rows[3]]);
    assert.deepEqual(await rowsOf([new TestRun(rows)], specOf(first, true)), rows);
  });

  it('gives nothing for no runs and empty runs', async () => {
    assert.deepEqual(await rowsOf([], specOf(DEDUPLICATE)), []);
    assert.deepEqual(
      await rowsOf([new TestRun(), new TestRun([]), new TestRun([], [])], specOf(DEDUPLICATE)),
      [],
    );
  });

  it('takes the newest record and drops deleted keys', async () => {
    const runs = (): RunSource[] => [
      new TestRun([[1, 1, 1, 0]], [[2, 2, 2, 0]], [[5, 5, 3, 0]]),
      new TestRun([
        [2, 22, 9, 3],
        [5, 55, 2, 0],
      ]),
    ];
    assert.deepEqual(await rowsOf(runs(), specOf(DEDUPLICATE)), [
      [1, 1, 1, 0],
      [5, 5, 3, 0],
    ]);
    assert.deepEqual((await rowsOf(runs(), specOf(DEDUPLICATE, true)))[1], [2, 22, 9, 3]);
  });

  it('refuses a retract where Java does, naming the option', async () => {
    const runs = [new TestRun([[1, 1, 1, 0]]), new TestRun([[1, 2, 2, 3]])];
    const engine: MergeEngine = { kind: 'first-row', ignoreDelete: false };
    await assert.rejects(rowsOf(runs, specOf(engine)), (error: LakeError) => {
      assert.equal(error.code, 'MERGE_REFUSED');
      assert.equal(error.details.option, 'ignore-delete');
      return true;
    });
    assert.deepEqual(
      runs.map((run) => run.closed),
      [1, 1],
    );
  });

  it("gives a source's error and closes every source once", async () => {
    const failure = new LakeError('FILE_CORRUPT', 'a bad page');
    const runs = [new TestRun([[1, 1, 1, 0]], failure), new TestRun([[1, 2, 2, 0]], [[9, 9, 9, 0]])];
    await assert.rejects(rowsOf(runs, specOf(DEDUPLICATE)), failure);
    assert.deepEqual(
      runs.map((run) => run.closed),
      [1, 1],
    );
  });

  it('closes sources when the caller stops early, after the reads ahead are done', async () => {
    const batches: Row[][] = Array.from({ length: 9 }, (_, i) => [[i, i, i, 0]]);
    const runs = [new TestRun(...batches), new TestRun(...batches)];
    for await (const batch of mergeRuns(runs, specOf(DEDUPLICATE))) {
      assert.ok(batch.rowCount > 0);
      break;
    }
    assert.deepEqual(
      runs.map((run) => run.closed),
      [1, 1],
    );
    assert.ok(runs.every((run) => run.reads <= 3));
  });

  it('closes batches of wide rows by their bytes', async () => {
    const wide: Field[] = [FIELDS[0] as Field, { id: 1, name: 'v', type: WIDE }];
    const spec = { ...specOf(DEDUPLICATE), fields: wide };
    const run = (first: number): RunSource => {
      const rows = Array.from({ length: 20 }, (_, i): Value[] => [
        2 * i + first,
        new Uint8Array(1 << 20),
        1n,
        0,
      ]);
      const batches = [{ ...batchOf(mergedFields(spec), rows), level: 0 }];
      return { next: async () => batches.pop(), close: async () => undefined };
    };
    const counts: number[] = [];
    for await (const batch of mergeRuns([run(0), run(1)], spec)) counts.push(batch.rowCount);
    // 8 MiB are reached by the eighth row of a little more than 1 MiB; the first run's batch ends with the
    // 39th row.
    assert.deepEqual(counts, [8, 8, 8, 8, 7, 1]);
  });

  it('stops when the signal fires', async () => {
    const abort = new AbortController();
    const runs = [new TestRun([[1, 1, 1, 0]], [[2, 2, 2, 0]]), new TestRun([[1, 1, 2, 0]])];
    const merge = mergeRuns(runs, specOf(DEDUPLICATE), { signal: abort.signal });
    await merge.next();
    abort.abort();
    await assert.rejects(merge.next(), { code: 'CANCELLED' });
    assert.ok(runs.every((run) => run.closed === 1));
  });
});

describe('concatSources', () => {
  it('opens the next file when the one before is used up, and closes each once', async () => {
    const files = [new TestRun([[1, 1, 1, 0]]), new TestRun(), new TestRun([[2, 2, 2, 0]], [[3, 3, 3, 0]])];
    const opened: number[] = [];
    const source = concatSources(
      files.map((file, i) => async () => {
        assert.ok(files.slice(0, i).every((earlier) => earlier.closed === 1));
        opened.push(i);
        return file;
      }),
    );
    assert.equal((await rowsOf([source], specOf(DEDUPLICATE))).length, 3);
    assert.deepEqual(opened, [0, 1, 2]);
    assert.ok(files.every((file) => file.closed === 1));
  });
});
