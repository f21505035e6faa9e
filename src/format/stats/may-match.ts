// Whether rows that are known only by statistics can match a condition. Says yes whenever it cannot tell.
import type { DataType } from '../../base/index.ts';
import { compareValues, type Value } from '../../codec/index.ts';
import type { Literal, Predicate } from '../predicate.ts';
import { negate } from '../predicate-logic.ts';

/**
 * What is known of one column of some rows.
 *
 * Shape   `min`, `max` as `Value` (text as string or UTF-8): bounds, not necessarily values of the column,
 *         for long text is cut and its upper bound made larger. Null: unknown, or there is no value.
 *         `nullCount` undefined: unknown, never zero.
 */
export interface ColumnStats {
  readonly type: DataType;
  readonly min: Value;
  readonly max: Value;
  readonly nullCount: bigint | undefined;
}

/** The statistics of a column by its name in the condition; undefined when nothing is known. */
export type StatsOf = (column: string) => ColumnStats | undefined;

/**
 * False only when no row can match.
 *
 * Shape   `rowCount` of the rows the statistics are about; literals in the form of `ColumnStats.type`.
 * Source  Paimon, predicate/LeafPredicate.java and the functions beside it (test over statistics). Zeros of
 *         either sign are taken for equal and for different, whichever keeps the rows: SQL and Java disagree
 *         about them.
 */
export function mayMatch(predicate: Predicate, rowCount: bigint, statsOf: StatsOf): boolean {
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
      return negated.kind === 'not' || mayMatch(negated, rowCount, statsOf);
    }
    default: {
      const stats = statsOf(predicate.column);
      return stats === undefined || leafMayMatch(predicate, rowCount, stats);
    }
  }
}

type Leaf = Exclude<Predicate, { kind: 'and' | 'or' | 'not' | 'true' | 'false' }>;

function leafMayMatch(leaf: Leaf, rowCount: bigint, stats: ColumnStats): boolean {
  const { type, min, max, nullCount } = stats;
  if (leaf.kind === 'isNull') return nullCount === undefined || nullCount > 0n;
  if (nullCount !== undefined && nullCount >= rowCount) return false;
  if (leaf.kind === 'isNotNull') return true;
  if (min === null || max === null) return true;
  switch (leaf.kind) {
    case 'eq':
      return mayHold(type, leaf.value, min, max);
    case 'ne':
      return compareValues(type, leaf.value, min) !== 0 || compareValues(type, leaf.value, max) !== 0;
    case 'lt':
      return compareValues(type, leaf.value, min) > 0;
    case 'le':
      return compareLoosely(type, leaf.value, min) >= 0;
    case 'gt':
      return compareValues(type, leaf.value, max) < 0;
    case 'ge':
      return compareLoosely(type, leaf.value, max) <= 0;
    case 'in':
      return leaf.values.some((value) => mayHold(type, value, min, max));
    case 'like':
      return mayStart(leaf.pattern, min, max);
  }
}

function mayHold(type: DataType, value: Literal, min: Value, max: Value): boolean {
  return compareLoosely(type, value, min) >= 0 && compareLoosely(type, value, max) <= 0;
}

/** Order in which zeros of either sign are equal. */
function compareLoosely(type: DataType, a: Value, b: Value): number {
  return a === 0 && b === 0 ? 0 : compareValues(type, a, b);
}

/** The text before the first wildcard must lie between the bounds, cut to its own length. */
function mayStart(pattern: string, min: Value, max: Value): boolean {
  const end = pattern.search(/[%_]/);
  const prefix = Buffer.from(end < 0 ? pattern : pattern.slice(0, end), 'utf8');
  const cut = (value: Value): Uint8Array =>
    (typeof value === 'string' ? Buffer.from(value, 'utf8') : (value as Uint8Array)).subarray(
      0,
      prefix.length,
    );
  return Buffer.compare(prefix, cut(min)) >= 0 && Buffer.compare(prefix, cut(max)) <= 0;
}
