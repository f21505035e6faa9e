import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DataType, parseTypeText } from '../../base/index.ts';
import { compareValues, type Value } from '../../codec/index.ts';
import type { Predicate } from '../predicate.ts';
import { type ColumnStats, mayMatch } from './may-match.ts';

const type = (text: string): DataType => parseTypeText(text, { file: 'test', column: 'c' });
const stats = (text: string, min: Value, max: Value, nullCount?: bigint): ColumnStats => ({
  type: type(text),
  min,
  max,
  nullCount,
});
const may = (p: Predicate, s: ColumnStats | undefined, rows = 10n): boolean => mayMatch(p, rows, () => s);
const leaf = (kind: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge', value: number | string): Predicate => ({
  kind,
  column: 'c',
  value,
});

describe('statistics against conditions', () => {
  const ints = stats('INT', 3, 5, 0n);

  it('decide comparisons at their edges', () => {
    const verdicts = (kind: 'eq' | 'lt' | 'le' | 'gt' | 'ge'): boolean[] =>
      [2, 3, 5, 6].map((n) => may(leaf(kind, n), ints));
    assert.deepEqual(verdicts('eq'), [false, true, true, false]);
    assert.deepEqual(verdicts('lt'), [false, false, true, true]);
    assert.deepEqual(verdicts('le'), [false, true, true, true]);
    assert.deepEqual(verdicts('gt'), [true, true, false, false]);
    assert.deepEqual(verdicts('ge'), [true, true, true, false]);
    assert.equal(may(leaf('ne', 4), ints), true);
    assert.equal(may(leaf('ne', 4), stats('INT', 4, 4)), false);
    assert.equal(may({ kind: 'in', column: 'c', values: [1, 2, 9] }, ints), false);
    assert.equal(may({ kind: 'in', column: 'c', values: [1, 5] }, ints), true);
    assert.equal(may({ kind: 'in', column: 'c', values: [] }, ints), false);
  });

  it('keep whatever is unknown', () => {
    for (const p of [leaf('eq', 9), leaf('lt', 0), { kind: 'isNull', column: 'c' } as const]) {
      assert.equal(may(p, undefined), true);
      assert.equal(may(p, stats('INT', null, null)), true);
    }
    assert.equal(may(leaf('eq', 9), stats('INT', null, 5, 0n)), true);
    assert.equal(may(leaf('eq', 9), stats('INT', 3, null, 0n)), true);
  });

  it('know nulls only where they were counted', () => {
    const isNull: Predicate = { kind: 'isNull', column: 'c' };
    const isNotNull: Predicate = { kind: 'isNotNull', column: 'c' };
    assert.equal(may(isNull, ints), false);
    assert.equal(may(isNull, stats('INT', 3, 5)), true);
    assert.equal(may(isNull, stats('INT', 3, 5, 1n)), true);
    const allNull = stats('INT', null, null, 10n);
    assert.equal(may(isNotNull, allNull), false);
    assert.equal(may(leaf('ne', 1), allNull), false);
    assert.equal(may(isNull, allNull), true);
    assert.equal(may(isNotNull, stats('INT', null, null)), true);
    assert.equal(may({ kind: 'not', child: isNull }, allNull), false);
  });

  it('cut text at a wildcard', () => {
    const words = stats('STRING', 'bar', 'foo', 0n);
    const like = (pattern: string): boolean => may({ kind: 'like', column: 'c', pattern }, words);
    assert.deepEqual(['ba%', 'b%', 'f_o', 'foo%', 'c', '%a'].map(like), Array(6).fill(true));
    assert.deepEqual(['a%', 'fop%', 'g_', 'baa'].map(like), Array(4).fill(false));
    assert.equal(may({ kind: 'not', child: { kind: 'like', column: 'c', pattern: '%' } }, words), true);
  });

  it('hold bounds that were cut', () => {
    // Java cuts at 16 characters and raises the last of the maximum.
    const cut = stats('STRING', 'Unrelated docume', 'Unrelated documf', 0n);
    assert.equal(may(leaf('eq', 'Unrelated document 7'), cut), true);
    assert.equal(may(leaf('eq', 'Unrelated documf'), cut), true);
    assert.equal(may(leaf('eq', 'Unrelated documg'), cut), false);
  });

  it('keep zeros of both signs and NaN', () => {
    const minusZero = stats('DOUBLE', -0, -0, 0n);
    assert.equal(may(leaf('eq', 0), minusZero), true);
    assert.equal(may(leaf('ne', 0), minusZero), true);
    assert.equal(may(leaf('ge', 0), minusZero), true);
    assert.equal(may(leaf('lt', 0), minusZero), true);
    assert.equal(may(leaf('eq', Number.NaN), stats('DOUBLE', 1, Number.NaN)), true);
    assert.equal(may(leaf('gt', 5), stats('DOUBLE', 1, Number.NaN)), true);
    assert.equal(may(leaf('eq', Number.NaN), stats('DOUBLE', 1, 2)), false);
  });

  it('never lose a row', () => {
    const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
    let state = seed;
    const random = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return (state >> 8) % below;
    };
    const t = type('INT');
    for (let round = 0; round < 5000; round++) {
      const rows = Array.from({ length: 1 + random(4) }, () => (random(4) === 0 ? null : random(6)));
      const known = rows.filter((v) => v !== null).sort((a, b) => a - b);
      const nullCount = random(3) === 0 ? undefined : BigInt(rows.length - known.length);
      const s: ColumnStats = { type: t, min: known[0] ?? null, max: known.at(-1) ?? null, nullCount };
      const kind = (['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const)[random(6)] as 'eq';
      const value = random(6);
      const order = (v: number): number => compareValues(t, v, value);
      const holds = {
        eq: (o: number) => o === 0,
        ne: (o: number) => o !== 0,
        lt: (o: number) => o < 0,
        le: (o: number) => o <= 0,
        gt: (o: number) => o > 0,
        ge: (o: number) => o >= 0,
      };
      const some = (test: (o: number) => boolean): boolean => known.some((v) => test(order(v)));
      const text = `SEED=${seed} ${kind} ${value} of ${rows}`;
      assert.ok(may(leaf(kind, value), s, BigInt(rows.length)) || !some(holds[kind]), text);
      const opposite: Predicate = { kind: 'not', child: leaf(kind, value) };
      assert.ok(may(opposite, s, BigInt(rows.length)) || !some((o) => !holds[kind](o)), text);
    }
  });
});
