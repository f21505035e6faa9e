// Partitions and keys as the text system tables show.
import type { DataType } from '../../base/index.ts';
import { decodeRow, type Value } from '../../codec/index.ts';
import { castText, objectText, partitionFields, type TableSchema } from '../../format/index.ts';

/**
 * Text of partition rows: `{2026-01-01, null}`, `{}` for tables without partitions. Source: Java's cast of
 * ROW to STRING.
 */
export function partitionRowText(schema: TableSchema): (row: Uint8Array, file: string) => string {
  const fields = partitionFields(schema);
  const types = fields.map((field) => field.type);
  const type: DataType = { kind: 'ROW', nullable: false, fields };
  let last: { readonly row: Uint8Array; readonly text: string } | undefined;
  return (row, file) => {
    if (last?.row !== row) last = { row, text: castText(type, decodeRow(types, row, file)) ?? '' };
    return last.text;
  };
}

/**
 * `toString` of a value inside Java. Where Java prints the address of an object, it is printed so that it
 * says something: bytes as lower-case hex, nested values as their cast to STRING.
 */
export function valueText(type: DataType, value: Value): string {
  return (
    objectText(type, value) ??
    (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : (castText(type, value) ?? 'null'))
  );
}
