// `SELECT columns FROM table [LIMIT n]`: a scan, which needs no engine, copies nothing and keeps what the
// engine's types cannot hold.
import type { Field } from '../../base/index.ts';
import { isNode, type Node, textOf } from './ast.ts';
import { rowLimit } from './limit.ts';
import type { TableRef } from './statement.ts';

/** The columns of a plain statement, in its order, and its limit. */
export interface PlainSelect {
  readonly columns: readonly string[];
  readonly limit: number | undefined;
}

/**
 * The statement as a scan of its one table, or undefined when it asks for anything else.
 *
 * Shape   `fields`: the table's. Columns are named as SQL names them: exactly, or by the only name that
 *         differs in case.
 */
export function plainSelect(query: Node, ref: TableRef, fields: readonly Field[]): PlainSelect | undefined {
  const block = query.node;
  if (!isNode(block) || block.type !== 'SELECT_NODE' || block.from_table !== ref.node) return undefined;
  const clauses = [block.where_clause, block.having, block.qualify, block.sample, ref.node.sample];
  if (clauses.some(isNode) || !isEmpty(block.group_expressions) || !isEmpty(ref.node.column_name_alias)) {
    return undefined;
  }
  if (textOf(block, 'aggregate_handling') !== 'STANDARD_HANDLING') return undefined;
  const columns = selectedColumns(block.select_list, fields);
  if (columns === undefined) return undefined;
  if (isEmpty(block.modifiers)) return { columns, limit: undefined };
  const [modifier] = block.modifiers as readonly unknown[];
  const limit = isNode(modifier) && modifier.offset == null ? rowLimit(query, ref.node) : undefined;
  return limit === undefined ? undefined : { columns, limit };
}

function isEmpty(value: unknown): boolean {
  return !Array.isArray(value) || value.length === 0;
}

/** The names of the columns of a select list that holds nothing else, each at most once. */
function selectedColumns(list: unknown, fields: readonly Field[]): readonly string[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const names: string[] = [];
  for (const item of list) {
    if (!isNode(item) || textOf(item, 'alias') !== '') return undefined;
    if (isBareStar(item)) names.push(...fields.map((field) => field.name));
    else {
      const name = columnName(item, fields);
      if (name === undefined) return undefined;
      names.push(name);
    }
  }
  return new Set(names).size === names.length ? names : undefined;
}

function isBareStar(item: Node): boolean {
  const lists = [item.exclude_list, item.replace_list, item.qualified_exclude_list, item.rename_list];
  return (
    item.class === 'STAR' &&
    item.columns === false &&
    !isNode(item.expr) &&
    lists.every(isEmpty) &&
    textOf(item, 'relation_name') === ''
  );
}

function columnName(item: Node, fields: readonly Field[]): string | undefined {
  const parts = item.class === 'COLUMN_REF' ? item.column_names : undefined;
  if (!Array.isArray(parts) || parts.length !== 1 || typeof parts[0] !== 'string') return undefined;
  const [asked] = parts as [string];
  const alike = fields.filter(({ name }) => name.toLowerCase() === asked.toLowerCase());
  return alike.length === 1 ? alike[0]?.name : undefined;
}
