// Conditions over columns as plain data: what planning prunes by, what the reader filters by.

/**
 * A literal in the memory form of its column's type: boolean; number for TINYINT..INT, FLOAT, DOUBLE, DATE
 * (days), TIME (ms); bigint for BIGINT, DECIMAL (unscaled, at the column's scale), TIMESTAMP (microseconds if
 * precision <= 6, else nanoseconds); string for CHAR/VARCHAR; Uint8Array for BINARY/VARBINARY.
 */
export type Literal = boolean | number | bigint | string | Uint8Array;

/**
 * A condition over the columns of one schema, with SQL's three-valued logic (null never matches).
 *
 * Shape   `column` is a top-level column name of the schema it is stated over. `like` patterns are SQL LIKE
 *         with `%`, `_`, no escape.
 */
export type Predicate =
  | { readonly kind: 'and' | 'or'; readonly children: readonly Predicate[] }
  | { readonly kind: 'not'; readonly child: Predicate }
  | {
      readonly kind: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';
      readonly column: string;
      readonly value: Literal;
    }
  | { readonly kind: 'in'; readonly column: string; readonly values: readonly Literal[] }
  | { readonly kind: 'isNull' | 'isNotNull'; readonly column: string }
  | { readonly kind: 'like'; readonly column: string; readonly pattern: string }
  | { readonly kind: 'true' | 'false' };
