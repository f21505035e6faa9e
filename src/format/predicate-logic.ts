// Conditions taken apart, turned round and made smaller. Nothing here looks at rows.
import type { Predicate } from './predicate.ts';

/** The conjuncts of a condition: all of them must hold. */
export function splitAnd(predicate: Predicate | undefined): readonly Predicate[] {
  if (predicate === undefined || predicate.kind === 'true') return [];
  return predicate.kind === 'and' ? predicate.children.flatMap(splitAnd) : [predicate];
}

/** One condition from conjuncts, undefined from none. */
export function joinAnd(conjuncts: readonly Predicate[]): Predicate | undefined {
  return conjuncts.length > 1 ? { kind: 'and', children: conjuncts } : conjuncts[0];
}

/** The columns a condition names. */
export function columnsOf(predicate: Predicate): ReadonlySet<string> {
  const columns = new Set<string>();
  collect(predicate, columns);
  return columns;
}

function collect(predicate: Predicate, columns: Set<string>): void {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      for (const child of predicate.children) collect(child, columns);
      break;
    case 'not':
      collect(predicate.child, columns);
      break;
    case 'true':
    case 'false':
      break;
    default:
      columns.add(predicate.column);
  }
}

const OPPOSITES = { eq: 'ne', ne: 'eq', lt: 'ge', le: 'gt', gt: 'le', ge: 'lt' } as const;

/**
 * The condition that is true exactly where this one is false; where this one is unknown, so is that one.
 *
 * Shape   without `not`, except around `like`, which has no opposite.
 */
export function negate(predicate: Predicate): Predicate {
  switch (predicate.kind) {
    case 'true':
      return { kind: 'false' };
    case 'false':
      return { kind: 'true' };
    case 'not':
      return pushNot(predicate.child);
    case 'and':
      return { kind: 'or', children: predicate.children.map(negate) };
    case 'or':
      return { kind: 'and', children: predicate.children.map(negate) };
    case 'isNull':
      return { kind: 'isNotNull', column: predicate.column };
    case 'isNotNull':
      return { kind: 'isNull', column: predicate.column };
    case 'in': {
      const { column, values } = predicate;
      // Of no values `in` is false for nulls too; of some it is unknown for them, as `<>` is.
      if (values.length === 0) return { kind: 'true' };
      return { kind: 'and', children: values.map((value) => ({ kind: 'ne', column, value }) as const) };
    }
    case 'like':
      return { kind: 'not', child: predicate };
    default:
      return { ...predicate, kind: OPPOSITES[predicate.kind] };
  }
}

function pushNot(predicate: Predicate): Predicate {
  switch (predicate.kind) {
    case 'not':
      return negate(predicate.child);
    case 'and':
    case 'or':
      return { kind: predicate.kind, children: predicate.children.map(pushNot) };
    default:
      return predicate;
  }
}

/**
 * The same condition, smaller: `not` pushed down to the leaves, nested `and`s and `or`s flattened, constants
 * folded, one-value `in`s made `=`.
 *
 * Shape   true for the same rows. Where it was unknown it may be false and the reverse only below an
 *         outermost `and` or `or` that decides the row either way.
 */
export function simplify(predicate: Predicate): Predicate {
  switch (predicate.kind) {
    case 'not': {
      const negated = negate(predicate.child);
      return negated.kind === 'not' ? negated : simplify(negated);
    }
    case 'and':
      return fold('and', predicate.children, 'false');
    case 'or':
      return fold('or', predicate.children, 'true');
    case 'in': {
      const { column, values } = predicate;
      if (values.length === 0) return { kind: 'false' };
      return values.length === 1 && values[0] !== undefined
        ? { kind: 'eq', column, value: values[0] }
        : predicate;
    }
    default:
      return predicate;
  }
}

function fold(kind: 'and' | 'or', children: readonly Predicate[], decides: 'true' | 'false'): Predicate {
  const kept: Predicate[] = [];
  for (const child of children.map(simplify)) {
    if (child.kind === decides) return child;
    if (child.kind === kind) kept.push(...child.children);
    else if (child.kind !== 'true' && child.kind !== 'false') kept.push(child);
  }
  if (kept.length === 0) return { kind: decides === 'true' ? 'false' : 'true' };
  return kept.length === 1 ? (kept[0] as Predicate) : { kind, children: kept };
}
