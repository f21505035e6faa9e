// Which columns of a table a statement can touch. Decided by names over the whole statement: it may name too
// many, never too few.
import { LakeError } from '../../base/index.ts';
import { isNode, type Node, textOf, walk } from './ast.ts';
import type { TableRef } from './statement.ts';

/** All names a statement mentions, lower-cased, or `all` when it takes whole rows. */
export interface MentionedColumns {
  readonly all: boolean;
  readonly names: ReadonlySet<string>;
}

/**
 * Collects the column names of a statement. `all` when a star, COLUMNS(…), NATURAL join, position or whole
 * row appears.
 */
export function mentionedColumns(query: Node, tables: readonly TableRef[]): MentionedColumns {
  const names = new Set<string>();
  const aliases = new Set(tables.map((table) => table.alias.toLowerCase()));
  let all = false;
  walk(query, (node) => {
    const type = textOf(node, 'type');
    if (node.class === 'STAR' || node.class === 'POSITIONAL_REFERENCE') all = true;
    if (node.class === 'COLUMN_REF' && Array.isArray(node.column_names)) {
      const parts = node.column_names.map((part) => String(part).toLowerCase());
      for (const part of parts) names.add(part);
      if (parts.length === 1 && aliases.has(parts[0] as string)) all = true;
    }
    if (type === 'JOIN') {
      if (textOf(node, 'ref_type') === 'NATURAL') all = true;
      if (Array.isArray(node.using_columns))
        for (const name of node.using_columns) names.add(String(name).toLowerCase());
    }
    if (type === 'PIVOT' || (Array.isArray(node.column_name_alias) && node.column_name_alias.length > 0))
      all = true;
    return undefined;
  });
  return { all, names };
}

/** The columns of one table that a statement may touch, in table order. */
export function neededColumns(mentioned: MentionedColumns, columns: readonly string[]): string[] {
  return columns.filter((name) => mentioned.all || mentioned.names.has(name.toLowerCase()));
}

/**
 * Points every `database.table.column` of the statement to the table's alias, since bound tables have no
 * database.
 *
 * Errors  SQL_INVALID where the alias would stand for several tables.
 */
export function dropDatabaseNames(query: Node, tables: readonly TableRef[]): void {
  walk(query, (node) => {
    const parts = node.column_names;
    if (node.class !== 'COLUMN_REF' || !Array.isArray(parts) || parts.length < 3) return undefined;
    const [database, table] = parts.map((part) => String(part).toLowerCase());
    // A table with another alias cannot be named by its own name any more.
    const named = ({ alias }: TableRef): boolean => alias.toLowerCase() === table;
    const isIt = (t: TableRef): boolean =>
      t.database.toLowerCase() === database && t.table.toLowerCase() === table;
    const ref = tables.find((t) => named(t) && isIt(t));
    if (ref === undefined) return undefined;
    if (tables.some((t) => named(t) && !isIt(t))) {
      throw new LakeError(
        'SQL_INVALID',
        `several tables of the statement are called '${ref.table}'; give them aliases`,
        { table: ref.table },
      );
    }
    node.column_names = [ref.alias, ...parts.slice(2)];
    return undefined;
  });
}

/** Makes a table reference of the tree point to a relation inside the engine, under the name it had. */
export function pointTo(ref: TableRef, relation: string): void {
  // Named by its schema, so that no common table expression of the statement can stand in its place.
  ref.node.schema_name = 'main';
  ref.node.catalog_name = '';
  ref.node.table_name = relation;
  ref.node.alias = ref.alias;
  if (isNode(ref.node.at_clause)) ref.node.at_clause = null;
}
