// DataType into the text and the JSON that Paimon writes.
import { type DataType, type Field, LENGTH_MAX } from './data-type.ts';

/** A type as schema JSON holds it: text, or an object for ARRAY, MAP, MULTISET and ROW. */
export type TypeJson = string | { readonly [member: string]: unknown };

/**
 * A type in the form Java writes into schema files.
 *
 * Source  Paimon, types/DataType.java (serializeJson).
 */
export function printTypeJson(type: DataType): TypeJson {
  switch (type.kind) {
    case 'ARRAY':
    case 'MULTISET':
      return { type: withSuffix(type.kind, type), element: printTypeJson(type.element) };
    case 'MAP':
      return {
        type: withSuffix('MAP', type),
        key: printTypeJson(type.key),
        value: printTypeJson(type.value),
      };
    case 'ROW':
      return { type: withSuffix('ROW', type), fields: type.fields.map(printFieldJson) };
    default:
      return printType(type);
  }
}

/** A field in the form Java writes into schema files, members in Java's order. */
export function printFieldJson(field: Field): TypeJson {
  return {
    id: field.id,
    name: field.name,
    type: printTypeJson(field.type),
    ...(field.description === undefined ? {} : { description: field.description }),
    ...(field.defaultValue === undefined ? {} : { defaultValue: field.defaultValue }),
  };
}

/**
 * A type as SQL text: `DECIMAL(10, 2) NOT NULL`, `ARRAY<INT>`, `` ROW<`a` INT> ``.
 *
 * Source  Paimon, types/DataType.java (asSQLString), types/DataField.java.
 */
export function printType(type: DataType): string {
  return withSuffix(nameOf(type), type);
}

function withSuffix(name: string, type: DataType): string {
  return type.nullable ? name : `${name} NOT NULL`;
}

function nameOf(type: DataType): string {
  switch (type.kind) {
    case 'VARCHAR':
      return type.length === LENGTH_MAX ? 'STRING' : `VARCHAR(${type.length})`;
    case 'VARBINARY':
      return type.length === LENGTH_MAX ? 'BYTES' : `VARBINARY(${type.length})`;
    case 'CHAR':
    case 'BINARY':
      return `${type.kind}(${type.length})`;
    case 'DECIMAL':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'TIME':
    case 'TIMESTAMP':
      return `${type.kind}(${type.precision})`;
    case 'TIMESTAMP_LTZ':
      return `TIMESTAMP(${type.precision}) WITH LOCAL TIME ZONE`;
    case 'ARRAY':
    case 'MULTISET':
      return `${type.kind}<${printType(type.element)}>`;
    case 'MAP':
      return `MAP<${printType(type.key)}, ${printType(type.value)}>`;
    case 'ROW':
      return `ROW<${type.fields.map(printField).join(', ')}>`;
    default:
      return type.kind;
  }
}

function printField(field: Field): string {
  const name = `\`${field.name.replaceAll('`', '``')}\``;
  const comment = field.description?.replaceAll("'", "''");
  const fallback = field.defaultValue;
  return (
    `${name} ${printType(field.type)}` +
    (comment === undefined || comment === '' ? '' : ` COMMENT '${comment}'`) +
    (fallback === undefined ? '' : ` DEFAULT ${fallback}`)
  );
}
