// Paimon's types as Arrow types. apache-arrow is handed in, because loading it is left until a stream is
// asked for.
import type * as ArrowModule from 'apache-arrow';
import { type DataType, type Field, printType } from '../../base/index.ts';

export type Arrow = typeof ArrowModule;

/** Names of the field metadata every column and nested field carries. */
export const TYPE_KEY = 'paimon.type';
export const ID_KEY = 'paimon.id';
export const DESCRIPTION_KEY = 'paimon.description';

/**
 * The Arrow schema of columns.
 *
 * Shape   every field is nullable (files may hold nulls a later schema forbids); metadata keeps Paimon's type
 *         text, `NOT NULL` included, the field id and the description.
 */
export function arrowSchema(arrow: Arrow, fields: readonly Field[]): ArrowModule.Schema {
  return new arrow.Schema(fields.map((field) => arrowField(arrow, field)));
}

function arrowField(arrow: Arrow, field: Field): ArrowModule.Field {
  const metadata = new Map([
    [TYPE_KEY, printType(field.type)],
    [ID_KEY, String(field.id)],
  ]);
  if (field.description !== undefined) metadata.set(DESCRIPTION_KEY, field.description);
  return new arrow.Field(field.name, arrowType(arrow, field.type), true, metadata);
}

/** The Arrow type whose memory layout a Paimon type has, or the nearest one. */
export function arrowType(arrow: Arrow, type: DataType): ArrowModule.DataType {
  switch (type.kind) {
    case 'BOOLEAN':
      return new arrow.Bool();
    case 'TINYINT':
      return new arrow.Int8();
    case 'SMALLINT':
      return new arrow.Int16();
    case 'INT':
      return new arrow.Int32();
    case 'BIGINT':
      return new arrow.Int64();
    case 'FLOAT':
      return new arrow.Float32();
    case 'DOUBLE':
      return new arrow.Float64();
    case 'DECIMAL':
      return new arrow.Decimal(type.scale, type.precision, 128);
    case 'CHAR':
    case 'VARCHAR':
      return new arrow.Utf8();
    case 'BINARY':
    case 'VARBINARY':
      return new arrow.Binary();
    case 'DATE':
      return new arrow.DateDay();
    case 'TIME':
      return new arrow.TimeMillisecond();
    case 'TIMESTAMP':
      return timestampType(arrow, type.precision, null);
    case 'TIMESTAMP_LTZ':
      return timestampType(arrow, type.precision, 'UTC');
    case 'ARRAY':
      return new arrow.List(new arrow.Field('item', arrowType(arrow, type.element), true));
    case 'MAP':
      return mapType(arrow, type.key, type.value);
    case 'MULTISET':
      return mapType(arrow, type.element, { kind: 'INT', nullable: false });
    case 'ROW':
      return new arrow.Struct(type.fields.map((field) => arrowField(arrow, field)));
  }
}

function timestampType(arrow: Arrow, precision: number, zone: string | null): ArrowModule.DataType {
  return precision > 6 ? new arrow.TimestampNanosecond(zone) : new arrow.TimestampMicrosecond(zone);
}

function mapType(arrow: Arrow, key: DataType, value: DataType): ArrowModule.DataType {
  const entries = new arrow.Struct<{ key: ArrowModule.DataType; value: ArrowModule.DataType }>([
    new arrow.Field('key', arrowType(arrow, key), false),
    new arrow.Field('value', arrowType(arrow, value), true),
  ]);
  return new arrow.Map_(new arrow.Field('entries', entries, false));
}
