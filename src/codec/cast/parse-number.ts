// Text to booleans and numbers as Java's casts read it: truncating integers, correctly rounded floats.
import { castFailed } from './cells.ts';

const TRUE = new Set(['t', 'true', 'y', 'yes', '1']);
const FALSE = new Set(['f', 'false', 'n', 'no', '0']);

/** Source: utils/BinaryStringUtils.java (toBoolean). */
export function booleanOfText(text: string): boolean {
  const lower = text.toLowerCase();
  if (TRUE.has(lower)) return true;
  if (FALSE.has(lower)) return false;
  throw castFailed(text, 'BOOLEAN', 'not one of t, true, y, yes, 1, f, false, n, no, 0');
}

/**
 * A whole number of `bits` bits; a fraction is checked for digits and cut off, `'-.5'` is 0.
 *
 * Source  utils/BinaryStringUtils.java (toByte, toShort, toInt, toLong).
 */
export function integerOfText(text: string, bits: 8 | 16 | 32 | 64, type: string): bigint {
  const m = /^([+-]?)(\d*)(?:\.\d*)?$/.exec(text);
  if (m === null || text === '' || text === '+' || text === '-') throw castFailed(text, type, 'not a number');
  const digits = (m[2] as string).replace(/^0+/, '');
  const value = digits.length > 19 ? undefined : BigInt(digits === '' ? 0 : digits);
  const signed = value === undefined || m[1] !== '-' ? value : -value;
  if (signed === undefined || BigInt.asIntN(bits, signed) !== signed)
    throw castFailed(text, type, 'overflow');
  return signed;
}

const DECIMAL_FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?$/;
const HEX_FLOAT = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)[fFdD]?$/;

/** `Double.parseDouble`: blanks around it, a type suffix and hexadecimal floats are allowed. */
export function doubleOfText(text: string): number {
  const { value } = floatParts(text, 'DOUBLE');
  return value;
}

const FLOAT_MAX = 2 ** 128 - 2 ** 104;
/**
 * Exactly between the largest float and the power of two above it: text below it is still the largest float.
 */
const FLOAT_OVERFLOW = 2 ** 128 - 2 ** 103;

/** `Float.parseFloat`: rounded once, straight from the text. */
export function floatOfText(text: string): number {
  const { value, decimal } = floatParts(text, 'FLOAT');
  const float = Math.fround(value);
  if (decimal !== undefined && Math.abs(value) === FLOAT_OVERFLOW) {
    const below = compareExact(decimal.replace(/^[+-]/, ''), FLOAT_OVERFLOW) < 0;
    return below ? Math.sign(value) * FLOAT_MAX : float;
  }
  if (decimal === undefined || !halfway(value, float)) return float;
  // Exactly between two floats after the first rounding: the text says on which side it was.
  const order = compareExact(decimal, value);
  if (order === 0) return float;
  const away = 2 * value - float;
  const [lower, upper] = float < away ? [float, away] : [away, float];
  return order < 0 ? lower : upper;
}

function floatParts(text: string, type: string): { readonly value: number; readonly decimal?: string } {
  const trimmed = trim(text);
  if (/^[+-]?(?:NaN|Infinity)$/.test(trimmed)) return { value: Number(trimmed.replace(/^[+-](?=NaN)/, '')) };
  if (DECIMAL_FLOAT.test(trimmed)) {
    const decimal = trimmed.replace(/[fFdD]$/, '');
    return { value: Number(decimal), decimal };
  }
  const hex = HEX_FLOAT.exec(trimmed);
  if (hex === null || `${hex[2]}${hex[3]}` === '') throw castFailed(text, type, 'not a number');
  return { value: hexValue(hex[1] === '-', `${hex[2]}${hex[3]}`, (hex[3] as string).length, Number(hex[4])) };
}

/** Hexadecimal digits times two to the exponent, rounded to double. */
function hexValue(negative: boolean, digits: string, fractionDigits: number, exponent: number): number {
  let mantissa = BigInt(`0x${digits}`);
  let power = exponent - 4 * fractionDigits;
  if (mantissa === 0n) return negative ? -0 : 0;
  // Bring it to 64 bits with a sticky bit, so that the conversion rounds once.
  const extra = mantissa.toString(2).length - 64;
  if (extra > 0) {
    const rest = mantissa & ((1n << BigInt(extra)) - 1n);
    mantissa = (mantissa >> BigInt(extra)) | (rest === 0n ? 0n : 1n);
    power += extra;
  }
  const value = scaleByPower(mantissa, power);
  return negative ? -value : value;
}

/** mantissa * 2^power, rounded once: a double keeps 53 bits, and fewer below its normal range. */
function scaleByPower(mantissa: bigint, power: number): number {
  if (power > 1100) return Number.POSITIVE_INFINITY;
  if (power < -1300) return 0;
  if (power >= 0) return Number(mantissa << BigInt(power));
  const bits = mantissa.toString(2).length;
  const keep = Math.min(53, bits + power + 1074);
  if (keep < 0) return 0;
  const drop = Math.max(0, bits - keep);
  const unit = 1n << BigInt(drop);
  const rest = mantissa % unit;
  let kept = mantissa / unit;
  if (rest * 2n > unit || (rest * 2n === unit && (kept & 1n) === 1n)) kept++;
  return Number(kept) * 2 ** (power + drop);
}

/** True when a double lies exactly between the float it rounds to and that float's neighbour. */
function halfway(value: number, float: number): boolean {
  if (value === float || !Number.isFinite(float)) return false;
  const other = 2 * value - float;
  return Math.fround(other) === other;
}

/** The sign of (decimal text - double), computed exactly. */
function compareExact(text: string, value: number): number {
  const m = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text);
  if (m === null) return 0;
  const power = Number(m[4] ?? 0) - (m[3] as string).length;
  const digits = BigInt(`${m[2]}${m[3]}`) * (m[1] === '-' ? -1n : 1n);
  // The double is finite and at least as large as half the smallest float, so 2^200 makes it whole.
  const scaled = BigInt(value * 2 ** 200);
  const left = digits * 2n ** 200n * 10n ** BigInt(Math.max(0, power));
  const right = scaled * 10n ** BigInt(Math.max(0, -power));
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Java's `String.trim`: characters up to the blank at both ends. */
export function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 32) start++;
  while (start < end && text.charCodeAt(end - 1) <= 32) end--;
  return text.slice(start, end);
}
