import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Field } from '../../base/index.ts';
import type { Predicate } from '../predicate.ts';
import { parseFilter } from './parse-filter.ts';

const nullable = true;
const FIELDS: readonly Field[] = [
  { id: 0, name: 'a', type: { kind: 'INT', nullable } },
  { id: 1, name: 'Big', type: { kind: 'BIGINT', nullable } },
  { id: 2, name: 's', type: { kind: 'VARCHAR', nullable, length: 99 } },
  { id: 3, name: 'd', type: { kind: 'DATE', nullable } },
  { id: 4, name: 'ts', type: { kind: 'TIMESTAMP', nullable, precision: 3 } },
  { id: 5, name: 'ltz', type: { kind: 'TIMESTAMP_LTZ', nullable, precision: 9 } },
  { id: 6, name: 'price', type: { kind: 'DECIMAL', nullable, precision: 10, scale: 2 } },
  { id: 7, name: 'flag', type: { kind: 'BOOLEAN', nullable } },
  { id: 8, name: 'bin', type: { kind: 'VARBINARY', nullable, length: 9 } },
  { id: 9, name: 'two words', type: { kind: 'DOUBLE', nullable } },
  { id: 10, name: 't', type: { kind: 'TIME', nullable, precision: 3 } },
  { id: 11, name: 'list', type: { kind: 'ARRAY', nullable, element: { kind: 'INT', nullable } } },
  { id: 12, name: 'f', type: { kind: 'FLOAT', nullable } },
];

function parsed(text: string): Predicate | undefined {
  return parseFilter(text, FIELDS);
}

describe('parseFilter', () => {
  it('parses comparisons, lists, ranges, patterns and null tests', () => {
    assert.deepEqual(parsed("a >= 5 and s in ('x','y') and a is not null"), {
      kind: 'and',
      children: [
        { kind: 'ge', column: 'a', value: 5 },
        { kind: 'in', column: 's', values: ['x', 'y'] },
        { kind: 'isNotNull', column: 'a' },
      ],
    });
    assert.deepEqual(parsed("s like 'x%' or not (a between -1 and +2)"), {
      kind: 'or',
      children: [
        { kind: 'like', column: 's', pattern: 'x%' },
        {
          kind: 'not',
          child: {
            kind: 'and',
            children: [
              { kind: 'ge', column: 'a', value: -1 },
              { kind: 'le', column: 'a', value: 2 },
            ],
          },
        },
      ],
    });
    assert.deepEqual(parsed("s NOT LIKE '%''%' AND a NOT IN (1)"), {
      kind: 'and',
      children: [
        { kind: 'not', child: { kind: 'like', column: 's', pattern: "%'%" } },
        { kind: 'not', child: { kind: 'in', column: 'a', values: [1] } },
      ],
    });
  });

  it('binds and tighter than or, and not tightest', () => {
    const eq = (value: number): Predicate => ({ kind: 'eq', column: 'a', value });
    assert.deepEqual(parsed('a = 1 or not a = 2 and a == 3'), {
      kind: 'or',
      children: [eq(1), { kind: 'and', children: [{ kind: 'not', child: eq(2) }, eq(3)] }],
    });
  });

  it('gives literals the memory form of their column', () => {
    const value = (text: string): unknown =>
      (parsed(text) as { readonly value?: unknown } | undefined)?.value;
    assert.equal(value('big = 9223372036854775807'), 2n ** 63n - 1n);
    assert.equal(value('"Big" <> -9223372036854775808'), -(2n ** 63n));
    assert.equal(value("big = '7'"), 7n);
    assert.equal(value("d = '1969-12-31'"), -1);
    assert.equal(value("d = DATE '1970-01-02'"), 1);
    assert.equal(value("ts < TIMESTAMP '1970-01-01 00:00:01.5'"), 1_500_000n);
    assert.equal(value("ts < '1970-01-01T00:00:00.001000000'"), 1000n);
    assert.equal(value("ltz < '1970-01-01T00:00:00.000000001Z'"), 1n);
    assert.equal(value("t = TIME '00:00:01'"), 1000);
    assert.equal(value('price = 1.5'), 150n);
    assert.equal(value("price = '-0.01'"), -1n);
    assert.equal(value('price = 1e3'), 100000n);
    assert.equal(value('flag = true'), true);
    assert.deepEqual(value("bin = X'00FF'"), Uint8Array.of(0, 255));
    assert.deepEqual(value("bin = '00ff'"), Uint8Array.of(0, 255));
    assert.equal(value('`two words` > .5'), 0.5);
    assert.equal(value("`two words` = 'NaN'"), Number.NaN);
    assert.equal(value('f = 0.1'), Math.fround(0.1));
  });

  it('turns a literal in front around, and takes constants and boolean columns', () => {
    assert.deepEqual(parsed('5 < a'), { kind: 'gt', column: 'a', value: 5 });
    assert.deepEqual(parsed("DATE '1970-01-01' >= d"), { kind: 'le', column: 'd', value: 0 });
    assert.deepEqual(parsed('flag and true'), {
      kind: 'and',
      children: [{ kind: 'eq', column: 'flag', value: true }, { kind: 'true' }],
    });
    assert.deepEqual(parsed('list is null'), { kind: 'isNull', column: 'list' });
  });

  it('leaves to a SQL engine what predicates cannot say', () => {
    const texts = [
      'a + 1 > 2',
      'a > 1 + 2',
      'lower(s) = 1',
      "s = lower('X')",
      'a = big',
      'a = null',
      'a > 5.5',
      'a < 3000000000',
      'price = 1.005',
      's = 5',
      'case when a > 1 then true else false end',
      "s like 'a!%' escape '!'",
      "s ilike 'a%'",
      'a is distinct from 1',
      "ts = DATE '2024-01-01'",
      'cast(a as bigint) = 1',
      '1 = 1',
      '(a, big) = (1, 2)',
      "ts > TIMESTAMP '2024-01-01' - interval 1 day",
      's.x = 1',
      'list[1] = 2',
      'a = ?',
      "d = '2024-02-30'",
    ];
    for (const text of texts) assert.equal(parsed(text), undefined, text);
  });

  it('says where a filter stops being valid and what was expected', () => {
    const cases: readonly (readonly [text: string, position: number, expected: RegExp])[] = [
      ['', 1, /a column/],
      ['a >', 4, /a value of a \(INT\)/],
      ['a = 1 and', 10, /a column/],
      ['(a = 1', 7, /\)/],
      ['a = 1)', 6, /the end/],
      ["a = 'x'", 5, /a value of a \(INT\)/],
      ["s = 'x", 5, /a closing '/],
      ['a in 1', 6, /\(/],
      ['a in (1', 8, /, or \)/],
      ['a between 1 or 2', 13, /and/],
      ['a is 1', 6, /null/],
      ['a 5', 3, /a comparison/],
      ['s like 5', 8, /a quoted pattern/],
      ["a like 'x'", 8, /a text column/],
      ["d = 'yesterday'", 5, /a value of d \(DATE\)/],
      ['a not 5', 7, /in, like or between/],
    ];
    for (const [text, position, expected] of cases) {
      assert.throws(
        () => parsed(text),
        (error: { readonly code: string; readonly details: Record<string, unknown> }) => {
          assert.equal(error.code, 'FILTER_INVALID', text);
          assert.equal(error.details.position, position, text);
          assert.match(String(error.details.expected), expected, text);
          return true;
        },
      );
    }
  });

  it('names the columns there are when one is missing', () => {
    assert.throws(() => parsed('a = 1 and nope = 2'), {
      code: 'COLUMN_MISSING',
      message: /'nope' at character 11/,
    });
    assert.throws(() => parsed('`A` = 1'), { code: 'COLUMN_MISSING' });
  });

  it('stops at a depth and a length', () => {
    assert.throws(() => parsed(`${'('.repeat(100)}a = 1${')'.repeat(100)}`), { code: 'FILTER_INVALID' });
    assert.throws(() => parsed(`a in (${'1,'.repeat(600_000)}1)`), { code: 'LIMIT_EXCEEDED' });
  });
});
