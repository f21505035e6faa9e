// What a statement asks for: which tables it reads, and that it does nothing but read tables. The engine
// parses; this decides.
import { LakeError } from '../../base/index.ts';
import type { Travel } from '../travel-options.ts';
import { isNode, type Node, textOf } from './ast.ts';
import { TRAVEL_MARK } from './time-travel.ts';

/** Tables in one statement; each is planned and bound on its own. */
const TABLES_MAX = 256;

/** Table functions that make rows out of their arguments alone. Everything else in FROM is refused. */
const TABLE_FUNCTIONS = new Set(['range', 'generate_series', 'unnest']);

/** Functions that look outside the tables: other queries, files, settings, the engine's own state. */
const DENIED_FUNCTION = new RegExp(
  `^(?:${[
    'getenv|current_setting|set_config|getvariable|which_secret|summary|nextval|currval',
    'query|query_table|json_execute.*|json_serialize_(?:sql|plan)|json_deserialize_sql|from_substrait.*',
    'read_.*|parquet_.*|sniff_.*|glob',
    'pg_.*|duckdb_.*|pragma_.*|test_.*|checkpoint|force_checkpoint|enable_.*|disable_.*',
    'write_log|truncate_duckdb_logs|parse_duckdb_log_message|sql_auto_complete|check_peg_parser',
  ].join('|')})$`,
  'i',
);

/**
 * One place where a statement names a table of the lake. `node` is the tree's own node, rewritten when the
 * table is bound.
 */
export interface TableRef {
  readonly node: Node;
  readonly database: string;
  /** May carry `$branch_x` and `$system`. */
  readonly table: string;
  /** The name by which the statement's columns refer to it. */
  readonly alias: string;
  readonly travel: Travel;
}

/** What `findTables` needs beside the tree. */
export interface StatementScope {
  readonly travels: readonly Travel[];
  /** For tables without a clause of their own. */
  readonly travel: Travel;
  readonly defaultDatabase: string;
}

/**
 * Finds every table of a parsed statement, and refuses what is not a query over tables.
 *
 * Shape   `root` is what `json_serialize_sql` gave for the text, parsed. CTE names shadow tables in their
 *         scope.
 * Limits  256 tables.
 * Errors  SQL_INVALID for text that does not parse or is no single query; SQL_DENIED for functions and
 *         sources beyond tables.
 */
export function findTables(root: Node, scope: StatementScope): { query: Node; tables: TableRef[] } {
  const query = singleQuery(root);
  const tables: TableRef[] = [];
  visitScoped(query, new Set(), (node, ctes) => {
    checkNode(node);
    if (node.type !== 'BASE_TABLE') return;
    const ref = tableRef(node, ctes, scope);
    if (ref === undefined) return;
    tables.push(ref);
    if (tables.length > TABLES_MAX)
      throw new LakeError('LIMIT_EXCEEDED', `a statement reads at most ${TABLES_MAX} tables`);
  });
  return { query, tables };
}

function singleQuery(root: Node): Node {
  if (root.error === true) {
    const message = textOf(root, 'error_message');
    if (textOf(root, 'error_type') === 'not implemented') {
      throw new LakeError(
        'SQL_DENIED',
        'only SELECT, INSERT, CREATE TABLE AS, TRUNCATE TABLE and ALTER TABLE DROP PARTITION are answered',
      );
    }
    const position = Number(textOf(root, 'position'));
    const at = Number.isFinite(position) && position > 0 ? ` (character ${position + 1})` : '';
    throw new LakeError('SQL_INVALID', `${message}${at}`);
  }
  const statements = root.statements;
  if (!Array.isArray(statements) || statements.length !== 1 || !isNode(statements[0])) {
    throw new LakeError('SQL_INVALID', 'give exactly one statement');
  }
  return statements[0];
}

type ScopedVisit = (node: Node, ctes: ReadonlySet<string>) => void;

/** Walks the tree with the CTE names that are visible at each node. */
function visitScoped(value: unknown, ctes: ReadonlySet<string>, visit: ScopedVisit): void {
  if (Array.isArray(value)) {
    for (const child of value) visitScoped(child, ctes, visit);
    return;
  }
  if (!isNode(value)) return;
  visit(value, ctes);
  const visible = new Set(ctes);
  // A common table expression sees those before it, and itself when it is recursive; the query sees all.
  for (const entry of cteEntries(value)) {
    const name = textOf(entry, 'key').toLowerCase();
    const body = entry.value;
    visitScoped(body, isRecursive(body) ? new Set([...visible, name]) : visible, visit);
    visible.add(name);
  }
  const own = textOf(value, 'cte_name').toLowerCase();
  if (own !== '') visible.add(own);
  for (const [member, child] of Object.entries(value)) {
    if (member !== 'cte_map') visitScoped(child, visible, visit);
  }
}

function cteEntries(node: Node): readonly Node[] {
  const map = node.cte_map;
  const entries = isNode(map) ? map.map : undefined;
  return Array.isArray(entries) ? entries.filter(isNode) : [];
}

function isRecursive(body: unknown): boolean {
  const query = isNode(body) ? body.query : undefined;
  const node = isNode(query) ? query.node : undefined;
  return isNode(node) && node.type === 'RECURSIVE_CTE_NODE';
}

function checkNode(node: Node): void {
  const type = textOf(node, 'type');
  if (type === 'TABLE_FUNCTION') {
    const called = isNode(node.function) ? textOf(node.function, 'function_name').toLowerCase() : '';
    if (!TABLE_FUNCTIONS.has(called)) {
      throw new LakeError('SQL_DENIED', `${called}() is not a table of the lake; queries read tables only`, {
        function: called,
      });
    }
  }
  if (node.class === 'FUNCTION' || node.class === 'WINDOW') {
    const called = textOf(node, 'function_name');
    if (DENIED_FUNCTION.test(called)) {
      throw new LakeError('SQL_DENIED', `${called}() looks outside the tables and is refused`, {
        function: called,
      });
    }
  }
  if (type === 'SHOW_REF') {
    throw new LakeError(
      'SQL_DENIED',
      'use SHOW DATABASES, SHOW TABLES FROM db or DESCRIBE db.table as a statement of its own',
    );
  }
  if (node.class === 'PARAMETER') {
    throw new LakeError('SQL_INVALID', 'the statement has a parameter; write its value instead');
  }
  if (type === 'COLUMN_DATA' || type === 'DELIM_GET' || type === 'BOUND_TABLE_REF') {
    throw new LakeError('SQL_DENIED', `${type} is not a table of the lake`);
  }
}

function tableRef(node: Node, ctes: ReadonlySet<string>, scope: StatementScope): TableRef | undefined {
  const name = textOf(node, 'table_name');
  const schema = textOf(node, 'schema_name');
  if (schema === '' && ctes.has(name.toLowerCase())) return undefined;
  if (textOf(node, 'catalog_name') !== '') {
    const given = `${textOf(node, 'catalog_name')}.${schema}.${name}`;
    throw new LakeError('SQL_DENIED', `${given} has three parts; name tables as database.table`);
  }
  const mark = name.lastIndexOf(TRAVEL_MARK);
  const travel = mark < 0 ? undefined : scope.travels[Number(name.slice(mark + TRAVEL_MARK.length))];
  const table = mark < 0 ? name : name.slice(0, mark);
  return {
    node,
    database: schema === '' ? scope.defaultDatabase : schema,
    table,
    alias: textOf(node, 'alias') || table,
    travel: travel ?? scope.travel,
  };
}
