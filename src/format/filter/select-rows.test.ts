import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import type { DataType, Field } from '../../base/index.ts';
import { batchOf, compareValues, type Value } from '../../codec/index.ts';
import type { Literal, Predicate } from '../predicate.ts';
import { likeMatcher } from './like.ts';
import { filterBatch, selectRows } from './select-rows.ts';

const SEED = Number(process.env.SEED ?? 20240229);
const nullable = true;

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const TYPES: readonly DataType[] = [
  { kind: 'BOOLEAN', nullable },
  { kind: 'TINYINT', nullable },
  { kind: 'INT', nullable },
  { kind: 'BIGINT', nullable },
  { kind: 'FLOAT', nullable },
  { kind: 'DOUBLE', nullable },
  { kind: 'DECIMAL', nullable, precision: 10, scale: 2 },
  { kind: 'DECIMAL', nullable, precision: 38, scale: 2 },
  { kind: 'VARCHAR', nullable, length: 99 },
  { kind: 'DATE', nullable },
  { kind: 'TIMESTAMP', nullable, precision: 9 },
];

function randomLiteral(type: DataType, next: (below: number) => number): Literal {
  switch (type.kind) {
    case 'BOOLEAN':
      return next(2) === 1;
    case 'BIGINT':
      return [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 32n, -(2n ** 32n), 5n][next(7)] as bigint;
    case 'DECIMAL':
      return BigInt(next(7) - 3) * (type.precision > 18 ? 2n ** 70n : 1n);
    case 'TIMESTAMP':
      return BigInt(next(5) - 2) << 64n;
    case 'FLOAT':
    case 'DOUBLE':
      return [0, -0, Number.NaN, Infinity, -Infinity, 1.5, -1.5][next(7)] as number;
    case 'VARCHAR':
      return ['', 'a', 'ab', 'b', '～', '😀'][next(6)] as string;
    default:
      return next(7) - 3;
  }
}

/** Three-valued logic, row by row: undefined is unknown. */
function truth(
  predicate: Predicate,
  row: Readonly<Record<string, Value>>,
  type: DataType,
): boolean | undefined {
  switch (predicate.kind) {
    case 'true':
    case 'false':
      return predicate.kind === 'true';
    case 'not': {
      const child = truth(predicate.child, row, type);
      return child === undefined ? undefined : !child;
    }
    case 'and':
    case 'or': {
      const decides = predicate.kind === 'or';
      const children = predicate.children.map((child) => truth(child, row, type));
      if (children.includes(decides)) return decides;
      return children.includes(undefined) ? undefined : !decides;
    }
    case 'isNull':
      return row[predicate.column] === null;
    case 'isNotNull':
      return row[predicate.column] !== null;
    case 'like':
      throw new Error('not generated');
    default: {
      const value = row[predicate.column] as Value;
      if (predicate.kind === 'in' && predicate.values.length === 0) return false;
      if (value === null) return undefined;
      if (predicate.kind === 'in') return predicate.values.some((v) => compareValues(type, value, v) === 0);
      const order = compareValues(type, value, predicate.value);
      const holds = {
        eq: order === 0,
        ne: order !== 0,
        lt: order < 0,
        le: order <= 0,
        gt: order > 0,
        ge: order >= 0,
      };
      return holds[predicate.kind];
    }
  }
}

function randomPredicate(type: DataType, next: (below: number) => number, depth: number): Predicate {
  const column = next(2) === 0 ? 'a' : 'b';
  const kind = depth > 0 ? next(13) : 5 + next(8);
  if (kind < 2) return { kind: 'not', child: randomPredicate(type, next, depth - 1) };
  if (kind < 5) {
    const children = Array.from({ length: 1 + next(3) }, () => randomPredicate(type, next, depth - 1));
    return { kind: kind === 2 ? 'or' : 'and', children };
  }
  if (kind === 5) return { kind: next(2) === 0 ? 'isNull' : 'isNotNull', column };
  if (kind === 6) {
    return { kind: 'in', column, values: Array.from({ length: next(14) }, () => randomLiteral(type, next)) };
  }
  const kinds = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const;
  return { kind: kinds[kind - 7] as 'eq', column, value: randomLiteral(type, next) };
}

describe('selectRows', () => {
  it(`agrees with three-valued logic row by row, for every layout (SEED=${SEED})`, () => {
    const next = random(SEED);
    for (const type of TYPES) {
      const fields: Field[] = [
        { id: 0, name: 'a', type },
        { id: 1, name: 'b', type },
      ];
      for (let round = 0; round < 100; round++) {
        const rows = Array.from({ length: 1 + next(30) }, () =>
          fields.map(() => (next(4) === 0 ? null : randomLiteral(type, next))),
        );
        const predicate = randomPredicate(type, next, 3);
        const expected = rows.flatMap(([a, b], i) =>
          truth(predicate, { a: a as Value, b: b as Value }, type) === true ? [i] : [],
        );
        const label = `${type.kind}: ${inspect(predicate, { depth: null })}`;
        assert.deepEqual(Array.from(selectRows(predicate, batchOf(fields, rows))), expected, label);
      }
    }
  });

  it('compares BINARY by signed bytes, as Java predicates do', () => {
    const fields: Field[] = [{ id: 0, name: 'a', type: { kind: 'BINARY', nullable, length: 1 } }];
    const batch = batchOf(fields, [[Uint8Array.of(0x80)], [Uint8Array.of(0)], [Uint8Array.of(0x7f)]]);
    const below = selectRows({ kind: 'lt', column: 'a', value: Uint8Array.of(0) }, batch);
    assert.deepEqual(Array.from(below), [0]);
  });

  it('gives back the batch itself when every row matches', () => {
    const fields: Field[] = [{ id: 0, name: 'a', type: { kind: 'INT', nullable } }];
    const batch = batchOf(fields, [[1], [2]]);
    assert.equal(filterBatch(batch, { kind: 'ge', column: 'a', value: 1 }), batch);
    assert.equal(filterBatch(batch, { kind: 'gt', column: 'a', value: 1 }).rowCount, 1);
  });

  it('names the column that is missing and the literal that does not fit', () => {
    const batch = batchOf([{ id: 0, name: 'a', type: { kind: 'BIGINT', nullable } }], [[1n]]);
    assert.throws(() => selectRows({ kind: 'isNull', column: 'x' }, batch), { code: 'COLUMN_MISSING' });
    assert.throws(() => selectRows({ kind: 'eq', column: 'a', value: 1 }, batch), { code: 'FILTER_INVALID' });
    assert.throws(() => selectRows({ kind: 'like', column: 'a', pattern: '%' }, batch), {
      code: 'FILTER_INVALID',
    });
  });
});

describe('likeMatcher', () => {
  it('matches as Java does', () => {
    const cases: readonly (readonly [pattern: string, text: string, matches: boolean])[] = [
      ['abc', 'abc', true],
      ['abc%', 'abcd', true],
      ['%abc', 'xabc', true],
      ['%b%', 'abc', true],
      ['a%c', 'abbc', true],
      ['a%c', 'abbcd', false],
      ['%a%b%', 'xxaxxb', true],
      ['%a%b%', 'xxbxxa', false],
      ['', '', true],
      ['', 'a', false],
      ['%', '', true],
      ['_', '😀', true],
      ['__', '😀', false],
      ['_', '\n', false],
      ['%', 'a\nb', true],
      ['_%_', 'ab', true],
      ['_%_', 'a', false],
      ['a\\_b', 'a_b', true],
      ['a\\_b', 'axb', false],
      ['_\\%%', 'x%y', true],
      // Without `_` simple patterns are literal, backslashes included.
      ['a\\%', 'a\\b', true],
      ['a\\%', 'a%', false],
      ['[a-z]_', 'b1', false],
      ['a.c_', 'abcd', false],
    ];
    for (const [pattern, text, expected] of cases) {
      assert.equal(likeMatcher(pattern)(text), expected, `${JSON.stringify(text)} like ${pattern}`);
    }
    assert.throws(() => likeMatcher('a\\b_'), { code: 'FILTER_INVALID' });
    assert.throws(() => likeMatcher('_\\'), { code: 'FILTER_INVALID' });
  });

  it('takes no longer than pattern times text', () => {
    const text = 'a'.repeat(20_000);
    assert.equal(likeMatcher('%a%a%a%a%a%a%a%a%a%a%b_')(text), false);
  });
});
