// Columns in Arrow's memory layout. Everything that moves rows moves these; JavaScript row objects exist only
// at the edges (rows.ts, jsonl.ts). A vector is immutable once handed on.
import type { DataType, Field } from '../../base/index.ts';

/**
 * One column of a batch.
 *
 * Shape   `validity`: one bit a row, least significant bit first, 1 = valid; null = every row valid. Bits
 *         beyond `length` mean nothing. Contents of a null slot mean nothing (offsets of a null slot are
 *         still monotone).
 *
 * Which layout a Paimon type takes (`layoutOf`):
 *   BOOLEAN                                   bool    one bit a row
 *   TINYINT SMALLINT INT                      i8 i16 i32
 *   DATE                                      i32     days since 1970-01-01
 *   TIME(p)                                   i32     milliseconds of the day
 *   BIGINT                                    i64
 *   FLOAT DOUBLE                              f32 f64
 *   DECIMAL(p <= 18, s)                       i64     unscaled value
 *   DECIMAL(p > 18, s)                        i128    unscaled value
 *   TIMESTAMP(p <= 6), TIMESTAMP_LTZ(p <= 6)  i64     microseconds since 1970-01-01T00:00:00
 *   TIMESTAMP(p > 6), TIMESTAMP_LTZ(p > 6)    i128    nanoseconds since 1970-01-01T00:00:00 (any Java year)
 *   CHAR VARCHAR                              bytes   UTF-8
 *   BINARY VARBINARY                          bytes
 *   ARRAY                                     list    child: the elements
 *   MAP                                       list    child: struct of [key, value]
 *   MULTISET                                  list    child: struct of [element, i32 count]
 *   ROW                                       struct  children in field order
 */
export type Vector =
  | BoolVector
  | IntVector
  | LongVector
  | FloatVector
  | WideVector
  | BytesVector
  | ListVector
  | StructVector;

interface VectorBase {
  readonly length: number;
  readonly validity: Uint8Array | null;
}
export interface BoolVector extends VectorBase {
  readonly layout: 'bool';
  /** One bit a row, least significant bit first. */
  readonly values: Uint8Array;
}
export interface IntVector extends VectorBase {
  readonly layout: 'i8' | 'i16' | 'i32';
  readonly values: Int8Array | Int16Array | Int32Array;
}
export interface LongVector extends VectorBase {
  readonly layout: 'i64';
  readonly values: BigInt64Array;
}
export interface FloatVector extends VectorBase {
  readonly layout: 'f32' | 'f64';
  readonly values: Float32Array | Float64Array;
}
export interface WideVector extends VectorBase {
  readonly layout: 'i128';
  /** Two words a row: low (unsigned bits), then high (signed); little-endian 128-bit two's complement. */
  readonly values: BigInt64Array;
}
export interface BytesVector extends VectorBase {
  readonly layout: 'bytes';
  /** length + 1 entries, monotone, offsets[0] may be > 0. */
  readonly offsets: Int32Array;
  readonly values: Uint8Array;
}
export interface ListVector extends VectorBase {
  readonly layout: 'list';
  /** length + 1 entries, monotone, offsets[0] may be > 0. */
  readonly offsets: Int32Array;
  readonly child: Vector;
}
export interface StructVector extends VectorBase {
  readonly layout: 'struct';
  readonly children: readonly Vector[];
}
export type Layout = Vector['layout'];

/**
 * Rows as columns.
 *
 * Shape   `columns[i]` belongs to `fields[i]` and has `rowCount` rows.
 * Limits  producers close a batch at `BATCH_ROWS_MAX` rows or `BATCH_BYTES_TARGET` bytes, whichever comes
 *         first (one row may exceed it).
 */
export interface Batch {
  readonly fields: readonly Field[];
  readonly rowCount: number;
  readonly columns: readonly Vector[];
}

/** The memory layout a Paimon type takes in a vector. See `Vector`. */
export function layoutOf(type: DataType): Layout {
  switch (type.kind) {
    case 'BOOLEAN':
      return 'bool';
    case 'TINYINT':
      return 'i8';
    case 'SMALLINT':
      return 'i16';
    case 'INT':
    case 'DATE':
    case 'TIME':
      return 'i32';
    case 'BIGINT':
      return 'i64';
    case 'FLOAT':
      return 'f32';
    case 'DOUBLE':
      return 'f64';
    case 'DECIMAL':
      return type.precision <= 18 ? 'i64' : 'i128';
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return type.precision <= 6 ? 'i64' : 'i128';
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return 'bytes';
    case 'ARRAY':
    case 'MAP':
    case 'MULTISET':
      return 'list';
    case 'ROW':
      return 'struct';
  }
}

/** True when row `i` holds a value. */
export function isValid(vector: Vector, i: number): boolean {
  const v = vector.validity;
  return v === null || (((v[i >> 3] as number) >> (i & 7)) & 1) === 1;
}

/** The 128-bit integer at row `i` of a wide vector. */
export function wideAt(vector: WideVector, i: number): bigint {
  const low = BigInt.asUintN(64, vector.values[2 * i] as bigint);
  return ((vector.values[2 * i + 1] as bigint) << 64n) | low;
}
