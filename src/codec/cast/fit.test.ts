// What becomes of foreign values that are written into columns of another type.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DataType, parseType } from '../../base/index.ts';
import { type Value, valueAt, vectorOf } from '../arrow/index.ts';
import { resolveFit } from './fit.ts';

function fit(from: string, to: string, value: Value): Value | 'refused' {
  const [a, b] = [parseType(from), parseType(to)] as [DataType, DataType];
  const cast = resolveFit(a, b);
  if (cast === undefined) return 'no way' as never;
  let refused = false;
  const vector = cast(vectorOf(a, [null, value]), (row, why) => {
    assert.equal(row, 1);
    assert.match(why, /fit|not a value/);
    refused = true;
  });
  assert.equal(vector.length, 2);
  assert.equal(valueAt(vector, 0), null);
  return refused ? 'refused' : plain(valueAt(vector, 1));
}

const plain = (value: Value): Value => (value instanceof Uint8Array ? Buffer.from(value).toString() : value);

const CASES: readonly (readonly [from: string, to: string, given: Value, want: Value])[] = [
  ['TINYINT', 'BIGINT', -5, -5n],
  ['BIGINT', 'INT', 2147483647n, 2147483647],
  ['BIGINT', 'INT', 2147483648n, 'refused'],
  ['BIGINT', 'INT', -2147483648n, -2147483648],
  ['INT', 'TINYINT', 128, 'refused'],
  ['DECIMAL(38, 0)', 'BIGINT', 2n ** 63n - 1n, 2n ** 63n - 1n],
  ['DECIMAL(38, 0)', 'BIGINT', 2n ** 63n, 'refused'],
  ['DECIMAL(5, 2)', 'INT', 1200n, 12],
  ['DECIMAL(5, 2)', 'INT', 1201n, 'refused'],
  ['DECIMAL(5, 2)', 'DECIMAL(10, 4)', -125n, -12500n],
  ['DECIMAL(10, 4)', 'DECIMAL(5, 2)', 12345600n, 'refused'],
  ['DECIMAL(10, 4)', 'DECIMAL(7, 2)', 12345600n, 123456n],
  ['DECIMAL(10, 4)', 'DECIMAL(7, 3)', 1n, 'refused'],
  ['INT', 'DECIMAL(3, 1)', 99, 990n],
  ['INT', 'DECIMAL(3, 1)', 100, 'refused'],
  ['INT', 'DECIMAL(3, 1)', -100, 'refused'],
  ['DECIMAL(2, 1)', 'DOUBLE', 1n, 0.1],
  ['DECIMAL(2, 1)', 'FLOAT', 1n, Math.fround(0.1)],
  ['DOUBLE', 'FLOAT', 0.1, 'refused'],
  ['DOUBLE', 'FLOAT', 0.5, 0.5],
  ['DOUBLE', 'FLOAT', Number.NaN, Number.NaN],
  ['FLOAT', 'DOUBLE', Math.fround(0.1), Math.fround(0.1)],
  ['BIGINT', 'DOUBLE', 2n ** 53n, 2 ** 53],
  ['BIGINT', 'DOUBLE', 2n ** 53n + 1n, 'refused'],
  ['INT', 'FLOAT', 16777217, 'refused'],
  ['DOUBLE', 'INT', 3, 3],
  ['DOUBLE', 'INT', 3.5, 'refused'],
  ['DOUBLE', 'INT', 1e10, 'refused'],
  ['DOUBLE', 'BIGINT', Number.POSITIVE_INFINITY, 'refused'],
  ['DOUBLE', 'DECIMAL(10, 2)', 0.1, 10n],
  ['DOUBLE', 'DECIMAL(10, 2)', 1e-7, 'refused'],
  ['DOUBLE', 'DECIMAL(10, 7)', 1e-7, 1n],
  ['DOUBLE', 'DECIMAL(10, 2)', Number.NaN, 'refused'],
  ['FLOAT', 'DECIMAL(10, 2)', Math.fround(0.1), 10n],
  ['STRING', 'INT', '12', 12],
  ['STRING', 'INT', ' 12', 'refused'],
  ['STRING', 'DATE', '1970-01-02', 1],
  ['STRING', 'DATE', '1970-02-30', 'refused'],
  ['STRING', 'TIMESTAMP(3)', '1970-01-01 00:00:00.5', 500_000n],
  ['STRING', 'BOOLEAN', 'true', true],
  ['STRING', 'DECIMAL(4, 2)', '1.25', 125n],
  ['STRING', 'DECIMAL(4, 2)', '1.255', 'refused'],
  ['BYTES', 'STRING', 'abc', 'abc'],
  ['DATE', 'TIMESTAMP(6)', 1, 86_400_000_000n],
  ['DATE', 'TIMESTAMP(9)', -1, -86_400_000_000_000n],
  ['TIMESTAMP(6)', 'DATE', -86_400_000_000n, -1],
  ['TIMESTAMP(6)', 'DATE', 1n, 'refused'],
  ['TIMESTAMP(9)', 'TIMESTAMP(6)', -1_000n, -1n],
  ['TIMESTAMP(9)', 'TIMESTAMP(6)', 1_001n, 'refused'],
  ['TIMESTAMP(6)', 'TIMESTAMP(9)', 7n, 7000n],
  ['TIMESTAMP(6) WITH LOCAL TIME ZONE', 'TIMESTAMP(6)', 7n, 7n],
  ['ARRAY<BIGINT>', 'ARRAY<INT>', [1n, null], [1, null]],
  ['ARRAY<BIGINT>', 'ARRAY<INT>', [1n, 2n ** 40n], 'refused'],
  ['MAP<INT, INT>', 'MAP<BIGINT, DOUBLE>', [[1, 2]], [[1n, 2]]],
  ['MAP<INT, BIGINT>', 'MULTISET<INT>', [[1, 2n]], [[1, 2]]],
  ['ROW<b BIGINT, a INT>', 'ROW<a INT, b INT, c STRING>', [1n, 2], [2, 1, null]],
];

const NEVER: readonly (readonly [from: string, to: string])[] = [
  ['INT', 'STRING'],
  ['BOOLEAN', 'INT'],
  ['INT', 'BOOLEAN'],
  ['INT', 'DATE'],
  ['STRING', 'BYTES'],
  ['STRING', 'ARRAY<INT>'],
  ['DATE', 'INT'],
  ['TIMESTAMP(6)', 'BIGINT'],
  ['ROW<a INT, x INT>', 'ROW<a INT>'],
  ['ARRAY<INT>', 'INT'],
];

describe('resolveFit', () => {
  it('keeps values or refuses them, row by row', () => {
    for (const [from, to, given, want] of CASES) {
      const got = fit(from, to, given);
      const nested = Array.isArray(got) ? JSON.stringify(got, texts) : got;
      const wanted = Array.isArray(want) ? JSON.stringify(want, texts) : want;
      assert.deepEqual(nested, wanted, `${given} ${from} -> ${to}`);
    }
  });

  it('knows no way between types that only a CAST brings together', () => {
    for (const [from, to] of NEVER) assert.equal(resolveFit(parseType(from), parseType(to)), undefined, to);
  });
});

function texts(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  return value instanceof Uint8Array ? Buffer.from(value).toString() : value;
}
