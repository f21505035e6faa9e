// Batches as JavaScript objects, for callers that want rows. Made at the edge only; nothing inside works on
// them.
import type { DataType } from '../../base/index.ts';
import {
  type Batch,
  type BoolVector,
  type BytesVector,
  type FloatVector,
  type IntVector,
  isValid,
  type ListVector,
  type LongVector,
  type StructVector,
  type Vector,
} from '../arrow/index.ts';
import { plainColumn, type TextOf } from './plain-column.ts';

/**
 * A value of a row.
 *
 * Shape   BOOLEAN boolean · TINYINT, SMALLINT, INT, FLOAT, DOUBLE number · BIGINT bigint · CHAR, VARCHAR,
 *         STRING string · BINARY, VARBINARY, BYTES Uint8Array (a copy) · ARRAY array · MAP Map · MULTISET Map
 *         from element to count · ROW object. Types JavaScript has no exact value for are text: DECIMAL with
 *         its full scale (`'1.50'`), DATE `'yyyy-mm-dd'`, TIME `'hh:mm:ss.mmm'`, TIMESTAMP
 *         `'yyyy-mm-ddThh:mm:ss.nnnnnnnnn'`, local-zoned the same plus `Z`. A JavaScript Date would lose
 *         digits below the millisecond and give a TIMESTAMP a zone it does not have; `new Date(text)` makes
 *         one where that is wanted. Null is null.
 */
export type RowValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly RowValue[]
  | ReadonlyMap<RowValue, RowValue>
  | Row;

/** A row: its columns by name, in schema order. */
export interface Row {
  readonly [column: string]: RowValue;
}

/** The rows of a batch as objects, one after the other. */
export function* rowsOf(batch: Batch): Generator<Row, void, undefined> {
  const row = rowReader(batch);
  for (let i = 0; i < batch.rowCount; i++) yield row(i);
}

/** Reads single rows of a batch as objects. */
export function rowReader(batch: Batch): (i: number) => Row {
  return objectReader(batch.fields, batch.columns);
}

type Read = (i: number) => RowValue;

function objectReader(
  fields: readonly { readonly name: string; readonly type: DataType }[],
  columns: readonly Vector[],
): (i: number) => Row {
  const reads = fields.map((field, c) => columnReader(field.type, columns[c] as Vector));
  const names = fields.map((field) => field.name);
  const plain = !names.includes('__proto__');
  return (i) => {
    const row: Record<string, RowValue> = {};
    for (let c = 0; c < reads.length; c++) {
      const value = (reads[c] as Read)(i);
      if (plain) row[names[c] as string] = value;
      else define(row, names[c] as string, value);
    }
    return row;
  };
}

// Assigning `__proto__` would set the prototype instead of a column.
function define(row: Record<string, RowValue>, name: string, value: RowValue): void {
  Object.defineProperty(row, name, { value, enumerable: true, configurable: true, writable: true });
}

function columnReader(type: DataType, vector: Vector): Read {
  const read = valueReader(type, vector);
  return vector.validity === null ? read : (i) => (isValid(vector, i) ? read(i) : null);
}

function valueReader(type: DataType, vector: Vector): Read {
  switch (type.kind) {
    case 'BOOLEAN': {
      const { values } = vector as BoolVector;
      return (i) => (((values[i >> 3] as number) >> (i & 7)) & 1) === 1;
    }
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
    case 'FLOAT':
    case 'DOUBLE': {
      const { values } = vector as IntVector | LongVector | FloatVector;
      return (i) => values[i] as number | bigint;
    }
    case 'BINARY':
    case 'VARBINARY': {
      const { values, offsets } = vector as BytesVector;
      return (i) => values.slice(offsets[i], offsets[i + 1]);
    }
    case 'ARRAY': {
      const { offsets, child } = vector as ListVector;
      const read = columnReader(type.element, child);
      return (i) => {
        const start = offsets[i] as number;
        return Array.from({ length: (offsets[i + 1] as number) - start }, (_, j) => read(start + j));
      };
    }
    case 'MAP':
      return mapReader(type.key, type.value, vector as ListVector);
    case 'MULTISET':
      return mapReader(type.element, { kind: 'INT', nullable: false }, vector as ListVector);
    case 'ROW':
      return objectReader(type.fields, (vector as StructVector).children);
    default:
      return plainColumn(type, vector) as TextOf;
  }
}

function mapReader(key: DataType, value: DataType, { offsets, child }: ListVector): Read {
  const [keys, values] = (child as StructVector).children as [Vector, Vector];
  const keyOf = columnReader(key, keys);
  const cellOf = columnReader(value, values);
  return (i) => {
    const map = new Map<RowValue, RowValue>();
    const end = offsets[i + 1] as number;
    for (let j = offsets[i] as number; j < end; j++) map.set(keyOf(j), cellOf(j));
    return map;
  };
}
