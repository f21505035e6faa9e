// What a Parquet schema element says its values mean, beyond how they are stored.
//
//   ConvertedType   0 UTF8   4 ENUM   5 DECIMAL   6 DATE   7 TIME_MILLIS   8 TIME_MICROS   9 TIMESTAMP_MILLIS
//                   10 TIMESTAMP_MICROS   11..14 UINT_8..64   15..18 INT_8..64   1 MAP   2 MAP_KEY_VALUE
//                   3 LIST
//   LogicalType     1 STRING   2 MAP   3 LIST   4 ENUM   5 DECIMAL   6 DATE   7 TIME   8 TIMESTAMP
//                   10 INTEGER
//
// Source  apache/parquet-format, parquet.thrift, LogicalTypes.md.
import { THRIFT, type ThriftReader } from './thrift-reader.ts';

/**
 * The meaning of a schema element's values.
 *
 * Shape   `none`: nothing is said. `other`: something no Paimon type is written with, or two things at once.
 */
export type Annotation =
  | { readonly kind: 'none' | 'string' | 'enum' | 'date' | 'map' | 'list' | 'other' }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'time' | 'timestamp'; readonly unit: TimeUnit }
  | { readonly kind: 'integer'; readonly bits: number; readonly signed: boolean };

/** Units of times and timestamps. */
export type TimeUnit = 'millis' | 'micros' | 'nanos';

/** A DECIMAL as an element or its logical type claims it. */
export interface DecimalClaim {
  claimed: boolean;
  scale: number;
  precision: number;
}

const NONE: Annotation = { kind: 'none' };
const OTHER: Annotation = { kind: 'other' };
const CONVERTED_DECIMAL = 5;
const DECIMAL_PRECISION_MAX = 38;
const UNITS: readonly (TimeUnit | undefined)[] = [undefined, 'millis', 'micros', 'nanos'];

/** What a converted type means, before a logical type is looked at. */
export function convertedAnnotation(converted: number | undefined, decimal: DecimalClaim): Annotation {
  switch (converted) {
    case undefined:
      return NONE;
    case 0:
      return { kind: 'string' };
    case 1:
    case 2:
      return { kind: 'map' };
    case 3:
      return { kind: 'list' };
    case 4:
      return { kind: 'enum' };
    case CONVERTED_DECIMAL:
      return { kind: 'decimal', precision: decimal.precision, scale: decimal.scale };
    case 6:
      return { kind: 'date' };
    case 7:
    case 8:
      return { kind: 'time', unit: converted === 7 ? 'millis' : 'micros' };
    case 9:
    case 10:
      return { kind: 'timestamp', unit: converted === 9 ? 'millis' : 'micros' };
    default:
      if (converted >= 11 && converted <= 14)
        return { kind: 'integer', bits: 8 << (converted - 11), signed: false };
      if (converted >= 15 && converted <= 18)
        return { kind: 'integer', bits: 8 << (converted - 15), signed: true };
      return OTHER;
  }
}

/**
 * Reads the union LogicalType.
 *
 * Errors  FILE_CORRUPT for a DECIMAL that cannot be.
 */
export function readLogicalType(reader: ThriftReader): Annotation {
  let annotation: Annotation = NONE;
  reader.struct((field) => {
    if (field.type !== THRIFT.STRUCT) return false;
    annotation = readMember(reader, field.id);
    return true;
  }, 3);
  return annotation;
}

function readMember(reader: ThriftReader, id: number): Annotation {
  switch (id) {
    case 5:
      return readDecimal(reader);
    case 7:
      return readTime(reader, 'time');
    case 8:
      return readTime(reader, 'timestamp');
    case 10:
      return readInteger(reader);
    default:
      reader.struct(() => false, 4);
      return PLAIN_MEMBERS[id] ?? OTHER;
  }
}

const PLAIN_MEMBERS: Readonly<Record<number, Annotation>> = {
  1: { kind: 'string' },
  2: { kind: 'map' },
  3: { kind: 'list' },
  4: { kind: 'enum' },
  6: { kind: 'date' },
};

function readDecimal(reader: ThriftReader): Annotation {
  const decimal: DecimalClaim = { claimed: true, scale: 0, precision: 0 };
  reader.struct((inner) => {
    if (inner.type !== THRIFT.I32 || (inner.id !== 1 && inner.id !== 2)) return false;
    decimal[inner.id === 1 ? 'scale' : 'precision'] = reader.zigzag();
    return true;
  }, 4);
  checkDecimal(reader, decimal);
  return { kind: 'decimal', precision: decimal.precision, scale: decimal.scale };
}

/** TimeType and TimestampType: 1 isAdjustedToUTC, 2 unit (a union of empty structs). */
function readTime(reader: ThriftReader, kind: 'time' | 'timestamp'): Annotation {
  let unit: TimeUnit | undefined;
  reader.struct((inner) => {
    if (inner.id !== 2 || inner.type !== THRIFT.STRUCT) return false;
    reader.struct((member) => {
      unit = UNITS[member.id];
      return false;
    }, 5);
    return true;
  }, 4);
  return unit === undefined ? OTHER : { kind, unit };
}

/** IntType: 1 bitWidth (a byte), 2 isSigned. */
function readInteger(reader: ThriftReader): Annotation {
  let bits = 0;
  let signed = false;
  reader.struct((inner) => {
    if (inner.id === 2) signed = inner.type === THRIFT.TRUE;
    if (inner.id !== 1 || inner.type !== THRIFT.BYTE) return false;
    bits = reader.byte();
    return true;
  }, 4);
  return { kind: 'integer', bits, signed };
}

/** Throws for a DECIMAL that cannot be: DuckDB divides by zero where the scale exceeds the precision. */
export function checkDecimal(reader: ThriftReader, { scale, precision }: DecimalClaim): void {
  if (precision >= 1 && precision <= DECIMAL_PRECISION_MAX && scale >= 0 && scale <= precision) return;
  throw reader.fail(`no such type: DECIMAL(${precision}, ${scale})`);
}

/** The one meaning of an element that says it in two ways. */
export function agreed(converted: Annotation, logical: Annotation): Annotation {
  if (logical.kind === 'none') return converted;
  if (converted.kind === 'none') return logical;
  return JSON.stringify(converted) === JSON.stringify(logical) ? logical : OTHER;
}
