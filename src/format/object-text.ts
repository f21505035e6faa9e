// Values as text the way Java makes it inside Paimon: in names of directories and in system tables.
import { type DataType, LENGTH_MAX } from '../base/index.ts';
import { civilFromDays, javaUtf8, resolveCast, type Value, valueAt, vectorOf } from '../codec/index.ts';

/**
 * A value cast to STRING: `2024-01-01 00:00:00.000`.
 *
 * Shape   undefined for types that have no such cast. Local-zoned timestamps in UTC.
 * Source  Paimon, casting/CastExecutors.java.
 */
export function castText(type: DataType, value: Value): string | undefined {
  const cast = resolveCast(type, STRING);
  if (cast === undefined) return undefined;
  const text = valueAt(cast(vectorOf(type, [value])), 0);
  return text === null ? undefined : javaUtf8(text as Uint8Array);
}

const STRING: DataType = { kind: 'VARCHAR', nullable: true, length: LENGTH_MAX };

/**
 * `toString` of the object that holds the value inside Java: a DATE is its day number, a TIMESTAMP
 * `2024-01-01T00:00`.
 *
 * Shape   `null` for null; undefined for binary and nested types, whose text has an address in it or is not
 *         used anywhere.
 */
export function objectText(type: DataType, value: Value): string | undefined {
  if (value === null) return 'null';
  switch (type.kind) {
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
    case 'DATE':
    case 'TIME':
      return String(value);
    case 'CHAR':
    case 'VARCHAR':
      return typeof value === 'string' ? value : javaUtf8(value as Uint8Array);
    case 'FLOAT':
    case 'DOUBLE':
    case 'DECIMAL':
      return castText(type, value);
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return localDateTimeText((value as bigint) * (type.precision <= 6 ? 1000n : 1n));
    default:
      return undefined;
  }
}

const NANOS_OF_SECOND = 1_000_000_000n;
const SECONDS_OF_DAY = 86_400n;

/**
 * `LocalDateTime.toString` of Java: seconds only when there are any, fractions by three digits.
 *
 * Units   nanoseconds since 1970-01-01T00:00:00.
 */
export function localDateTimeText(nanos: bigint): string {
  const nano = Number(modulo(nanos, NANOS_OF_SECOND));
  const seconds = (nanos - BigInt(nano)) / NANOS_OF_SECOND;
  const second = Number(modulo(seconds, SECONDS_OF_DAY));
  const { year, month, day } = civilFromDays(Number((seconds - BigInt(second)) / SECONDS_OF_DAY));
  const date = `${yearText(year)}-${digits(month, 2)}-${digits(day, 2)}`;
  const clock = `${digits(Math.floor(second / 3600), 2)}:${digits(Math.floor(second / 60) % 60, 2)}`;
  if (second % 60 === 0 && nano === 0) return `${date}T${clock}`;
  return `${date}T${clock}:${digits(second % 60, 2)}${fractionText(nano)}`;
}

function fractionText(nano: number): string {
  if (nano === 0) return '';
  if (nano % 1_000_000 === 0) return `.${digits(nano / 1_000_000, 3)}`;
  if (nano % 1000 === 0) return `.${digits(nano / 1000, 6)}`;
  return `.${digits(nano, 9)}`;
}

function yearText(year: number): string {
  const sign = year < 0 ? '-' : year > 9999 ? '+' : '';
  return sign + digits(Math.abs(year), 4);
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, '0');
}

function modulo(value: bigint, divisor: bigint): bigint {
  const rest = value % divisor;
  return rest < 0n ? rest + divisor : rest;
}
