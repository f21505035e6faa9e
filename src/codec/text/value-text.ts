// The text of single values in the project's encoding: dates, times, timestamps, decimals, doubles. Pure
// functions.
import { civilFromDays } from './calendar.ts';

const TWO: readonly string[] = Array.from({ length: 100 }, (_, i) => String(i).padStart(2, '0'));
const THREE: readonly string[] = Array.from({ length: 1000 }, (_, i) => String(i).padStart(3, '0'));
const SECONDS_OF_DAY = 86_400;

/**
 * `yyyy-mm-dd`; years below 0 have a minus sign before their four digits, years above 9999 all their digits.
 */
export function dateText(days: number): string {
  const { year, month, day } = civilFromDays(days);
  return `${yearText(year)}-${TWO[month]}-${TWO[day]}`;
}

function yearText(year: number): string {
  const digits = String(Math.abs(year)).padStart(4, '0');
  return year < 0 ? `-${digits}` : digits;
}

/** `hh:mm:ss` of a second of the day. */
export function clockText(secondOfDay: number): string {
  const minutes = Math.trunc(secondOfDay / 60);
  return `${two(Math.trunc(minutes / 60))}:${two(minutes % 60)}:${two(secondOfDay % 60)}`;
}

// Java's casts make negative times out of timestamps before 1970; each part is printed with its own sign, as
// by Java.
function two(value: number): string {
  return TWO[value] ?? (value < 0 ? `-${two(-value)}` : String(value));
}

/** `hh:mm:ss.mmm` of milliseconds of the day. */
export function timeText(millisOfDay: number): string {
  const millis = millisOfDay % 1000;
  const fraction = THREE[millis] ?? `-${THREE[-millis]}`;
  return `${clockText((millisOfDay - millis) / 1000)}.${fraction}`;
}

/** `yyyy-mm-ddThh:mm:ss.nnnnnnnnn` of a day, the second in it and the nanoseconds in that. */
export function timestampText(day: number, secondOfDay: number, nanos: number): string {
  return `${dateText(day)}T${clockText(secondOfDay)}.${nineDigits(nanos)}`;
}

/** Nine digits of a fraction of a second in nanoseconds. */
export function nineDigits(nanos: number): string {
  const micros = Math.floor(nanos / 1000);
  return `${THREE[Math.floor(micros / 1000)]}${THREE[micros % 1000]}${THREE[nanos % 1000]}`;
}

/**
 * Prints microseconds since the epoch; `isoOfNanos` prints nanoseconds. Both take any value of their layout.
 */
export function isoOfMicros(micros: bigint): string {
  return isoOf(micros, 1_000_000n, 1000);
}
export function isoOfNanos(nanos: bigint): string {
  return isoOf(nanos, 1_000_000_000n, 1);
}

function isoOf(units: bigint, unitsOfSecond: bigint, nanosOfUnit: number): string {
  let seconds = units / unitsOfSecond;
  let rest = units % unitsOfSecond;
  if (rest < 0n) {
    rest += unitsOfSecond;
    seconds -= 1n;
  }
  // Seconds of a 128-bit nanosecond count may exceed 2^53, so the day is split off before leaving bigint.
  const perDay = BigInt(SECONDS_OF_DAY);
  let day = seconds / perDay;
  let secondOfDay = seconds % perDay;
  if (secondOfDay < 0n) {
    secondOfDay += perDay;
    day -= 1n;
  }
  return timestampText(Number(day), Number(secondOfDay), Number(rest) * nanosOfUnit);
}

/** The same for microseconds that are a safe integer, without a bigint in between. */
export function isoOfSafeMicros(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000);
  const day = Math.floor(seconds / SECONDS_OF_DAY);
  return timestampText(day, seconds - day * SECONDS_OF_DAY, (micros - seconds * 1_000_000) * 1000);
}

/**
 * The digits of an unscaled decimal with its point: `decimalText('-15', 3)` is `-0.015`. Keeps the full
 * scale.
 */
export function decimalText(unscaled: string, scale: number): string {
  if (scale === 0) return unscaled;
  const negative = unscaled.charCodeAt(0) === 45;
  let digits = negative ? unscaled.slice(1) : unscaled;
  if (digits.length <= scale) digits = digits.padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${negative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/**
 * A double as ECMAScript prints it, except that minus zero keeps its sign: `-0`, `NaN`, `Infinity`,
 * `-Infinity`.
 */
export function doubleText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
