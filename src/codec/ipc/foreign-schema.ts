// Arrow's schema as columns of Paimon's types, for data that others wrote.
import { type DataType, type Field, LakeError, NESTING_DEPTH_MAX, unsupported } from '../../base/index.ts';
import type { FlatTable } from './flat-table.ts';

/**
 * How the buffers of a column lie, and what they become.
 *
 *   null              nothing; a column of nulls
 *   bits              one bit a value
 *   fixed             `bytes` a value, kept as they are
 *   convert           `bytes` a value, each made anew by `convert`
 *   bytes             offsets of 32 bits, bytes
 *   long-bytes        offsets of 64 bits, bytes
 *   view-bytes        16 bytes a value: a length, and the bytes or where they lie; variadic buffers
 *   same-bytes        `bytes` a value of binary
 *   list, long-list   offsets of 32 or 64 bits, a child
 *   same-list         `items` of the child a value
 *   struct            children
 */
export type ArrowShape =
  | { readonly kind: 'null' | 'bits' | 'bytes' | 'long-bytes' | 'view-bytes' }
  | { readonly kind: 'fixed'; readonly bytes: number }
  | { readonly kind: 'convert'; readonly bytes: number; readonly convert: Convert }
  | { readonly kind: 'same-bytes'; readonly bytes: number }
  | { readonly kind: 'list' | 'long-list'; readonly child: ArrowColumn }
  | { readonly kind: 'same-list'; readonly items: number; readonly child: ArrowColumn }
  | { readonly kind: 'struct'; readonly children: readonly ArrowColumn[] };

/** The value that stands at a byte of a buffer. */
export type Convert = (view: DataView, at: number) => number | bigint;

/** A column: its name and type, how it lies, and the dictionary its values are numbers of. */
export interface ArrowColumn {
  readonly field: Field;
  readonly shape: ArrowShape;
  readonly dictionary?: { readonly id: number; readonly index: ArrowShape };
}

/**
 * The columns of a schema.
 *
 * Shape   int8 to int64 TINYINT to BIGINT · unsigned ones the next wider type, uint64 DECIMAL(20, 0) ·
 *         float16, float32 FLOAT · float64 DOUBLE · decimals DECIMAL · date32 DATE · date64 TIMESTAMP(3) ·
 *         times TIME(3), more digits refused · timestamps TIMESTAMP(0, 3, 6 or 9), local-zoned with a zone ·
 *         utf8 STRING · binary BYTES · lists ARRAY · map MAP · struct ROW; dictionaries as their values, null
 *         as a column of nulls.
 * Errors  FEATURE_UNSUPPORTED naming column and type for interval, duration, union, list views, run-end
 *         encoding, big-endian data and decimals of more than 38 digits.
 * Source  apache/arrow, format/Schema.fbs.
 */
export function columnsOfSchema(schema: FlatTable): readonly ArrowColumn[] {
  if (schema.short(0) !== 0) throw unsupported('big-endian', 'Arrow data is big-endian, which is not read.');
  return schema.tables(1).map((field, id) => columnOf(field, { id, path: '', depth: 0 }));
}

interface Place {
  readonly id: number;
  /** The names around it, with a dot behind. */
  readonly path: string;
  readonly depth: number;
}

function columnOf(given: FlatTable, place: Place): ArrowColumn {
  const name = given.text(0) ?? '';
  const path = `${place.path}${name}`;
  if (place.depth > NESTING_DEPTH_MAX)
    throw new LakeError(
      'LIMIT_EXCEEDED',
      `Column ${path}: types are nested deeper than ${NESTING_DEPTH_MAX}.`,
    );
  const children = given
    .tables(5)
    .map((child, id) => columnOf(child, { id, path: `${path}.`, depth: place.depth + 1 }));
  const typed = typeOf(given, children, path);
  const field: Field = { id: place.id, name, type: typed.type };
  const encoding = given.table(4);
  if (encoding === undefined) return { field, shape: typed.shape };
  const index = intOf(encoding.table(1));
  return { field, shape: typed.shape, dictionary: { id: encoding.count(0), index: index.shape } };
}

interface Typed {
  readonly type: DataType;
  readonly shape: ArrowShape;
}

const nullable = true;
const LENGTH = 2147483647;
const TEXT: DataType = { kind: 'VARCHAR', nullable, length: LENGTH };
const BYTES: DataType = { kind: 'VARBINARY', nullable, length: LENGTH };

/** Numbers of `Type` in Schema.fbs that are not read. */
const NAMES: Readonly<Record<number, string>> = {
  11: 'interval',
  14: 'union',
  18: 'duration',
  22: 'run-end encoded',
  25: 'list view',
  26: 'large list view',
};

function typeOf(given: FlatTable, children: readonly ArrowColumn[], path: string): Typed {
  const number = given.byte(2);
  const type = given.table(3);
  const [child] = children;
  switch (number) {
    case 1:
      return { type: { kind: 'INT', nullable }, shape: { kind: 'null' } };
    case 2:
      return intOf(type);
    case 3:
      return floatOf(type?.short(0) ?? 0);
    case 4:
      return { type: BYTES, shape: { kind: 'bytes' } };
    case 5:
      return { type: TEXT, shape: { kind: 'bytes' } };
    case 6:
      return { type: { kind: 'BOOLEAN', nullable }, shape: { kind: 'bits' } };
    case 7:
      return decimalOf(type, path);
    case 8:
      return dateOf(type?.short(0, 1) ?? 1);
    case 9:
      return timeOf(type?.short(0, 1) ?? 1, path);
    case 10:
      return timestampOf(type?.short(0) ?? 0, type?.text(1) !== undefined);
    case 13:
      return structOf(children);
    case 15:
      return { type: BYTES, shape: { kind: 'same-bytes', bytes: type?.int(0) ?? 0 } };
    case 19:
      return { type: BYTES, shape: { kind: 'long-bytes' } };
    case 20:
      return { type: TEXT, shape: { kind: 'long-bytes' } };
    case 23:
      return { type: BYTES, shape: { kind: 'view-bytes' } };
    case 24:
      return { type: TEXT, shape: { kind: 'view-bytes' } };
    default:
      if (child !== undefined) {
        const list = listOf(number, type, child);
        if (list !== undefined) return list;
      }
      throw unsupported('Arrow type', `Column ${path}: ${NAMES[number] ?? `type ${number}`} is not read.`);
  }
}

function listOf(number: number, type: FlatTable | undefined, child: ArrowColumn): Typed | undefined {
  const array: DataType = { kind: 'ARRAY', nullable, element: child.field.type };
  switch (number) {
    case 12:
      return { type: array, shape: { kind: 'list', child } };
    case 16:
      return { type: array, shape: { kind: 'same-list', items: type?.int(0) ?? 0, child } };
    case 17: {
      if (child.field.type.kind !== 'ROW' || child.field.type.fields.length !== 2) return undefined;
      const [key, value] = child.field.type.fields as readonly [Field, Field];
      const map: DataType = {
        kind: 'MAP',
        nullable,
        key: { ...key.type, nullable: false },
        value: value.type,
      };
      return { type: map, shape: { kind: 'list', child } };
    }
    case 21:
      return { type: array, shape: { kind: 'long-list', child } };
    default:
      return undefined;
  }
}

function structOf(children: readonly ArrowColumn[]): Typed {
  const type: DataType = { kind: 'ROW', nullable, fields: children.map(({ field }) => field) };
  return { type, shape: { kind: 'struct', children } };
}

function intOf(type: FlatTable | undefined): Typed {
  const bits = type?.int(0) ?? 0;
  const signed = (type?.byte(1) ?? 0) !== 0;
  const convert = (bytes: number, read: Convert): ArrowShape => ({ kind: 'convert', bytes, convert: read });
  switch (signed ? bits : -bits) {
    case 8:
      return { type: { kind: 'TINYINT', nullable }, shape: { kind: 'fixed', bytes: 1 } };
    case 16:
      return { type: { kind: 'SMALLINT', nullable }, shape: { kind: 'fixed', bytes: 2 } };
    case 32:
      return { type: { kind: 'INT', nullable }, shape: { kind: 'fixed', bytes: 4 } };
    case 64:
      return { type: { kind: 'BIGINT', nullable }, shape: { kind: 'fixed', bytes: 8 } };
    case -8:
      return { type: { kind: 'SMALLINT', nullable }, shape: convert(1, (view, at) => view.getUint8(at)) };
    case -16:
      return { type: { kind: 'INT', nullable }, shape: convert(2, (view, at) => view.getUint16(at, true)) };
    case -32:
      return {
        type: { kind: 'BIGINT', nullable },
        shape: convert(4, (view, at) => BigInt(view.getUint32(at, true))),
      };
    case -64:
      return {
        type: { kind: 'DECIMAL', nullable, precision: 20, scale: 0 },
        shape: convert(8, (view, at) => view.getBigUint64(at, true)),
      };
    default:
      throw new RangeError(`integers of ${bits} bits`);
  }
}

function floatOf(precision: number): Typed {
  if (precision === 2) return { type: { kind: 'DOUBLE', nullable }, shape: { kind: 'fixed', bytes: 8 } };
  const type: DataType = { kind: 'FLOAT', nullable };
  if (precision === 1) return { type, shape: { kind: 'fixed', bytes: 4 } };
  return { type, shape: { kind: 'convert', bytes: 2, convert: halfAt } };
}

/** A float of 16 bits: sign, 5 bits of exponent, 10 of fraction. */
function halfAt(view: DataView, at: number): number {
  const bits = view.getUint16(at, true);
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

function decimalOf(given: FlatTable | undefined, path: string): Typed {
  const [precision, scale, bits] = [given?.int(0) ?? 0, given?.int(1) ?? 0, given?.int(2, 128) ?? 128];
  if (
    precision < 1 ||
    precision > 38 ||
    scale < 0 ||
    scale > precision ||
    ![32, 64, 128, 256].includes(bits)
  ) {
    const text = `Column ${path}: a decimal of ${precision} digits, ${scale} after the point, is not read.`;
    throw unsupported('Arrow type', text);
  }
  const type: DataType = { kind: 'DECIMAL', nullable, precision, scale };
  if (bits === 128 && precision > 18) return { type, shape: { kind: 'fixed', bytes: 16 } };
  const convert: Convert = (view, at) => {
    if (bits === 32) return BigInt(view.getInt32(at, true));
    const low = view.getBigUint64(at, true);
    if (bits === 64) return BigInt.asIntN(64, low);
    const wide = (view.getBigInt64(at + 8, true) << 64n) | low;
    if (bits === 128) return wide;
    const rest = view.getBigInt64(at + 24, true) << 64n;
    return ((rest | view.getBigUint64(at + 16, true)) << 128n) | BigInt.asUintN(128, wide);
  };
  return { type, shape: { kind: 'convert', bytes: bits / 8, convert } };
}

function dateOf(unit: number): Typed {
  if (unit === 0) return { type: { kind: 'DATE', nullable }, shape: { kind: 'fixed', bytes: 4 } };
  const convert: Convert = (view, at) => view.getBigInt64(at, true) * 1000n;
  return {
    type: { kind: 'TIMESTAMP', nullable, precision: 3 },
    shape: { kind: 'convert', bytes: 8, convert },
  };
}

/** Units are seconds, milliseconds, microseconds, nanoseconds. */
function timestampOf(unit: number, zoned: boolean): Typed {
  const kind = zoned ? 'TIMESTAMP_LTZ' : 'TIMESTAMP';
  const precision = [0, 3, 6, 9][unit];
  if (precision === undefined) throw new RangeError(`a timestamp of unit ${unit}`);
  const type: DataType = { kind, nullable, precision };
  if (precision === 6) return { type, shape: { kind: 'fixed', bytes: 8 } };
  const factor = precision === 0 ? 1_000_000n : precision === 3 ? 1000n : 1n;
  const convert: Convert = (view, at) => view.getBigInt64(at, true) * factor;
  return { type, shape: { kind: 'convert', bytes: 8, convert } };
}

/** Seconds and milliseconds of 32 bits, microseconds and nanoseconds of 64 bits; all become milliseconds. */
function timeOf(unit: number, path: string): Typed {
  const type: DataType = { kind: 'TIME', nullable, precision: 3 };
  if (unit === 1) return { type, shape: { kind: 'fixed', bytes: 4 } };
  if (unit === 0) {
    return {
      type,
      shape: { kind: 'convert', bytes: 4, convert: (view, at) => view.getInt32(at, true) * 1000 },
    };
  }
  const perMilli = unit === 2 ? 1000n : 1_000_000n;
  const convert: Convert = (view, at) => {
    const value = view.getBigInt64(at, true);
    if (value % perMilli === 0n) return Number(value / perMilli);
    const given = `${value} ${unit === 2 ? 'micro' : 'nano'}seconds`;
    const text = `Column ${path}: a time of ${given}; TIME holds milliseconds.`;
    throw new LakeError('VALUE_OUT_OF_RANGE', text, { column: path });
  };
  return { type, shape: { kind: 'convert', bytes: 8, convert } };
}
