import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DataType, LakeError, parseTypeText } from '../base/index.ts';
import type { Value } from '../codec/index.ts';
import { type BucketFunctionName, bucketFunction } from './bucket.ts';

const type = (text: string): DataType => parseTypeText(text, { file: 'test', column: 'c' });
const bucket = (name: BucketFunctionName, types: string, key: readonly Value[], count: number): number =>
  bucketFunction(name, types.split(';').map(type))(key, count);

describe('bucket functions', () => {
  // Computed with Paimon's Java classes: buckets of 4, 5 and 16.
  const JAVA: readonly (readonly [string, readonly Value[], readonly number[]])[] = [
    ['INT', [1], [2, 3, 14]],
    ['INT', [-7], [3, 2, 11]],
    ['INT', [null], [0, 4, 0]],
    ['BIGINT', [9007199254740993n], [2, 1, 6]],
    ['STRING', ['hello world'], [2, 4, 2]],
    ['STRING', ['中文'], [0, 4, 4]],
    ['INT;STRING', [42, 'user-0001'], [3, 1, 7]],
    ['DECIMAL(20, 2)', [1234n], [1, 4, 9]],
    ['DECIMAL(20, 2)', [null], [0, 0, 8]],
    ['TIMESTAMP(3)', [1700000000123000n], [1, 2, 13]],
    ['TIMESTAMP(6)', [null], [1, 1, 5]],
  ];
  for (const [types, key, buckets] of JAVA) {
    it(`default puts (${String(key)}) ${types} where Java does`, () => {
      assert.deepEqual(
        [4, 5, 16].map((count) => bucket('default', types, key, count)),
        buckets,
      );
    });
  }

  it('mod is the floor remainder', () => {
    assert.deepEqual(
      [17, -3, 5].map((n) => bucket('mod', 'INT', [n], 5)),
      [2, 2, 0],
    );
    assert.equal(bucket('mod', 'BIGINT', [-1n], 7), 6);
    assert.equal(bucket('mod', 'BIGINT', [2n ** 63n - 1n], 1000), 807);
    for (const types of ['STRING', 'INT;INT', 'SMALLINT']) {
      assert.throws(
        () => bucket('mod', types, [1, 1], 5),
        (e) => e instanceof LakeError && e.code === 'SCHEMA_INVALID',
      );
    }
  });

  it('hive hashes as Hive does', () => {
    // Sums done by hand from HiveHasher.java; count 2^31 - 1 shows the hash itself.
    const hash = (types: string, key: readonly Value[]): number => bucket('hive', types, key, 0x7fffffff);
    assert.equal(hash('INT', [42]), 42);
    assert.equal(hash('BOOLEAN;BOOLEAN', [true, false]), 31);
    assert.equal(hash('INT;INT', [null, 5]), 5);
    assert.equal(hash('BIGINT', [(5n << 32n) | 3n]), 6);
    assert.equal(hash('BIGINT', [-1n]), 0);
    assert.equal(hash('STRING', ['ab']), 97 * 31 + 98);
    assert.equal(hash('BYTES', [Uint8Array.of(1, 0xff)]), 30);
    assert.equal(hash('FLOAT', [-0]), 0);
    assert.equal(hash('FLOAT', [1]), 0x3f800000);
    assert.equal(hash('DOUBLE', [1]), 0x3ff00000);
    // BigDecimal("1.5"): 31 * 15 + 1; zeros at the end do not count; BigDecimal(-12): 31 * -12.
    assert.equal(hash('DECIMAL(10, 3)', [1500n]), 31 * 15 + 1);
    assert.equal(hash('DECIMAL(10, 3)', [0n]), 0);
    assert.equal(hash('DECIMAL(10, 0)', [-12n]), (31 * -12) & 0x7fffffff);
    assert.throws(
      () => hash('TIMESTAMP(3)', [0n]),
      (e) => e instanceof LakeError && e.code === 'SCHEMA_INVALID',
    );
  });
});
