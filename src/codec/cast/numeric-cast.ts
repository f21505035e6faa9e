// Numbers to numbers, and booleans to numbers and back, with Java's own narrowing: integers wrap, floats
// saturate.
import type { DataType } from '../../base/index.ts';
import type { Value } from '../arrow/index.ts';
import type { CellCast } from './cells.ts';
import { type DecimalType, decimalDouble, decimalOfText, rescale } from './decimal.ts';
import { javaDoubleText } from './java-double.ts';

const INT_MAX = 2147483647;
const LONG_MAX = 2n ** 63n - 1n;

/**
 * Integer and float types to each other. Source: casting/NumericPrimitiveCastRule.java (Java's
 * `Number.xxxValue`).
 */
export function numberToNumber(from: DataType, to: DataType): CellCast {
  const wide = from.kind === 'BIGINT';
  const float = from.kind === 'FLOAT' || from.kind === 'DOUBLE';
  switch (to.kind) {
    case 'BIGINT':
      if (wide) return (v) => v;
      return float ? (v) => saturatedLong(v as number) : (v) => BigInt(v as number);
    case 'FLOAT':
      return wide ? (v) => floatOfLong(v as bigint) : (v) => Math.fround(v as number);
    case 'DOUBLE':
      return (v) => Number(v);
    default: {
      const bits = to.kind === 'TINYINT' ? 8 : to.kind === 'SMALLINT' ? 16 : 32;
      const narrow = narrowTo(bits);
      if (wide) return (v) => Number(BigInt.asIntN(bits, v as bigint));
      return float ? (v) => narrow(saturatedInt(v as number)) : (v) => narrow(v as number);
    }
  }
}

/** The low bits of an int, sign-extended. */
function narrowTo(bits: number): (value: number) => number {
  const shift = 32 - bits;
  return (value) => (value << shift) >> shift;
}

function saturatedInt(value: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.trunc(Math.max(-INT_MAX - 1, Math.min(INT_MAX, value))) | 0;
}

function saturatedLong(value: number): bigint {
  if (Number.isNaN(value)) return 0n;
  if (value >= 2 ** 63) return LONG_MAX;
  return value <= -(2 ** 63) ? -LONG_MAX - 1n : BigInt(Math.trunc(value));
}

/** A long rounded once to float; by way of double it would be rounded twice. */
function floatOfLong(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  if (magnitude < 2n ** 53n) return Math.fround(Number(value));
  // The bits a double cannot hold only matter as "more than half": they are folded into one sticky bit.
  const sticky = (magnitude & 2047n) === 0n ? 0n : 1n;
  const rounded = Math.fround(Number((magnitude >> 11n) | sticky)) * 2048;
  return value < 0n ? -rounded : rounded;
}

/** Source: casting/BooleanToNumericCastRule.java. */
export function booleanToNumber(to: DataType): CellCast {
  if (to.kind === 'BIGINT') return (v) => (v ? 1n : 0n);
  if (to.kind === 'DECIMAL') return (v) => rescale(v ? 1n : 0n, 0, to);
  return (v) => (v ? 1 : 0);
}

/** Source: casting/NumericToBooleanCastRule.java (integers only). */
export const integerToBoolean: CellCast = (v) => (typeof v === 'bigint' ? v !== 0n : v !== 0);

/**
 * Source: casting/NumericPrimitiveToDecimalCastRule.java; floats by way of their Java text, rounded half up.
 */
export function numberToDecimal(from: DataType, to: DecimalType): CellCast {
  if (from.kind === 'FLOAT' || from.kind === 'DOUBLE') {
    return (v) => decimalOfText(javaDoubleText(v as number), to);
  }
  return (v) => rescale(BigInt(v as number | bigint), 0, to);
}

/** Source: casting/DecimalToDecimalCastRule.java; null when the value needs more digits than the type has. */
export function decimalToDecimal(from: DecimalType, to: DecimalType): CellCast {
  return (v) => rescale(v as bigint, from.scale, to);
}

/** Source: casting/DecimalToNumericPrimitiveCastRule.java; the fraction is cut off, what remains wraps. */
export function decimalToNumber(from: DecimalType, to: DataType): CellCast {
  const unit = 10n ** BigInt(from.scale);
  const whole = (v: Value): bigint => BigInt.asIntN(64, (v as bigint) / unit);
  switch (to.kind) {
    case 'BIGINT':
      return whole;
    case 'FLOAT':
      return (v) => Math.fround(decimalDouble(v as bigint, from));
    case 'DOUBLE':
      return (v) => decimalDouble(v as bigint, from);
    default: {
      const bits = to.kind === 'TINYINT' ? 8 : to.kind === 'SMALLINT' ? 16 : 32;
      return (v) => Number(BigInt.asIntN(bits, whole(v)));
    }
  }
}
