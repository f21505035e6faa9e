// Values read back from the project's encoding: the exact inverse of json-column.ts, cell by cell. Strict:
// text that does not say exactly one value of the type is refused, and so is a value the type cannot hold.
import { type DataType, LakeError, type TimeKind } from '../../base/index.ts';
import type { Value } from '../arrow/index.ts';
import { daysFromCivil, daysOfMonth } from './calendar.ts';

/**
 * The cell a parsed JSON value stands for, in the encoding described at `jsonLines`.
 *
 * Shape   numbers of BIGINT and DECIMAL columns are text; integers up to 32 bit and floats numbers or text.
 *         MAP and MULTISET are arrays of pairs. Members a ROW does not have are refused, missing ones are
 *         null.
 * Errors  ARGUMENT_INVALID when it is not a value of the type, VALUE_OUT_OF_RANGE when the type cannot hold
 *         it.
 */
export function parseCell(type: DataType, json: unknown): Value {
  if (json === null || json === undefined) return null;
  switch (type.kind) {
    case 'ARRAY':
      return arrayOf(type, json).map((element) => parseCell(type.element, element));
    case 'MAP':
      return pairsOf(type, json).map(([k, v]) => [parseCell(type.key, k), parseCell(type.value, v)]);
    case 'MULTISET':
      return pairsOf(type, json).map(([k, n]) => [parseCell(type.element, k), parseCell(COUNT, n)]);
    case 'ROW': {
      if (typeof json !== 'object' || Array.isArray(json)) throw notA(type, json);
      const members = json as Readonly<Record<string, unknown>>;
      const known = new Set(type.fields.map((f) => f.name));
      const extra = Object.keys(members).find((name) => !known.has(name));
      if (extra !== undefined) throw notA(type, json, `it has no field ${extra}`);
      return type.fields.map((f) =>
        parseCell(f.type, Object.hasOwn(members, f.name) ? members[f.name] : null),
      );
    }
    case 'BOOLEAN':
      if (typeof json === 'boolean') return json;
      break;
    default:
      if (typeof json === 'number' && Number.isInteger(json) && !Number.isSafeInteger(json)) {
        // The digits beyond 2^53 are lost already; only a float may have been meant.
        if (type.kind !== 'DOUBLE' && type.kind !== 'FLOAT') throw notA(type, json, 'write it as text');
      }
      if (typeof json === 'string' || typeof json === 'number' || typeof json === 'bigint') {
        return parseText(type, Object.is(json, -0) ? '-0' : String(json));
      }
  }
  throw notA(type, json);
}

const COUNT: DataType = { kind: 'INT', nullable: false };

function arrayOf(type: DataType, json: unknown): readonly unknown[] {
  if (!Array.isArray(json)) throw notA(type, json);
  return json;
}

function pairsOf(type: DataType, json: unknown): readonly (readonly [unknown, unknown])[] {
  return arrayOf(type, json).map((pair) => {
    if (!Array.isArray(pair) || pair.length !== 2) throw notA(type, json, 'entries are [key, value] pairs');
    return [pair[0], pair[1]] as const;
  });
}

/**
 * The cell that text stands for, for every type that is not nested.
 *
 * Shape   the encoding without its quotes; also taken: `true`/`false` in any case, a blank instead of the
 *         `T`, fractions of 0 to 9 digits, and a decimal or float in exponent form.
 * Errors  ARGUMENT_INVALID, VALUE_OUT_OF_RANGE.
 */
export function parseText(type: DataType, text: string): Value {
  switch (type.kind) {
    case 'BOOLEAN':
      if (/^true$/i.test(text)) return true;
      if (/^false$/i.test(text)) return false;
      throw notA(type, text);
    case 'TINYINT':
      return Number(integer(type, text, 8));
    case 'SMALLINT':
      return Number(integer(type, text, 16));
    case 'INT':
      return Number(integer(type, text, 32));
    case 'BIGINT':
      return integer(type, text, 64);
    case 'FLOAT':
      return Math.fround(double(type, text));
    case 'DOUBLE':
      return double(type, text);
    case 'DECIMAL':
      return decimal(type, text);
    case 'CHAR':
    case 'VARCHAR':
      return text;
    case 'BINARY':
    case 'VARBINARY':
      if (!/^(?:[0-9a-fA-F]{2})*$/.test(text)) throw notA(type, text, 'it is not hexadecimal');
      return Uint8Array.from(Buffer.from(text, 'hex'));
    case 'DATE':
      return date(type, text);
    case 'TIME':
      return time(type, text);
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return timestamp(type, text);
    default:
      throw notA(type, text);
  }
}

function integer(type: DataType, text: string, bits: number): bigint {
  if (!/^[+-]?\d{1,40}$/.test(text)) throw notA(type, text);
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  if (BigInt.asIntN(bits, value) !== value) throw outOfRange(type, text);
  return value;
}

function double(type: DataType, text: string): number {
  if (/^(?:NaN|-?Infinity)$/.test(text)) return Number(text);
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) throw notA(type, text);
  const value = Number(text);
  if (!Number.isFinite(type.kind === 'FLOAT' ? Math.fround(value) : value)) throw outOfRange(type, text);
  return value;
}

/** Digits of a number written out, beyond which no DECIMAL(38, s) can be meant. */
const DECIMAL_TEXT_MAX = 512;

function decimal(type: Extract<DataType, { readonly kind: 'DECIMAL' }>, text: string): bigint {
  const m = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,4}))?$/.exec(text);
  if (m === null || text.length > DECIMAL_TEXT_MAX || `${m[2]}${m[3]}` === '') throw notA(type, text);
  const [, sign, whole = '', fraction = '', exponent = '0'] = m;
  const shift = type.scale - fraction.length + Number(exponent);
  let digits = BigInt(whole + fraction);
  if (digits === 0n) return 0n;
  if (shift > type.precision) throw outOfRange(type, text);
  if (shift >= 0) digits *= 10n ** BigInt(shift);
  else {
    const unit = 10n ** BigInt(-shift);
    if (digits % unit !== 0n)
      throw outOfRange(type, text, `it has more than ${type.scale} fractional digits`);
    digits /= unit;
  }
  if (digits >= 10n ** BigInt(type.precision)) throw outOfRange(type, text);
  return sign === '-' ? -digits : digits;
}

const DATE = /^(-?\d{4,9})-(\d\d)-(\d\d)$/;
const CLOCK = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?$/;

function date(type: DataType, text: string): number {
  const m = DATE.exec(text);
  if (m === null) throw notA(type, text, 'a date is yyyy-mm-dd');
  const [year, month, day] = [Number(m[1]), Number(m[2]), Number(m[3])];
  if (month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)) throw outOfRange(type, text);
  const days = daysFromCivil(year, month, day);
  if (type.kind === 'DATE' && (days | 0) !== days) throw outOfRange(type, text);
  return days;
}

/** Seconds of the day and nanoseconds of `hh:mm[:ss[.fraction]]`. */
function clock(type: DataType, text: string): { readonly seconds: number; readonly nanos: number } {
  const m = CLOCK.exec(text);
  if (m === null) throw notA(type, text, 'a time is hh:mm:ss.mmm');
  const [hour, minute, second] = [Number(m[1]), Number(m[2]), Number(m[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) throw outOfRange(type, text);
  return { seconds: hour * 3600 + minute * 60 + second, nanos: Number((m[4] ?? '').padEnd(9, '0')) };
}

function time(type: DataType, text: string): number {
  const { seconds, nanos } = clock(type, text);
  if (nanos % 1_000_000 !== 0) throw outOfRange(type, text, 'a time has three fractional digits');
  return seconds * 1000 + nanos / 1_000_000;
}

function timestamp(
  type: { readonly kind: TimeKind; readonly nullable: boolean; readonly precision: number },
  text: string,
): bigint {
  const m = /^(-?\d{4,9}-\d\d-\d\d)(?:[T ](\d\d:\d\d.*?))?(Z?)$/.exec(text);
  if (m === null) throw notA(type, text, 'a timestamp is yyyy-mm-ddThh:mm:ss.nnnnnnnnn');
  if (m[3] === 'Z' && type.kind === 'TIMESTAMP') throw notA(type, text, 'TIMESTAMP has no zone');
  const day = date(type, m[1] as string);
  const { seconds, nanos } = clock(type, m[2] ?? '00:00:00');
  const wholeSeconds = BigInt(day) * 86_400n + BigInt(seconds);
  if (type.precision > 6) return wholeSeconds * 1_000_000_000n + BigInt(nanos);
  if (nanos % 1000 !== 0) throw outOfRange(type, text, 'it has more digits than the type');
  const micros = wholeSeconds * 1_000_000n + BigInt(nanos / 1000);
  if (BigInt.asIntN(64, micros) !== micros) throw outOfRange(type, text);
  return micros;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function notA(type: DataType, value: unknown, why?: string): LakeError {
  const reason = why === undefined ? '' : `: ${why}`;
  const message = `${shown(value)} is not a value of type ${type.kind}${reason}.`;
  return new LakeError('ARGUMENT_INVALID', message, { type: type.kind });
}

function outOfRange(type: DataType, value: unknown, why?: string): LakeError {
  const message = `${shown(value)} does not fit type ${type.kind}${why === undefined ? '' : `: ${why}`}.`;
  return new LakeError('VALUE_OUT_OF_RANGE', message, { type: type.kind });
}
