// Text to dates, times and timestamps as Java's casts read it, oddities included: stored text was read that
// way before.
import { daysFromCivil, daysOfMonth } from '../text/index.ts';
import { castFailed } from './cells.ts';
import { integerOfText, trim } from './parse-number.ts';

const MILLIS_OF_HOUR = 3_600_000;
const MILLIS_OF_MINUTE = 60_000;

/** `StringUtils.isNumeric`: digits with at most a minus sign in front. */
function isNumeric(text: string): boolean {
  return /^-?\d+$/.test(text);
}

/** Days since 1970-01-01. All digits is a day count. Source: utils/BinaryStringUtils.java (toDate). */
export function dateOfText(text: string): number {
  if (isNumeric(text)) return Number(integerOfText(text, 32, 'DATE'));
  const blank = text.indexOf(' ');
  const parts = (blank > 0 ? text.slice(0, blank) : text).split('-').map(trim);
  if (parts.length > 3 || !parts.every((part) => /^\d+$/.test(part))) {
    throw castFailed(text, 'DATE', 'not a date');
  }
  const [y, m, d] = [Number(parts[0]), Number(parts[1] ?? 1), Number(parts[2] ?? 1)];
  if (y > 9999 || m < 1 || m > 12 || d < 1 || d > daysOfMonth(y, m))
    throw castFailed(text, 'DATE', 'no such day');
  return daysFromCivil(y, m, d);
}

/**
 * Milliseconds of the day, `hh[:mm[:ss[.fff]]]` with an optional offset that is added or taken away. All
 * digits is a number of milliseconds. Nothing checks the range of the parts; Java does not either.
 *
 * Source  utils/DateTimeUtils.java (parseTime).
 */
export function timeOfText(text: string): number {
  if (isNumeric(text)) return Number(integerOfText(text, 32, 'TIME'));
  const number = (from: number, to: number): number => timePart(text, from, to);
  const colon1 = text.indexOf(':');
  let zone = text.indexOf('-');
  const sign = zone < 0 ? 1 : -1;
  if (zone < 0) zone = text.indexOf('+');
  const end = zone < 0 ? text.length : zone;
  let hour = 0;
  let minute = 0;
  if (zone >= 0) {
    const colon3 = text.indexOf(':', zone);
    hour = sign * number(zone + 1, colon3 < 0 ? text.length : colon3);
    if (colon3 >= 0) minute = sign * number(colon3 + 1, text.length);
  }
  let second = 0;
  let milli = 0;
  if (colon1 < 0) hour += number(0, end);
  else {
    hour += number(0, colon1);
    const colon2 = text.indexOf(':', colon1 + 1);
    minute += number(colon1 + 1, colon2 < 0 ? end : colon2);
    if (colon2 >= 0) {
      const dot = text.indexOf('.', colon2);
      second = number(colon2 + 1, dot < 0 ? end : dot);
      if (dot >= 0 && dot + 1 > end) throw castFailed(text, 'TIME', 'not a time');
      if (dot >= 0) milli = fraction(trim(text.slice(dot + 1, end)));
    }
  }
  // Java's int arithmetic.
  return (
    (Math.imul(hour, MILLIS_OF_HOUR) +
      Math.imul(minute, MILLIS_OF_MINUTE) +
      Math.imul(second, 1000) +
      milli) |
    0
  );
}

function timePart(text: string, from: number, to: number): number {
  const digits = from > to ? '' : trim(text.slice(from, to));
  const value = Number(digits);
  if (!/^\d+$/.test(digits) || value > 2147483647) throw castFailed(text, 'TIME', 'not a time');
  return value;
}

/** Three digits, the third rounded by the fourth; what is no digit counts as 0. */
function fraction(text: string): number {
  let result = 0;
  for (let i = 0, unit = 100; i < text.length; i++, unit /= 10) {
    const c = text.charCodeAt(i);
    if (c >= 48 && c <= 57) result += unit * (c - 48);
    if (unit < 10) {
      if (i + 1 < text.length && text.charCodeAt(i + 1) >= 53) result++;
      break;
    }
  }
  return result;
}

// Java's `[MM][M]`: two digits, after which the same number may stand once more; or one digit.
const PART = '(?:(\\d\\d)(\\d{0,19})|(\\d))';
const TIMESTAMP = new RegExp(
  `^(\\d{4}|\\+\\d{5,10})-${PART}-${PART}(?: ${PART}:${PART}:${PART}(?:\\.(\\d{0,9}))?)?$`,
);

/**
 * Nanoseconds since the epoch of `yyyy-M-d[ H:m:s[.fraction]]`, cut to `precision` digits. All digits is a
 * count of seconds, milliseconds, microseconds or nanoseconds by precision 0, 3, 6, 9 (`zoned` false only).
 *
 * Errors  VALUE_CAST_FAILED. Day 31 of a shorter month is its last day, 24:00:00 the next day, as in Java's
 *         SMART style.
 * Source  utils/BinaryStringUtils.java (toTimestamp), utils/DateTimeUtils.java (parseTimestampData).
 */
export function timestampOfText(text: string, precision: number, zoned: boolean): bigint {
  if (!zoned && isNumeric(text)) return timestampOfCount(text, precision);
  const m = TIMESTAMP.exec(text);
  const fail = (): never => {
    throw castFailed(text, 'TIMESTAMP', 'not a timestamp');
  };
  if (m === null) return fail();
  const part = (at: number): number => {
    const [two, again, one] = [m[at], m[at + 1], m[at + 2]];
    if (again !== undefined && again !== '' && BigInt(again) !== BigInt(two as string)) return fail();
    return Number(two ?? one ?? 0);
  };
  const [year, month, day] = [Number(m[1]), part(2), part(5)];
  const [hour, minute, second] = [part(8), part(11), part(14)];
  const nanos = Number((m[17] ?? '').padEnd(9, '0'));
  if (year < 1 || year > 999_999_999 || month < 1 || month > 12 || day < 1 || day > 31) return fail();
  const midnight = hour === 24 && minute === 0 && second === 0 && nanos === 0;
  if ((hour > 23 && !midnight) || minute > 59 || second > 59) return fail();
  const days = daysFromCivil(year, month, Math.min(day, daysOfMonth(year, month)));
  const unit = 10 ** (9 - precision);
  const cut = BigInt(nanos - (nanos % unit));
  const seconds = BigInt(days) * 86_400n + BigInt(hour * 3600 + minute * 60 + second);
  return seconds * 1_000_000_000n + cut;
}

function timestampOfCount(text: string, precision: number): bigint {
  const count = integerOfText(text, 64, 'TIMESTAMP');
  switch (precision) {
    case 0:
      return BigInt.asIntN(64, count * 1000n) * 1_000_000n;
    case 3:
      return count * 1_000_000n;
    case 6:
      return count * 1000n;
    case 9:
      return count;
    default:
      throw castFailed(text, `TIMESTAMP(${precision})`, 'a number needs precision 0, 3, 6 or 9');
  }
}
