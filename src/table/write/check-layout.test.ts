// Batches that are not what they say.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Field } from '../../base/index.ts';
import { type Batch, batchOf, type Vector } from '../../codec/index.ts';
import { checkLayout } from './check-layout.ts';

const TEXT = { kind: 'VARCHAR', nullable: true, length: 5 } as const;
const FIELDS: readonly Field[] = [
  { id: 0, name: 'd', type: { kind: 'DECIMAL', nullable: true, precision: 10, scale: 2 } },
  { id: 1, name: 't', type: TEXT },
  {
    id: 2,
    name: 'm',
    type: { kind: 'MAP', nullable: true, key: TEXT, value: { kind: 'INT', nullable: true } },
  },
];
const GOOD = batchOf(FIELDS, [
  [1n, 'a', [['k', 1]]],
  [null, null, []],
]);

function refused(batch: Batch, message: RegExp): void {
  assert.throws(() => checkLayout(batch), { code: 'ARGUMENT_INVALID', message });
}

function withColumn(at: number, change: Partial<Record<string, unknown>>): Batch {
  const columns = GOOD.columns.map((column, i) => (i === at ? ({ ...column, ...change } as Vector) : column));
  return { ...GOOD, columns };
}

it('takes what is laid out as its types say', () => {
  checkLayout(GOOD);
});

it('refuses layouts, lengths and offsets that do not fit', () => {
  refused(withColumn(0, { layout: 'i32' }), /'d'.*layout i32/);
  refused(withColumn(0, { length: 3 }), /'d'.*3 rows of 2/);
  refused(withColumn(0, { values: new BigInt64Array(1) }), /too few/);
  refused(withColumn(1, { offsets: Int32Array.of(0, 9, 1) }), /'t'.*offset 2 is less/);
  refused(withColumn(1, { offsets: Int32Array.of(0, 1, 1000) }), /'t'.*offset 1000 lies beyond/);
  refused(withColumn(1, { offsets: Int32Array.of(-1, 0, 1) }), /'t'.*offset 0 is less/);
  refused(withColumn(2, { offsets: Int32Array.of(0, 1, 7) }), /'m'.*offset 7 lies beyond/);
  refused(withColumn(2, { validity: new Uint8Array(0) }), /'m'.*validity/);
});
