// Values as Java's casts print them (which is not the project's JSON encoding): what a column becomes when
// its type is changed to a character type.
import type { DataType } from '../../base/index.ts';
import {
  isValid,
  type ListVector,
  type StructVector,
  type Value,
  type Vector,
  valueAt,
} from '../arrow/index.ts';
import { civilFromDays, decimalText, nineDigits, stringColumn } from '../text/index.ts';
import { javaDoubleText, javaFloatText } from './java-double.ts';

/** The text of row `i`, which must not be null. */
export type JavaText = (i: number) => string;

/**
 * How Java prints the values of a column when it is cast to STRING; undefined when it has no such cast.
 *
 * Source  Paimon, casting/*ToStringCastRule.java. Local-zoned timestamps are printed in UTC.
 */
export function javaText(type: DataType): ((vector: Vector) => JavaText) | undefined {
  switch (type.kind) {
    case 'ARRAY': {
      const element = javaText(type.element);
      return element && ((vector) => arrayText(vector as ListVector, element));
    }
    case 'MAP': {
      const key = javaText(type.key);
      const value = javaText(type.value);
      return key && value && ((vector) => mapText(vector as ListVector, key, value));
    }
    case 'ROW': {
      const fields = type.fields.map((field) => javaText(field.type));
      if (fields.includes(undefined)) return undefined;
      return (vector) => rowText(vector as StructVector, fields as ((vector: Vector) => JavaText)[]);
    }
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return (vector) => stringColumn(vector as Extract<Vector, { readonly layout: 'bytes' }>);
    case 'MULTISET':
      return undefined;
    default: {
      const text = cellText(type);
      return (vector) => (i) => text(valueAt(vector, i));
    }
  }
}

function cellText(type: DataType): (value: Value) => string {
  switch (type.kind) {
    case 'FLOAT':
      return (v) => javaFloatText(v as number);
    case 'DOUBLE':
      return (v) => javaDoubleText(v as number);
    case 'DECIMAL':
      return (v) => decimalText(String(v), type.scale);
    case 'DATE':
      return (v) => javaDateText(v as number);
    case 'TIME':
      return (v) => javaTimeText(v as number, type.precision);
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      const unit = type.precision > 6 ? 1n : 1000n;
      return (v) => javaTimestampText((v as bigint) * unit, type.precision);
    }
    default:
      return String;
  }
}

function orNull(vector: Vector, text: JavaText): JavaText {
  return (i) => (isValid(vector, i) ? text(i) : 'null');
}

function arrayText(vector: ListVector, element: (vector: Vector) => JavaText): JavaText {
  const text = orNull(vector.child, element(vector.child));
  return (i) => `[${range(vector, i).map(text).join(', ')}]`;
}

function mapText(
  vector: ListVector,
  key: (vector: Vector) => JavaText,
  value: (vector: Vector) => JavaText,
): JavaText {
  const [keys, values] = (vector.child as StructVector).children as [Vector, Vector];
  const keyText = orNull(keys, key(keys));
  const valueText = orNull(values, value(values));
  return (i) =>
    `{${range(vector, i)
      .map((j) => `${keyText(j)} -> ${valueText(j)}`)
      .join(', ')}}`;
}

function rowText(vector: StructVector, fields: readonly ((vector: Vector) => JavaText)[]): JavaText {
  const texts = vector.children.map((child, c) =>
    orNull(child, (fields[c] as (v: Vector) => JavaText)(child)),
  );
  return (i) => `{${texts.map((text) => text(i)).join(', ')}}`;
}

/** Positions of the elements of row `i`. */
function range(vector: ListVector, i: number): number[] {
  const start = vector.offsets[i] as number;
  return Array.from({ length: (vector.offsets[i + 1] as number) - start }, (_, j) => start + j);
}

// Two and four digits as Java makes them: only the lowest ones, and of a negative number no digits at all.
function digit(value: number): string {
  return String.fromCharCode(48 + (Math.trunc(value) % 10));
}
function two(value: number): string {
  return digit(value / 10) + digit(value);
}
function four(value: number): string {
  return digit(value / 1000) + digit(value / 100) + digit(value / 10) + digit(value);
}

const EPOCH_JULIAN = 2440588;

/** `DateTimeUtils.formatDate`: right for years 0 to 9999, and as wrong as Java's outside. */
export function javaDateText(days: number): string {
  // Java's int arithmetic, which truncates towards zero and wraps.
  const div = (a: number, b: number): number => Math.trunc(a / b) | 0;
  const j = (((days + EPOCH_JULIAN) | 0) + 32044) | 0;
  const g = div(j, 146097);
  const dg = j % 146097;
  const c = div((div(dg, 36524) + 1) * 3, 4);
  const dc = dg - c * 36524;
  const b = div(dc, 1461);
  const db = dc % 1461;
  const a = div((div(db, 365) + 1) * 3, 4);
  const da = db - a * 365;
  const y = g * 400 + c * 100 + b * 4 + a;
  const m = div(da * 5 + 308, 153) - 2;
  const d = da - div((m + 4) * 153, 5) + 122;
  return `${four(y - 4800 + div(m + 2, 12))}-${two(((m + 2) % 12) + 1)}-${two(d + 1)}`;
}

/**
 * `DateTimeUtils.formatTimestampMillis`: fraction digits up to `precision`, but none after the last that is
 * not 0.
 */
function javaTimeText(millis: number, precision: number): string {
  let time = millis;
  while (time < 0) time += 86_400_000;
  const seconds = Math.trunc(time / 1000);
  let text = `${two(seconds / 3600)}:${two(Math.trunc(seconds / 60) % 60)}:${two(seconds % 60)}`;
  let rest = time % 1000;
  for (let left = precision; left > 0; left--) {
    if (left === precision) text += '.';
    text += digit(rest / 100);
    rest = (rest % 100) * 10;
    if (rest === 0) break;
  }
  return text;
}

const NANOS_OF_SECOND = 1_000_000_000n;

/** `DateTimeUtils.formatTimestamp`: at least `precision` fraction digits, more when they are not 0. */
function javaTimestampText(nanos: bigint, precision: number): string {
  const nano = ((nanos % NANOS_OF_SECOND) + NANOS_OF_SECOND) % NANOS_OF_SECOND;
  const seconds = (nanos - nano) / NANOS_OF_SECOND;
  const second = Number(((seconds % 86_400n) + 86_400n) % 86_400n);
  const { year, month, day } = civilFromDays(Number((seconds - BigInt(second)) / 86_400n));
  let fraction = nineDigits(Number(nano));
  while (fraction.length > precision && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  const clock = `${two(second / 3600)}:${two(Math.trunc(second / 60) % 60)}:${two(second % 60)}`;
  return `${four(year)}-${two(month)}-${two(day)} ${clock}${fraction === '' ? '' : `.${fraction}`}`;
}
