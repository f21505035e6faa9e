// Dates, times and timestamps to each other and to numbers. Java uses the JVM's time zone where a local-zoned
// timestamp is involved; here that zone is always UTC, so both timestamp types hold the same count.
import { type DataType, LakeError } from '../../base/index.ts';
import type { CellCast } from './cells.ts';

export interface TimestampType {
  readonly kind: 'TIMESTAMP' | 'TIMESTAMP_LTZ';
  readonly nullable: boolean;
  readonly precision: number;
}

const NANOS_OF_MILLI = 1_000_000n;
const MILLIS_OF_DAY = 86_400_000n;

/** A timestamp cell as nanoseconds. */
export function nanosOf(type: TimestampType): (value: unknown) => bigint {
  return type.precision > 6 ? (v) => v as bigint : (v) => (v as bigint) * 1000n;
}

/** Nanoseconds as a cell of a timestamp type; digits its layout does not hold are cut off. */
export function cellOfNanos(type: TimestampType): (nanos: bigint) => bigint {
  if (type.precision > 6) return (nanos) => nanos;
  return (nanos) => {
    const micros = floorDiv(nanos, 1000n);
    if (BigInt.asIntN(64, micros) === micros) return micros;
    const message = `A timestamp of ${nanos} nanoseconds does not fit 64 bits of microseconds.`;
    throw new LakeError('VALUE_OUT_OF_RANGE', message, { nanos: String(nanos) });
  };
}

function floorDiv(a: bigint, b: bigint): bigint {
  const q = a / b;
  return a % b < 0n ? q - 1n : q;
}

/** Source: casting/TimestampToTimestampCastRule.java. Undefined when the cells stay as they are. */
export function timestampToTimestamp(from: TimestampType, to: TimestampType): CellCast | undefined {
  const nanos = nanosOf(from);
  const cell = cellOfNanos(to);
  if (from.precision > to.precision) return (v) => cell(truncate(nanos(v), to.precision));
  return from.precision > 6 === to.precision > 6 ? undefined : (v) => cell(nanos(v));
}

/**
 * `DateTimeUtils.truncate`. Java compares the number of digits of the nanoseconds without leading zeros: a
 * fraction of few enough significant digits stays, however small it is. Below precision 3 it cuts towards
 * 1970.
 */
function truncate(nanos: bigint, precision: number): bigint {
  const milli = floorDiv(nanos, NANOS_OF_MILLI);
  const nanoOfMilli = nanos - milli * NANOS_OF_MILLI;
  const nanoOfSecond = nanos - floorDiv(nanos, 1_000_000_000n) * 1_000_000_000n;
  if (String(nanoOfSecond).length <= precision) return nanos;
  if (precision <= 3) {
    const unit = 10n ** BigInt(3 - precision);
    return (milli / unit) * unit * NANOS_OF_MILLI;
  }
  const unit = 10n ** BigInt(9 - precision);
  return milli * NANOS_OF_MILLI + (nanoOfMilli / unit) * unit;
}

/** Milliseconds of a timestamp cell, rounded down. */
function millisOf(type: TimestampType): (value: unknown) => bigint {
  const nanos = nanosOf(type);
  return (v) => floorDiv(nanos(v), NANOS_OF_MILLI);
}

/**
 * Source: casting/TimestampToDateCastRule.java. Without zone Java cuts towards 1970, with one it rounds down.
 */
export function timestampToDate(from: TimestampType): CellCast {
  const millis = millisOf(from);
  if (from.kind === 'TIMESTAMP') return (v) => Number(BigInt.asIntN(32, millis(v) / MILLIS_OF_DAY));
  return (v) => Number(BigInt.asIntN(32, floorDiv(millis(v), MILLIS_OF_DAY)));
}

/**
 * Source: casting/TimestampToTimeCastRule.java. Before 1970 a timestamp without zone gives a negative time.
 */
export function timestampToTime(from: TimestampType): CellCast {
  const millis = millisOf(from);
  if (from.kind === 'TIMESTAMP') return (v) => Number(millis(v) % MILLIS_OF_DAY);
  return (v) => {
    const ms = millis(v);
    return Number(ms - floorDiv(ms, MILLIS_OF_DAY) * MILLIS_OF_DAY);
  };
}

/** Seconds since 1970. Source: casting/TimestampToNumericPrimitiveCastRule.java. */
export function timestampToNumber(from: TimestampType, to: DataType): CellCast {
  const millis = millisOf(from);
  if (to.kind === 'BIGINT') return (v) => BigInt.asIntN(64, millis(v) / 1000n);
  return (v) => Number(BigInt.asIntN(32, millis(v) / 1000n));
}

/** Seconds since 1970. Source: casting/NumericPrimitiveToTimestamp.java (INT and BIGINT). */
export function numberToTimestamp(to: TimestampType): CellCast {
  const cell = cellOfNanos(to);
  return (v) => cell(BigInt.asIntN(64, BigInt(v as number | bigint) * 1000n) * NANOS_OF_MILLI);
}

/** Source: casting/DateToTimestampCastRule.java. */
export function dateToTimestamp(to: TimestampType): CellCast {
  const cell = cellOfNanos(to);
  return (v) => cell(BigInt(v as number) * MILLIS_OF_DAY * NANOS_OF_MILLI);
}

/** A time of 1970-01-01. Source: casting/TimeToTimestampCastRule.java. */
export function timeToTimestamp(to: TimestampType): CellCast {
  const cell = cellOfNanos(to);
  return (v) => cell(BigInt(v as number) * NANOS_OF_MILLI);
}
