// Conditions of a statement that planning may use to skip files. The engine still evaluates the whole
// statement, so what is pushed must only be implied by it; whatever is not plainly a column against a literal
// stays out.
import type { Field } from '../../base/index.ts';
import type { Literal, Predicate } from '../../format/index.ts';
import { isNode, type Node, textOf, walk } from './ast.ts';
import { literalOf } from './literal.ts';
import type { TableRef } from './statement.ts';

type Comparison = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

const COMPARISONS: Readonly<Record<string, readonly [Comparison, Comparison]>> = {
  COMPARE_EQUAL: ['eq', 'eq'],
  COMPARE_NOTEQUAL: ['ne', 'ne'],
  COMPARE_LESSTHAN: ['lt', 'gt'],
  COMPARE_LESSTHANOREQUALTO: ['le', 'ge'],
  COMPARE_GREATERTHAN: ['gt', 'lt'],
  COMPARE_GREATERTHANOREQUALTO: ['ge', 'le'],
};

/**
 * The part of the statement's WHERE clauses that every row of `table` must satisfy to matter, over `fields`;
 * undefined when none.
 *
 * Limits  looks at the query block whose FROM holds the table, through inner joins and the kept side of outer
 *         joins.
 */
export function pushedPredicate(
  query: Node,
  table: TableRef,
  fields: readonly Field[],
): Predicate | undefined {
  const block = blockOf(query, table.node);
  if (block === undefined || !isNode(block.where_clause)) return undefined;
  const alone = block.from_table === table.node;
  const resolve = (node: unknown): Field | undefined => columnOf(node, table, fields, alone);
  const parts = conjuncts(block.where_clause).map((part) => toPredicate(part, resolve));
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? undefined : { kind: 'and', children: known };
}

/**
 * The SELECT block whose rows all come through `table`: removing a row of the table can only remove rows of
 * the block.
 */
function blockOf(query: Node, table: Node): Node | undefined {
  let found: Node | undefined;
  walk(query, (node) => {
    // A sample is taken before the conditions are looked at: the rows that do not fulfil them count.
    const whole = node.type === 'SELECT_NODE' && !isNode(node.sample);
    if (whole && isKeptSource(node.from_table, table)) found = node;
    return found === undefined;
  });
  return found;
}

function isKeptSource(from: unknown, table: Node): boolean {
  if (!isNode(from) || isNode(from.sample)) return false;
  if (from === table) return true;
  // A positional join pairs rows by their place, which changes with every row that is left out.
  if (from.type !== 'JOIN' || from.ref_type === 'POSITIONAL') return false;
  const kind = textOf(from, 'join_type');
  const left = kind === 'INNER' || kind === 'LEFT' || kind === 'SEMI' || kind === 'ANTI';
  // Without its best partner a row of an ASOF join would take the next best one.
  const right = (kind === 'INNER' || kind === 'RIGHT') && from.ref_type !== 'ASOF';
  return (left && isKeptSource(from.left, table)) || (right && isKeptSource(from.right, table));
}

function conjuncts(where: Node): readonly Node[] {
  if (where.type !== 'CONJUNCTION_AND' || !Array.isArray(where.children)) return [where];
  return where.children.filter(isNode).flatMap(conjuncts);
}

type Resolve = (node: unknown) => Field | undefined;

function toPredicate(node: Node, resolve: Resolve): Predicate | undefined {
  const type = textOf(node, 'type');
  const children = Array.isArray(node.children) ? node.children : [];
  const comparison = COMPARISONS[type];
  if (comparison !== undefined && node.class === 'COMPARISON') {
    return (
      compare(node.left, node.right, comparison[0], resolve) ??
      compare(node.right, node.left, comparison[1], resolve)
    );
  }
  if (type === 'COMPARE_BETWEEN') {
    const low = compare(node.input, node.lower, 'ge', resolve);
    const high = compare(node.input, node.upper, 'le', resolve);
    const parts = [low, high].filter((part) => part !== undefined);
    return parts.length === 0 ? undefined : { kind: 'and', children: parts };
  }
  if (type === 'COMPARE_IN') return isIn(children, resolve);
  if (type === 'OPERATOR_IS_NULL' || type === 'OPERATOR_IS_NOT_NULL') {
    const column = resolve(children[0]);
    if (column === undefined) return undefined;
    return { kind: type === 'OPERATOR_IS_NULL' ? 'isNull' : 'isNotNull', column: column.name };
  }
  if (type === 'CONJUNCTION_OR') {
    const parts = children.filter(isNode).map((child) => toPredicate(child, resolve));
    return parts.every((part) => part !== undefined) ? { kind: 'or', children: parts } : undefined;
  }
  if (type === 'CONJUNCTION_AND') {
    const parts = children.filter(isNode).map((child) => toPredicate(child, resolve));
    const known = parts.filter((part) => part !== undefined);
    return known.length === 0 ? undefined : { kind: 'and', children: known };
  }
  return isLike(node, children, resolve);
}

function compare(left: unknown, right: unknown, kind: Comparison, resolve: Resolve): Predicate | undefined {
  const column = resolve(left);
  if (column === undefined) return undefined;
  const float = column.type.kind === 'FLOAT' || column.type.kind === 'DOUBLE';
  // Statistics leave NaN out of the maximum, and the engine orders it above everything.
  if (float && (kind === 'gt' || kind === 'ge' || kind === 'ne')) return undefined;
  const value = literalOf(right, column.type);
  // To the engine zeros of either sign are equal, to Java, whose conditions these are, they are not.
  if (float && kind === 'eq' && value === 0) return undefined;
  if (value === undefined || mayBeReplaced(value, kind)) return undefined;
  return { kind, column: column.name, value };
}

/**
 * True when malformed text may compare otherwise than the U+FFFD that a statement sees in its place: as equal
 * to text that holds one, as less or greater than text beyond ASCII.
 */
function mayBeReplaced(value: Literal, kind: Comparison | 'in' | 'like'): boolean {
  if (typeof value !== 'string') return false;
  const ordered = kind === 'lt' || kind === 'le' || kind === 'gt' || kind === 'ge';
  return ordered ? /[^\0-\x7f]/.test(value) : value.includes('\ufffd');
}

function isIn(children: readonly unknown[], resolve: Resolve): Predicate | undefined {
  const column = resolve(children[0]);
  if (column === undefined) return undefined;
  const float = column.type.kind === 'FLOAT' || column.type.kind === 'DOUBLE';
  const values: Literal[] = [];
  for (const child of children.slice(1)) {
    const value = literalOf(child, column.type);
    if (value === undefined || (float && value === 0) || mayBeReplaced(value, 'in')) return undefined;
    values.push(value);
  }
  return { kind: 'in', column: column.name, values };
}

function isLike(node: Node, children: readonly unknown[], resolve: Resolve): Predicate | undefined {
  if (node.class !== 'FUNCTION' || textOf(node, 'function_name') !== '~~') return undefined;
  const column = resolve(children[0]);
  if (column?.type.kind !== 'VARCHAR' && column?.type.kind !== 'CHAR') return undefined;
  const pattern = literalOf(children[1], column.type);
  if (typeof pattern !== 'string' || mayBeReplaced(pattern, 'like')) return undefined;
  return { kind: 'like', column: column.name, pattern };
}

/**
 * The table's column a node names: qualified by its alias, or bare when the table is the block's only source.
 */
function columnOf(
  node: unknown,
  table: TableRef,
  fields: readonly Field[],
  alone: boolean,
): Field | undefined {
  if (!isNode(node) || node.class !== 'COLUMN_REF' || !Array.isArray(node.column_names)) return undefined;
  const parts = node.column_names.map(String);
  const qualified = parts.length === 2 && parts[0]?.toLowerCase() === table.alias.toLowerCase();
  if (!qualified && !(alone && parts.length === 1)) return undefined;
  const name = (parts.at(-1) as string).toLowerCase();
  const matching = fields.filter((field) => field.name.toLowerCase() === name);
  return matching.length === 1 ? matching[0] : undefined;
}
