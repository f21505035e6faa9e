import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DataType, type Field, LakeError } from '../../base/index.ts';
import { type Batch, batchOf, sliceBatch, type Value, type Vector, valueAt } from '../arrow/index.ts';
import { decodeFrame, encodeFrame } from './frame.ts';

const nullable = true;
const INT: DataType = { kind: 'INT', nullable };
const TEXT: DataType = { kind: 'VARCHAR', nullable, length: 2147483647 };
const ROW: DataType = {
  kind: 'ROW',
  nullable,
  fields: [
    { id: 1, name: 'x', type: INT },
    { id: 2, name: 'y', type: { kind: 'ARRAY', nullable, element: TEXT } },
  ],
};
const COLUMNS: readonly (readonly [DataType, readonly Value[]])[] = [
  [{ kind: 'BOOLEAN', nullable }, [true, null, false, true]],
  [{ kind: 'TINYINT', nullable }, [1, -128, null, 127]],
  [{ kind: 'SMALLINT', nullable: false }, [1, -32768, 0, 32767]],
  [INT, [null, null, null, null]],
  [{ kind: 'BIGINT', nullable }, [2n ** 63n - 1n, null, -(2n ** 63n), 0n]],
  [{ kind: 'FLOAT', nullable }, [0.5, -0, null, Number.NaN]],
  [{ kind: 'DOUBLE', nullable }, [0.1, Number.POSITIVE_INFINITY, null, -0]],
  [{ kind: 'DECIMAL', nullable, precision: 38, scale: 1 }, [10n ** 37n, null, -1n, 0n]],
  [TEXT, ['', 'ä', null, 'a longer text']],
  [{ kind: 'ARRAY', nullable, element: TEXT }, [['a', null], null, [], ['b']]],
  [{ kind: 'MAP', nullable, key: TEXT, value: INT }, [[['k', 1]], null, [], [['m', null]]]],
  [{ kind: 'MULTISET', nullable, element: TEXT }, [[['k', 2]], null, [], [['m', 1]]]],
  [ROW, [[1, ['a']], null, [null, null], [2, []]]],
];

const FIELDS = COLUMNS.map(([type], id): Field => ({ id, name: `c${id}`, type }));
const BATCH = batchOf(
  FIELDS,
  [0, 1, 2, 3].map((i) => COLUMNS.map(([, values]) => values[i] as Value)),
);

function bytesOf(batch: Batch): Uint8Array {
  const { parts, byteLength } = encodeFrame(batch);
  const bytes = Buffer.concat(parts);
  assert.equal(bytes.length, byteLength);
  assert.equal(byteLength % 8, 0);
  return new Uint8Array(bytes);
}

function cells(batch: Batch): unknown[] {
  const plain = (value: Value): unknown =>
    value instanceof Uint8Array
      ? Buffer.from(value).toString()
      : Array.isArray(value)
        ? value.map(plain)
        : value;
  return batch.columns.map((column: Vector) =>
    Array.from({ length: batch.rowCount }, (_, i) => plain(valueAt(column, i))),
  );
}

const PLACE = { file: 'scratch', offset: 64 };

describe('a frame', () => {
  it('gives back every kind of column, whole, sliced and empty', () => {
    for (const [start, end] of [
      [0, 4],
      [1, 4],
      [3, 4],
      [1, 3],
      [2, 2],
    ] as const) {
      const batch = sliceBatch(BATCH, start, end);
      const back = decodeFrame(bytesOf(batch), FIELDS, PLACE);
      assert.equal(back.rowCount, end - start);
      assert.deepEqual(cells(back), cells(batch));
    }
  });

  it('shares the memory of the batch', () => {
    const { values } = BATCH.columns[4] as { readonly values: BigInt64Array };
    assert.ok(encodeFrame(BATCH).parts.some((part) => part.buffer === values.buffer));
  });

  it('that is cut off or not one is refused, naming file and offset', () => {
    const bytes = bytesOf(BATCH);
    for (let length = 0; length < bytes.length; length += 4) {
      assert.throws(
        () => decodeFrame(bytes.slice(0, length), FIELDS, PLACE),
        (error) =>
          error instanceof LakeError &&
          error.code === 'FILE_CORRUPT' &&
          /scratch at byte 64/.test(error.message),
      );
    }
    for (const word of [0, 1, 2, 3]) {
      const wrong = bytes.slice();
      new Int32Array(wrong.buffer)[word] = -1;
      assert.throws(() => decodeFrame(wrong, FIELDS, PLACE), { code: 'FILE_CORRUPT' });
    }
  });
});
