// The part of a condition that a Parquet reader may use to skip row groups, as SQL over the file's own
// column names.
import type { Field } from '../../base/index.ts';
import type { Literal, Predicate } from '../../format/index.ts';

/** Values of an IN list that are still worth writing into SQL. */
const IN_VALUES_MAX = 1000;

/**
 * SQL that every row matching the conjuncts fulfils, undefined when nothing can be said.
 *
 * Shape   `columnOf` gives the file's field of a column whose values are read unchanged. Only whole numbers,
 *         dates and text are compared: there the engine's order is Java's. What is left out is left to the
 *         filter over batches.
 */
export function whereSql(
  conjuncts: readonly Predicate[],
  columnOf: (column: string) => Field | undefined,
): string | undefined {
  const parts = conjuncts.map((conjunct) => sqlOf(conjunct, columnOf)).filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(' AND ');
}

const OPERATORS = { eq: '=', ne: '<>', lt: '<', le: '<=', gt: '>', ge: '>=' } as const;

function sqlOf(predicate: Predicate, columnOf: (column: string) => Field | undefined): string | undefined {
  switch (predicate.kind) {
    case 'and': {
      const sql = whereSql(predicate.children, columnOf);
      return sql === undefined ? undefined : `(${sql})`;
    }
    case 'or': {
      const parts = predicate.children.map((child) => sqlOf(child, columnOf));
      return parts.includes(undefined) || parts.length === 0 ? undefined : `(${parts.join(' OR ')})`;
    }
    case 'eq':
    case 'ne':
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge': {
      const field = columnOf(predicate.column);
      const value = field === undefined ? undefined : literalSql(field, predicate.value);
      if (field === undefined || value === undefined) return undefined;
      return `${quote(field.name)} ${OPERATORS[predicate.kind]} ${value}`;
    }
    case 'in': {
      const field = columnOf(predicate.column);
      if (field === undefined || predicate.values.length === 0 || predicate.values.length > IN_VALUES_MAX) {
        return undefined;
      }
      const values = predicate.values.map((value) => literalSql(field, value));
      return values.includes(undefined) ? undefined : `${quote(field.name)} IN (${values.join(', ')})`;
    }
    case 'isNull':
    case 'isNotNull': {
      const field = columnOf(predicate.column);
      if (field === undefined) return undefined;
      return `${quote(field.name)} IS ${predicate.kind === 'isNull' ? '' : 'NOT '}NULL`;
    }
    default:
      return undefined;
  }
}

function literalSql(field: Field, value: Literal): string | undefined {
  switch (field.type.kind) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
      return typeof value === 'number' || typeof value === 'bigint' ? value.toString() : undefined;
    case 'DATE':
      return typeof value === 'number' ? `(DATE '1970-01-01' + (${value})::INTEGER)` : undefined;
    case 'CHAR':
    case 'VARCHAR':
      return typeof value === 'string' && !value.includes('\0')
        ? `'${value.replaceAll("'", "''")}'`
        : undefined;
    default:
      return undefined;
  }
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
