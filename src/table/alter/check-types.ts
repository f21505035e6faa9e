// Which types a column may have for what it is and for the files it is stored in.
import { type DataType, type Field, printType, unsupported } from '../../base/index.ts';
import type { TableSchema } from '../../format/index.ts';
import { refused } from './refuse.ts';

/** Formats that a table made here may have. ORC is for others to write. */
const FORMATS = ['parquet', 'orc', 'avro'];
const AVRO_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const AVRO_TIMESTAMP_PRECISION_MAX = 6;
const AVRO_TIME_PRECISION_MAX = 3;

/** True for ARRAY, MULTISET, MAP and ROW. */
export function isNested(type: DataType): boolean {
  return ['ARRAY', 'MULTISET', 'MAP', 'ROW'].includes(type.kind);
}

/**
 * Refuses nested types where a value must be compared as a whole. `what` the columns are for.
 *
 * Source  Paimon, schema/SchemaValidation.java (validateOnlyContainPrimitiveType).
 */
export function checkAtomic(fields: readonly Field[], names: readonly string[], what: string): void {
  for (const name of names) {
    const field = fields.find((candidate) => candidate.name === name);
    if (field === undefined) throw refused(`Column ${name} of the ${what} does not exist.`, { column: name });
    if (!isNested(field.type)) continue;
    throw refused(`Column ${name} of the ${what} has the nested type ${printType(field.type)}.`, {
      column: name,
    });
  }
}

/**
 * Refuses columns that the table's file format cannot hold.
 *
 * Errors  `SCHEMA_INVALID` naming the column; `FEATURE_UNSUPPORTED` for another format.
 * Source  Paimon, format/FileFormat.java (validateDataFields), avro/AvroSchemaConverter.java.
 */
export function checkFormat({ fields, options }: TableSchema): void {
  const format = (options['file.format'] ?? 'parquet').toLowerCase();
  if (!FORMATS.includes(format)) {
    throw unsupported('file.format', `Option 'file.format' = '${format}' is not supported.`);
  }
  if (format !== 'avro') return;
  for (const { name, type } of fields) checkAvro(type, name);
}

function checkAvro(type: DataType, column: string): void {
  switch (type.kind) {
    case 'TIME':
      checkPrecision(type, column, AVRO_TIME_PRECISION_MAX);
      return;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      checkPrecision(type, column, AVRO_TIMESTAMP_PRECISION_MAX);
      return;
    case 'ARRAY':
    case 'MULTISET':
      checkAvro(type.element, column);
      return;
    case 'MAP':
      checkAvro(type.key, column);
      checkAvro(type.value, column);
      return;
    case 'ROW':
      for (const field of type.fields) {
        const inside = `${column}.${field.name}`;
        if (!AVRO_NAME.test(field.name)) {
          throw refused(`Column ${inside}: Avro takes no such name.`, { column: inside });
        }
        checkAvro(field.type, inside);
      }
      return;
    default:
  }
}

function checkPrecision(type: DataType & { readonly precision: number }, column: string, max: number): void {
  if (type.precision <= max) return;
  throw refused(`Column ${column}: Avro holds ${type.kind} up to precision ${max}, not ${type.precision}.`, {
    column,
  });
}
