import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Field } from '../base/index.ts';
import { type Batch, batchOf, type Value, type Vector, valueAt } from '../codec/index.ts';
import { mergeSorted } from './merge-sorted.ts';
import { DELETE, INSERT, type MergeSpec, mergedFields } from './merge-spec.ts';

const FIELDS: readonly Field[] = [
  { id: 0, name: 'k', type: { kind: 'INT', nullable: false } },
  { id: 1, name: 'v', type: { kind: 'INT', nullable: true } },
];
const SPEC: MergeSpec = {
  fields: FIELDS,
  key: [0],
  userSequence: [],
  sequenceDescending: false,
  engine: { kind: 'deduplicate', ignoreDelete: false },
  lookup: false,
  keepDeletes: false,
};
const LEVEL: Field = { id: 2147483644, name: '_LEVEL', type: { kind: 'INT', nullable: false } };

/** key, value, sequence number, kind, level */
type Row = readonly [k: number, v: number, sequence: bigint, kind: number, level: number];

async function merge(rows: readonly Row[], batchRows: number, spec: MergeSpec): Promise<Value[][]> {
  async function* batches(): AsyncGenerator<Batch> {
    for (let i = 0; i < rows.length; i += batchRows) {
      yield batchOf([...mergedFields(spec), LEVEL], rows.slice(i, i + batchRows));
    }
  }
  const result: Value[][] = [];
  for await (const batch of mergeSorted(batches(), spec)) {
    assert.equal(batch.columns.length, spec.fields.length + 2);
    for (let i = 0; i < batch.rowCount; i++) {
      result.push([0, 1].map((c) => valueAt(batch.columns[c] as Vector, i)));
    }
  }
  return result;
}

/** Keys 0 to `keys` - 1, the k-th `k % 7 + 1` times; the last row of every fifth key deletes it. */
function repeatedRows(keys: number): { readonly rows: Row[]; readonly merged: Value[][] } {
  const rows: Row[] = [];
  const merged: Value[][] = [];
  let sequence = 0n;
  for (let k = 0; k < keys; k++) {
    const times = (k % 7) + 1;
    for (let n = 1; n <= times; n++) {
      const gone = n === times && k % 5 === 0;
      rows.push([k, k * 10 + n, sequence++, gone ? DELETE : INSERT, n % 3]);
      if (n === times && !gone) merged.push([k, k * 10 + n]);
    }
  }
  return { rows, merged };
}

describe('rows sorted beforehand', () => {
  for (const batchRows of [1, 2, 3, 5, 8, 1000]) {
    it(`merge the same in batches of ${batchRows}, wherever a key is cut`, async () => {
      const { rows, merged } = repeatedRows(60);
      assert.deepEqual(await merge(rows, batchRows, SPEC), merged);
    });
  }

  it('merge more keys at once than a step has room for', async () => {
    const { rows, merged } = repeatedRows(20_000);
    assert.deepEqual(await merge(rows, 65_536, SPEC), merged);
  });

  it('give nothing for nothing', async () => {
    assert.deepEqual(await merge([], 3, SPEC), []);
  });

  it('keep of the levels above 0 the lowest alone: compaction has merged the others into it', async () => {
    const sum = (name: string): MergeSpec['engine'] => {
      const aggregator = {
        name,
        ignoreRetract: false,
        distinct: false,
        delimiter: ',',
        nestedKey: [],
        countLimit: 2147483647,
        timeField: undefined,
      };
      const aggregators = [{ ...aggregator, name: 'primary-key' }, aggregator];
      return { kind: 'aggregation', removeRecordOnDelete: false, aggregators };
    };
    const rows: Row[] = [
      [1, 100, 1n, INSERT, 5],
      [1, 10, 2n, INSERT, 2],
      [1, 1, 3n, INSERT, 0],
    ];
    const spec: MergeSpec = { ...SPEC, engine: sum('sum') };
    assert.deepEqual(await merge(rows, 2, spec), [[1, 111]]);
    assert.deepEqual(await merge(rows, 2, { ...spec, lookup: true }), [[1, 11]]);
  });
});
