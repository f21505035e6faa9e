// Floats as Java 17 prints them (Double.toString, Float.toString). Before JDK 19 Java does not always print
// the shortest digits: it prints 9.2698082E16 where 9.269808E16 would do. Tables written by Java hold such
// text, so the digits are made the same way: one by one, until the rest is less than half a unit in the last
// place, with Java's own estimates and shortcuts.

/** `Double.toString` of Java 17. */
export function javaDoubleText(value: number): string {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const exponent = Number((raw >> 52n) & 0x7ffn);
  return floatText(value, raw & 0xfffffffffffffn, exponent, 1023, 52);
}

/** `Float.toString` of Java 17; `value` must be a float widened to double. */
export function javaFloatText(value: number): string {
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, value);
  const raw = bits.getUint32(0);
  return floatText(value, BigInt(raw & 0x7fffff), (raw >>> 23) & 0xff, 127, 23);
}

function floatText(
  value: number,
  fraction: bigint,
  exponent: number,
  bias: number,
  fractionBits: number,
): string {
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (!Number.isFinite(value)) return `${sign}Infinity`;
  if (value === 0) return `${sign}0.0`;
  let significand = fraction;
  let binaryExponent = exponent - bias;
  let significantBits = fractionBits + 1;
  if (exponent === 0) {
    // Subnormal: shifted up until its highest bit is where a normal number has it.
    significantBits = bitLength(fraction);
    const shift = fractionBits + 1 - significantBits;
    significand = fraction << BigInt(shift);
    binaryExponent = 1 - shift - bias;
  } else significand |= 1n << BigInt(fractionBits);
  significand <<= BigInt(52 - fractionBits);
  return sign + place(digitsOf(significand, binaryExponent, significantBits));
}

/** Decimal digits of a number: 0.d1d2d3... times ten to the `exponent`. */
interface Digits {
  readonly digits: number[];
  readonly exponent: number;
}

/**
 * Java's layout: plain between 10^-3 and 10^7, otherwise with an exponent; always one digit after the point.
 */
function place({ digits, exponent }: Digits): string {
  const text = digits.join('');
  if (exponent > 0 && exponent < 8) {
    const whole = text.slice(0, exponent).padEnd(exponent, '0');
    return `${whole}.${text.slice(exponent) || '0'}`;
  }
  if (exponent <= 0 && exponent > -3) return `0.${'0'.repeat(-exponent)}${text}`;
  return `${text[0]}.${text.slice(1) || '0'}E${exponent - 1}`;
}

function digitsOf(significand: bigint, binaryExponent: number, significantBits: number): Digits {
  const tailZeros = trailingZeros(significand);
  const usedBits = 53 - tailZeros;
  const tinyBits = Math.max(0, usedBits - binaryExponent - 1);
  if (binaryExponent <= 62 && binaryExponent >= -21 && tinyBits === 0) {
    return wholeDigits(significand, binaryExponent, significantBits);
  }
  return generate(significand >> BigInt(tailZeros), usedBits, tinyBits, binaryExponent, significantBits);
}

/** A whole number below 2^63: its digits, rounded where they are beyond the precision of the float. */
function wholeDigits(significand: bigint, binaryExponent: number, significantBits: number): Digits {
  let value =
    binaryExponent >= 52
      ? significand << BigInt(binaryExponent - 52)
      : significand >> BigInt(52 - binaryExponent);
  let dropped = 0;
  if (binaryExponent > significantBits) dropped = insignificantDigits(binaryExponent - significantBits - 1);
  if (dropped > 0) {
    const unit = 10n ** BigInt(dropped);
    const rest = value % unit;
    value /= unit;
    if (rest >= unit / 2n) value++;
  }
  const text = String(value);
  const digits = text.replace(/0+$/, '');
  return { digits: Array.from(digits || '0', Number), exponent: text.length + dropped };
}

// floor(bits * log10(2)), from 4 bits on.
function insignificantDigits(bits: number): number {
  return bits > 1 ? Math.floor(bits * Math.LOG10E * Math.LN2) : 0;
}

const POW5_BITS_KNOWN = 27;

/** Bits of 5^n; beyond what a long holds Java overestimates with three bits a digit. */
function pow5Bits(n: number): number {
  return n < POW5_BITS_KNOWN ? bitLength(5n ** BigInt(n)) : n * 3;
}

function generate(
  fraction: bigint,
  usedBits: number,
  tinyBits: number,
  binaryExponent: number,
  significantBits: number,
): Digits {
  let exponent = estimateExponent(fraction, usedBits, binaryExponent);
  const b5 = Math.max(0, -exponent);
  let b2 = b5 + tinyBits + binaryExponent;
  const s5 = Math.max(0, exponent);
  let s2 = s5 + tinyBits;
  let m2 = b2 - significantBits;
  b2 -= usedBits - 1;
  const common = Math.min(b2, s2);
  b2 -= common;
  s2 -= common;
  m2 -= common;
  // Below a power of two the neighbour is only half as far away.
  if (usedBits === 1) m2 -= 1;
  if (m2 < 0) {
    b2 -= m2;
    s2 -= m2;
    m2 = 0;
  }
  const rest = (fraction * 5n ** BigInt(b5)) << BigInt(b2);
  const unit = (5n ** BigInt(s5)) << BigInt(s2);
  const half = (5n ** BigInt(b5)) << BigInt(m2);
  const bits = Math.max(usedBits + b2 + pow5Bits(b5), s2 + 1 + pow5Bits(s5 + 1));
  const width = bits < 32 ? 32 : bits < 64 ? 64 : 0;
  const first = develop(rest, unit, half, width, exponent);
  exponent = first.exponent;
  return round(first, exponent + 1);
}

/** floor(log10) of the number, from its leading bits; at most one too large. */
function estimateExponent(fraction: bigint, usedBits: number, binaryExponent: number): number {
  const mantissa = Number(fraction) / 2 ** (usedBits - 1);
  return Math.floor((mantissa - 1.5) * 0.289529654 + 0.176091259 + binaryExponent * 0.301029995663981);
}

interface Developed {
  readonly digits: number[];
  readonly exponent: number;
  readonly low: boolean;
  readonly high: boolean;
  /** Twice what is left minus one unit of the last digit. */
  readonly difference: bigint;
}

function develop(b0: bigint, unit: bigint, m0: bigint, width: number, estimate: number): Developed {
  // Java computes in int or long where everything fits, but lets the half unit overflow.
  const wrap = width === 0 ? (v: bigint): bigint => v : (v: bigint): bigint => BigInt.asIntN(width, v);
  const tens = unit * 10n;
  const tooHigh = (b: bigint, m: bigint): boolean => (width === 0 ? b + m >= tens : wrap(b + m) > tens);
  const digits: number[] = [];
  let exponent = estimate;
  let q = b0 / unit;
  let b = 10n * (b0 % unit);
  let m = wrap(m0 * 10n);
  let low = b < m;
  let high = tooHigh(b, m);
  if (q === 0n && !high) exponent--;
  else digits.push(Number(q));
  // With an exponent at least two digits are printed, so the first may not end it.
  if (exponent < -3 || exponent >= 8) {
    low = false;
    high = false;
  }
  while (!low && !high) {
    q = b / unit;
    b = 10n * (b % unit);
    m = wrap(m * 10n);
    if (m > 0n) {
      low = b < m;
      high = tooHigh(b, m);
    } else {
      low = true;
      high = true;
    }
    digits.push(Number(q));
  }
  return { digits, exponent, low, high, difference: wrap((b << 1n) - tens) };
}

function round({ digits, low, high, difference }: Developed, exponent: number): Digits {
  const odd = ((digits[digits.length - 1] as number) & 1) === 1;
  const up = high && (!low || difference > 0n || (difference === 0n && odd));
  if (!up) return { digits, exponent };
  let i = digits.length - 1;
  while (i > 0 && digits[i] === 9) digits[i--] = 0;
  if (digits[i] === 9) {
    digits[0] = 1;
    return { digits, exponent: exponent + 1 };
  }
  digits[i] = (digits[i] as number) + 1;
  return { digits, exponent };
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

function trailingZeros(value: bigint): number {
  const text = value.toString(2);
  return text.length - 1 - text.lastIndexOf('1');
}
