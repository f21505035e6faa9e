// Conditions taken apart for planning: conjuncts, the columns they name, and their exact value over one row of literals.
import type { Literal, Predicate } from '../../format/index.ts';

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
export function columnsOf(predicate: Predicate, into: Set<string> = new Set()): Set<string> {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      for (const child of predicate.children) columnsOf(child, into);
      break;
    case 'not':
      columnsOf(predicate.child, into);
      break;
    case 'true':
    case 'false':
      break;
    default:
      into.add(predicate.column);
  }
  return into;
}

/** The conjuncts that name no column outside `columns` (and at least one of them), and the rest. */
export function pickByColumns(
  conjuncts: readonly Predicate[],
  columns: readonly string[],
): { readonly picked: readonly Predicate[]; readonly rest: readonly Predicate[] } {
  const picked: Predicate[] = [];
  const rest: Predicate[] = [];
  for (const conjunct of conjuncts) {
    const named = [...columnsOf(conjunct)];
    const inside = named.length > 0 && named.every((name) => columns.includes(name));
    (inside ? picked : rest).push(conjunct);
  }
  return { picked, rest };
}

/** True, false or unknown (null), as SQL has it. */
export type Truth = boolean | null;

/** A condition over one row; `get` gives a column's literal, null for SQL null. */
export function evaluateRow(predicate: Predicate, get: (column: string) => Literal | null): Truth {
  switch (predicate.kind) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'and':
      return fold(predicate.children, get, false);
    case 'or':
      return fold(predicate.children, get, true);
    case 'not': {
      const value = evaluateRow(predicate.child, get);
      return value === null ? null : !value;
    }
    case 'isNull':
      return get(predicate.column) === null;
    case 'isNotNull':
      return get(predicate.column) !== null;
    case 'in': {
      const value = get(predicate.column);
      return value === null ? null : predicate.values.some((v) => compareLiterals(value, v) === 0);
    }
    case 'like': {
      const value = get(predicate.column);
      return value === null ? null : likeMatches(String(value), predicate.pattern);
    }
    default: {
      const value = get(predicate.column);
      return value === null ? null : holds(predicate.kind, compareLiterals(value, predicate.value));
    }
  }
}

function fold(children: readonly Predicate[], get: (column: string) => Literal | null, stop: boolean): Truth {
  let unknown = false;
  for (const child of children) {
    const value = evaluateRow(child, get);
    if (value === stop) return stop;
    if (value === null) unknown = true;
  }
  return unknown ? null : !stop;
}

function holds(kind: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge', order: number): boolean {
  switch (kind) {
    case 'eq':
      return order === 0;
    case 'ne':
      return order !== 0;
    case 'lt':
      return order < 0;
    case 'le':
      return order <= 0;
    case 'gt':
      return order > 0;
    case 'ge':
      return order >= 0;
  }
}

/** Orders two literals of one type as Java does: text by its UTF-8 bytes, -0 before 0, NaN last. */
export function compareLiterals(a: Literal, b: Literal): number {
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(String(b), 'utf8'));
  if (a instanceof Uint8Array) return Buffer.compare(a, b as Uint8Array);
  if (typeof a === 'number' && typeof b === 'number' && (a !== b || a === 0)) return compareNumbers(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareNumbers(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  const rank = (n: number): number => (Number.isNaN(n) ? 2 : Object.is(n, -0) ? 0 : 1);
  return rank(a) - rank(b);
}

/** SQL LIKE with `%` and `_` and no escape, without backtracking over more than the text. */
export function likeMatches(text: string, pattern: string): boolean {
  const source = [...text];
  const wanted = [...pattern];
  let i = 0;
  let j = 0;
  let star = -1;
  let mark = 0;
  while (i < source.length) {
    if (j < wanted.length && wanted[j] === '%') {
      star = j++;
      mark = i;
    } else if (j < wanted.length && (wanted[j] === '_' || wanted[j] === source[i])) {
      i++;
      j++;
    } else if (star >= 0) {
      j = star + 1;
      i = ++mark;
    } else return false;
  }
  while (wanted[j] === '%') j++;
  return j === wanted.length;
}
