// Text put into DuckDB statements: quoted names and strings, and Paimon's types as DuckDB writes them.
// Nothing else builds SQL by hand.
import type { DataType } from '../base/index.ts';

/** A name as a quoted SQL identifier. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A string as a quoted SQL literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * The DuckDB type that holds values of a Paimon type inside the engine.
 *
 * Limits  TIMESTAMP(7..9) becomes TIMESTAMP_NS (years 1678 to 2262); TIMESTAMP_LTZ of any precision holds
 *         microseconds.
 */
export function duckTypeOf(type: DataType): string {
  switch (type.kind) {
    case 'INT':
      return 'INTEGER';
    case 'CHAR':
    case 'VARCHAR':
      return 'VARCHAR';
    case 'BINARY':
    case 'VARBINARY':
      return 'BLOB';
    case 'DECIMAL':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'TIMESTAMP':
      return type.precision <= 6 ? 'TIMESTAMP' : 'TIMESTAMP_NS';
    case 'TIMESTAMP_LTZ':
      return 'TIMESTAMPTZ';
    case 'ARRAY':
      return `${duckTypeOf(type.element)}[]`;
    case 'MAP':
      return `MAP(${duckTypeOf(type.key)}, ${duckTypeOf(type.value)})`;
    case 'MULTISET':
      return `MAP(${duckTypeOf(type.element)}, INTEGER)`;
    case 'ROW':
      return `STRUCT(${type.fields.map((f) => `${quoteName(f.name)} ${duckTypeOf(f.type)}`).join(', ')})`;
    default:
      return type.kind;
  }
}
