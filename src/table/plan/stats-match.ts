// Whether rows that are known only by statistics can match a condition. Says yes whenever it cannot tell.
import type { DataType } from '../../base/index.ts';
import { compareValues, type Value } from '../../codec/index.ts';
import type { Predicate } from '../../format/index.ts';

/**
 * What is known of one column. `min`, `max` null: unknown, or no value at all. `nullCount` undefined: unknown, never zero.
 */
export interface ColumnStats {
  readonly type: DataType;
  readonly min: Value;
  readonly max: Value;
  readonly nullCount: bigint | undefined;
}

/**
 * False only when no row can match.
 *
 * Shape   `statsOf` undefined for a column nothing is known of. `rowCount` of the rows the statistics are about.
 * Source  Paimon, predicate/LeafPredicate.java and the functions beside it (test over statistics).
 */
export function mayMatch(
  predicate: Predicate,
  rowCount: bigint,
  statsOf: (column: string) => ColumnStats | undefined,
): boolean {
  switch (predicate.kind) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'and':
      return predicate.children.every((child) => mayMatch(child, rowCount, statsOf));
    case 'or':
      return predicate.children.some((child) => mayMatch(child, rowCount, statsOf));
    case 'not': {
      const negated = negate(predicate.child);
      return negated === undefined || mayMatch(negated, rowCount, statsOf);
    }
    default: {
      const stats = statsOf(predicate.column);
      return stats === undefined || leafMayMatch(predicate, rowCount, stats);
    }
  }
}

type Leaf = Exclude<Predicate, { kind: 'and' | 'or' | 'not' | 'true' | 'false' }>;

function leafMayMatch(leaf: Leaf, rowCount: bigint, stats: ColumnStats): boolean {
  const { nullCount } = stats;
  if (leaf.kind === 'isNull') return nullCount === undefined || nullCount > 0n;
  if (nullCount !== undefined && nullCount >= rowCount) return false;
  if (leaf.kind === 'isNotNull') return true;
  if (stats.min === null || stats.max === null) return true;
  const { type, min, max } = stats;
  const compare = (a: Value, b: Value): number => compareValues(type, a, b);
  switch (leaf.kind) {
    case 'eq':
      return compare(leaf.value, min) >= 0 && compare(leaf.value, max) <= 0;
    case 'ne':
      return compare(leaf.value, min) !== 0 || compare(leaf.value, max) !== 0;
    case 'lt':
      return compare(leaf.value, min) > 0;
    case 'le':
      return compare(leaf.value, min) >= 0;
    case 'gt':
      return compare(leaf.value, max) < 0;
    case 'ge':
      return compare(leaf.value, max) <= 0;
    case 'in':
      return leaf.values.some((value) => compare(value, min) >= 0 && compare(value, max) <= 0);
    case 'like':
      return prefixMayMatch(leaf.pattern, min, max);
  }
}

/** The text before the first wildcard must lie between the bounds, cut to its own length. */
function prefixMayMatch(pattern: string, min: Value, max: Value): boolean {
  const end = pattern.search(/[%_]/);
  const prefix = Buffer.from(end < 0 ? pattern : pattern.slice(0, end), 'utf8');
  if (prefix.length === 0) return true;
  const cut = (value: Value): Buffer =>
    (typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value as Uint8Array)).subarray(
      0,
      prefix.length,
    );
  return Buffer.compare(prefix, cut(min)) >= 0 && Buffer.compare(prefix, cut(max)) <= 0;
}

const OPPOSITES = { eq: 'ne', ne: 'eq', lt: 'ge', le: 'gt', gt: 'le', ge: 'lt' } as const;

/** The condition that holds exactly where this one is false, undefined when it cannot be written. Null rows match neither. */
export function negate(predicate: Predicate): Predicate | undefined {
  switch (predicate.kind) {
    case 'true':
      return { kind: 'false' };
    case 'false':
      return { kind: 'true' };
    case 'not':
      return predicate.child;
    case 'and':
    case 'or': {
      const children = predicate.children.map(negate);
      if (children.includes(undefined)) return undefined;
      return { kind: predicate.kind === 'and' ? 'or' : 'and', children: children as Predicate[] };
    }
    case 'isNull':
      return { kind: 'isNotNull', column: predicate.column };
    case 'isNotNull':
      return { kind: 'isNull', column: predicate.column };
    case 'in': {
      const { column } = predicate;
      return {
        kind: 'and',
        children: predicate.values.map((value) => ({ kind: 'ne', column, value }) as const),
      };
    }
    case 'like':
      return undefined;
    default:
      return { ...predicate, kind: OPPOSITES[predicate.kind] };
  }
}
