// Paimon's logical data types as plain data. Parsing and printing lie beside it in parse.ts and print.ts.

/**
 * The largest length of CHAR, VARCHAR, BINARY and VARBINARY: VARCHAR of it is STRING, VARBINARY of it BYTES.
 */
export const LENGTH_MAX = 2147483647;

/**
 * One of Paimon's types.
 *
 * Shape   `kind` is the type's name; `nullable` is false for `NOT NULL`.
 * Units   `length` characters or bytes; `precision` digits (DECIMAL) or fractional digits (TIME, TIMESTAMP).
 * Source  Paimon, types/DataTypes.java.
 */
export type DataType =
  | { readonly kind: SimpleKind; readonly nullable: boolean }
  | { readonly kind: LengthKind; readonly nullable: boolean; readonly length: number }
  | {
      readonly kind: 'DECIMAL';
      readonly nullable: boolean;
      readonly precision: number;
      readonly scale: number;
    }
  | { readonly kind: TimeKind; readonly nullable: boolean; readonly precision: number }
  | { readonly kind: 'ARRAY'; readonly nullable: boolean; readonly element: DataType }
  | { readonly kind: 'MULTISET'; readonly nullable: boolean; readonly element: DataType }
  | { readonly kind: 'MAP'; readonly nullable: boolean; readonly key: DataType; readonly value: DataType }
  | { readonly kind: 'ROW'; readonly nullable: boolean; readonly fields: readonly Field[] };

export type SimpleKind = 'BOOLEAN' | 'TINYINT' | 'SMALLINT' | 'INT' | 'BIGINT' | 'FLOAT' | 'DOUBLE' | 'DATE';
export type LengthKind = 'CHAR' | 'VARCHAR' | 'BINARY' | 'VARBINARY';
/** TIMESTAMP_LTZ is `TIMESTAMP(p) WITH LOCAL TIME ZONE`. */
export type TimeKind = 'TIME' | 'TIMESTAMP' | 'TIMESTAMP_LTZ';
export type TypeKind = DataType['kind'];

/**
 * A column of a table or a field of a ROW.
 *
 * Shape   `id` is unique in the table and never reused; `description` and `defaultValue` are absent when not
 *         set.
 * Source  Paimon, types/DataField.java.
 */
export interface Field {
  readonly id: number;
  readonly name: string;
  readonly type: DataType;
  readonly description?: string;
  readonly defaultValue?: string;
}

/**
 * True when both types are the same, nullability included only if `strict`. Nested fields are compared by id,
 * name and type.
 */
export function sameType(a: DataType, b: DataType, strict = false): boolean {
  if (a.kind !== b.kind || (strict && a.nullable !== b.nullable)) return false;
  switch (a.kind) {
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return a.length === (b as typeof a).length;
    case 'DECIMAL':
      return a.precision === (b as typeof a).precision && a.scale === (b as typeof a).scale;
    case 'TIME':
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return a.precision === (b as typeof a).precision;
    case 'ARRAY':
    case 'MULTISET':
      return sameType(a.element, (b as typeof a).element, strict);
    case 'MAP':
      return sameType(a.key, (b as typeof a).key, strict) && sameType(a.value, (b as typeof a).value, strict);
    case 'ROW': {
      const other = (b as typeof a).fields;
      return (
        a.fields.length === other.length &&
        a.fields.every((f, i) => {
          const g = other[i];
          return g !== undefined && f.id === g.id && f.name === g.name && sameType(f.type, g.type, strict);
        })
      );
    }
    default:
      return true;
  }
}

/** The same type, nullable or not. */
export function withNullable(type: DataType, nullable: boolean): DataType {
  return type.nullable === nullable ? type : { ...type, nullable };
}
