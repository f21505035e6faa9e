// Decimals as Java's BigDecimal computes them: rounded half up, null when they need more digits than the type
// has.
import type { DataType } from '../../base/index.ts';
import { decimalText } from '../text/index.ts';
import { castFailed } from './cells.ts';

export type DecimalType = Extract<DataType, { readonly kind: 'DECIMAL' }>;

/** An unscaled value brought to the scale of `to`; null when it does not fit. Source: data/Decimal.java. */
export function rescale(unscaled: bigint, scale: number, to: DecimalType): bigint | null {
  const value = shift(unscaled, to.scale - scale);
  const magnitude = value < 0n ? -value : value;
  return magnitude < 10n ** BigInt(to.precision) ? value : null;
}

/** Times ten to the `by`, rounded half up (away from zero at the half). */
function shift(value: bigint, by: number): bigint {
  if (by >= 0) return value * 10n ** BigInt(by);
  const unit = 10n ** BigInt(-by);
  const rest = value % unit;
  const cut = value / unit;
  if (rest * 2n >= unit) return cut + 1n;
  return rest * 2n <= -unit ? cut - 1n : cut;
}

/** `Decimal` to double: Java divides two doubles while the unscaled value is a long, else reads its text. */
export function decimalDouble(unscaled: bigint, type: DecimalType): number {
  if (type.precision <= 18) return Number(unscaled) / 10 ** type.scale;
  return Number(decimalText(String(unscaled), type.scale));
}

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
const EXPONENT_MAX = 2147483647;

/**
 * Text to an unscaled value of `to`, as `new BigDecimal(text)` reads it; null when it does not fit.
 *
 * Limits  exponents are never written out: what is too large is null, what is too small is 0.
 * Errors  VALUE_CAST_FAILED when it is not a number. Blanks around it are not allowed.
 */
export function decimalOfText(text: string, to: DecimalType): bigint | null {
  const m = NUMBER.exec(text);
  const digits = m === null ? '' : `${m[2]}${m[3] ?? ''}`;
  const exponent = Number(m?.[4] ?? 0);
  if (digits === '' || Math.abs(exponent) > EXPONENT_MAX) throw castFailed(text, 'DECIMAL', 'not a number');
  const significant = digits.replace(/^0+/, '');
  if (significant === '') return 0n;
  const scale = (m?.[3] ?? '').length - exponent;
  const wholeDigits = significant.length - scale;
  if (wholeDigits > to.precision - to.scale + 1) return null;
  if (wholeDigits < -to.scale) return 0n;
  const unscaled = BigInt(significant);
  return rescale(m?.[1] === '-' ? -unscaled : unscaled, scale, to);
}
