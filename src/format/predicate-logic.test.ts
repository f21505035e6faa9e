import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Literal, Predicate } from './predicate.ts';
import { columnsOf, joinAnd, negate, simplify, splitAnd } from './predicate-logic.ts';

const eq = (column: string, value: Literal): Predicate => ({ kind: 'eq', column, value });
const and = (...children: Predicate[]): Predicate => ({ kind: 'and', children });
const or = (...children: Predicate[]): Predicate => ({ kind: 'or', children });
const not = (child: Predicate): Predicate => ({ kind: 'not', child });
const T: Predicate = { kind: 'true' };
const F: Predicate = { kind: 'false' };
const like: Predicate = { kind: 'like', column: 's', pattern: 'a%' };

/** SQL's truth of a condition over one row of numbers. */
function truth(p: Predicate, row: Readonly<Record<string, number | null>>): boolean | null {
  switch (p.kind) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'and': {
      const all = p.children.map((c) => truth(c, row));
      return all.includes(false) ? false : all.includes(null) ? null : true;
    }
    case 'or': {
      const all = p.children.map((c) => truth(c, row));
      return all.includes(true) ? true : all.includes(null) ? null : false;
    }
    case 'not': {
      const value = truth(p.child, row);
      return value === null ? null : !value;
    }
    case 'isNull':
      return row[p.column] === null;
    case 'isNotNull':
      return row[p.column] !== null;
    default: {
      const value = row[p.column] ?? null;
      if (p.kind === 'in' && p.values.length === 0) return false;
      if (value === null) return null;
      if (p.kind === 'in') return p.values.includes(value);
      if (p.kind === 'like') return value > 1;
      const x = p.value as number;
      return {
        eq: value === x,
        ne: value !== x,
        lt: value < x,
        le: value <= x,
        gt: value > x,
        ge: value >= x,
      }[p.kind];
    }
  }
}

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
let state = seed;
const random = (below: number): number => {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return (state >> 8) % below;
};

function randomPredicate(depth: number): Predicate {
  const column = ['a', 'b'][random(2)] as string;
  const kinds = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const;
  switch (depth > 3 ? 3 + random(5) : random(8)) {
    case 0:
      return not(randomPredicate(depth + 1));
    case 1:
      return and(...Array.from({ length: random(4) }, () => randomPredicate(depth + 1)));
    case 2:
      return or(...Array.from({ length: random(4) }, () => randomPredicate(depth + 1)));
    case 3:
      return random(2) === 0 ? T : F;
    case 4:
      return { kind: random(2) === 0 ? 'isNull' : 'isNotNull', column };
    case 5:
      return { kind: 'in', column, values: Array.from({ length: random(3) }, () => random(3)) };
    case 6:
      return { kind: 'like', column, pattern: 'x' };
    default:
      return { kind: kinds[random(6)] as 'eq', column, value: random(3) };
  }
}

describe('conditions', () => {
  it(`negated and simplified keep their meaning (SEED=${seed})`, () => {
    const values = [null, 0, 1, 2];
    for (let round = 0; round < 2000; round++) {
      const p = randomPredicate(0);
      const negated = negate(p);
      const simple = simplify(p);
      for (const a of values) {
        for (const b of values) {
          const before = truth(p, { a, b });
          const text = `${JSON.stringify(p)} of ${a}, ${b}`;
          assert.equal(truth(negated, { a, b }), before === null ? null : !before, text);
          assert.equal(truth(simple, { a, b }), before, text);
        }
      }
    }
  });

  it('are split into conjuncts and joined again', () => {
    assert.deepEqual(splitAnd(and(eq('a', 1), and(eq('b', 2), T))), [eq('a', 1), eq('b', 2)]);
    assert.deepEqual(splitAnd(undefined), []);
    assert.equal(joinAnd([]), undefined);
    assert.deepEqual(joinAnd([eq('a', 1)]), eq('a', 1));
    assert.deepEqual([...columnsOf(or(not(eq('a', 1)), like, T))], ['a', 's']);
  });

  it('become smaller', () => {
    assert.deepEqual(simplify(and(T, eq('a', 1))), eq('a', 1));
    assert.deepEqual(simplify(and(eq('a', 1), or(F, and(F)))), F);
    assert.deepEqual(simplify(or()), F);
    assert.deepEqual(simplify(and()), T);
    assert.deepEqual(simplify(not(not(eq('a', 1)))), eq('a', 1));
    assert.deepEqual(simplify(not(like)), not(like));
    assert.deepEqual(simplify({ kind: 'in', column: 'a', values: [3] }), eq('a', 3));
    assert.deepEqual(
      simplify(or(eq('a', 1), or(eq('a', 2), eq('a', 3)))),
      or(eq('a', 1), eq('a', 2), eq('a', 3)),
    );
  });
});
