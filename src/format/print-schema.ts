// A schema as the text Java writes into schema/schema-<id>, byte for byte.
import { printFieldJson } from '../base/index.ts';
import type { TableSchema } from './schema.ts';

/**
 * The text of a schema file.
 *
 * Shape   members in Java's order, in the layout of Jackson's pretty printer. `options` in the order they
 *         have; Java's own order is that of its hash map, which means nothing.
 * Source  Paimon, schema/SchemaSerializer.java, utils/JsonSerdeUtil.java.
 */
export function printSchema(schema: TableSchema): string {
  return prettyJson(
    {
      version: schema.version,
      id: schema.id,
      fields: schema.fields.map(printFieldJson),
      highestFieldId: schema.highestFieldId,
      partitionKeys: schema.partitionKeys,
      primaryKeys: schema.primaryKeys,
      options: schema.options,
      comment: schema.comment,
      timeMillis: schema.timeMillis,
    },
    '',
  );
}

/** JSON as Jackson's DefaultPrettyPrinter lays it out: objects over lines, arrays within one. */
function prettyJson(value: unknown, indent: string): string {
  if (typeof value === 'string') return jacksonText(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return '[ ]';
    return `[ ${value.map((item) => prettyJson(item, indent)).join(', ')} ]`;
  }
  const inner = `${indent}  `;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `${inner}${jacksonText(name)} : ${prettyJson(member, inner)}`);
  return members.length === 0 ? '{ }' : `{\n${members.join(',\n')}\n${indent}}`;
}

/** Jackson writes control characters that have no short escape with upper-case digits. */
function jacksonText(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll(
    /(\\\\)|\\u00([0-9a-f]{2})/g,
    (whole, backslash, digits) => (backslash === undefined ? `\\u00${String(digits).toUpperCase()}` : whole),
  );
}
