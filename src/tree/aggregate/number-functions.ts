// sum and product with Java's arithmetic: integers wrap, FLOAT rounds to 32 bits, decimals that no longer fit
// become null.
import { type DataType, LakeError } from '../../base/index.ts';
import type { Value } from '../../codec/index.ts';
import type { ComputeFunction } from './cell.ts';

type Operation = '+' | '-' | '*' | '/';
type Arithmetic = (a: Value, b: Value, operation: Operation) => Value;

/** Source: Paimon, aggregate/FieldSumAgg.java. */
export function sumFunction(column: string, type: DataType): ComputeFunction {
  const arithmetic = arithmeticOf(column, type);
  const zero = typeof sampleZero(type) === 'bigint' ? 0n : 0;
  return {
    kind: 'compute',
    name: 'sum',
    skipsNulls: true,
    combine: (a, b) => arithmetic(a, b, '+'),
    retract: (a, b) => {
      if (b === null) return a;
      return a === null ? negative(type, b, arithmetic, zero) : arithmetic(a, b, '-');
    },
  };
}

/** Source: Paimon, aggregate/FieldProductAgg.java. */
export function productFunction(column: string, type: DataType): ComputeFunction {
  const arithmetic = arithmeticOf(column, type);
  return {
    kind: 'compute',
    name: 'product',
    skipsNulls: true,
    combine: (a, b) => arithmetic(a, b, '*'),
    retract: (a, b) => (a === null || b === null ? a : arithmetic(a, b, '/')),
  };
}

function sampleZero(type: DataType): number | bigint {
  return type.kind === 'BIGINT' || type.kind === 'DECIMAL' ? 0n : 0;
}

function negative(type: DataType, value: Value, arithmetic: Arithmetic, zero: number | bigint): Value {
  if (type.kind === 'FLOAT' || type.kind === 'DOUBLE') return -(value as number);
  // Decimal.fromBigDecimal checks the digits here, even where a sum of compact decimals does not.
  if (type.kind === 'DECIMAL') return fitting(-(value as bigint), type.precision);
  return arithmetic(zero, value, '-');
}

function arithmeticOf(column: string, type: DataType): Arithmetic {
  switch (type.kind) {
    case 'TINYINT':
      return (a, b, op) => (integer(column, a as number, b as number, op) << 24) >> 24;
    case 'SMALLINT':
      return (a, b, op) => (integer(column, a as number, b as number, op) << 16) >> 16;
    case 'INT':
      return (a, b, op) => integer(column, a as number, b as number, op);
    case 'BIGINT':
      return (a, b, op) => BigInt.asIntN(64, long(column, a as bigint, b as bigint, op));
    case 'FLOAT':
      return (a, b, op) => Math.fround(double(a as number, b as number, op));
    case 'DOUBLE':
      return (a, b, op) => double(a as number, b as number, op);
    case 'DECIMAL': {
      const { precision, scale } = type;
      return (a, b, op) => decimal(column, a as bigint, b as bigint, op, precision, scale);
    }
    default:
      throw new LakeError('BUG', `${type.kind} is not a number; the options were checked`);
  }
}

function integer(column: string, a: number, b: number, operation: Operation): number {
  switch (operation) {
    case '+':
      return (a + b) | 0;
    case '-':
      return (a - b) | 0;
    case '*':
      return Math.imul(a, b);
    case '/':
      if (b === 0) throw indivisible(column, '/ by zero');
      return (a / b) | 0;
  }
}

function long(column: string, a: bigint, b: bigint, operation: Operation): bigint {
  switch (operation) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      if (b === 0n) throw indivisible(column, '/ by zero');
      return a / b;
  }
}

function double(a: number, b: number, operation: Operation): number {
  switch (operation) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
  }
}

const LONG_MAX = 9223372036854775807n;

/** Source: Paimon, utils/DecimalUtils.java (add, subtract), data/Decimal.java (fromBigDecimal). */
function decimal(
  column: string,
  a: bigint,
  b: bigint,
  operation: Operation,
  precision: number,
  scale: number,
): bigint | null {
  switch (operation) {
    case '+':
    case '-': {
      const sum = operation === '+' ? a + b : a - b;
      // A compact sum that fits in 64 bits keeps even more digits than its precision.
      if (precision <= 18 && sum <= LONG_MAX && sum >= -LONG_MAX - 1n) return sum;
      return fitting(sum, precision);
    }
    case '*':
      return fitting(divideHalfUp(a * b, 10n ** BigInt(scale)), precision);
    case '/': {
      if (b === 0n) throw indivisible(column, a === 0n ? 'Division undefined' : 'Division by zero');
      if (!terminates(a, b)) {
        throw indivisible(
          column,
          'Non-terminating decimal expansion; no exact representable decimal result.',
        );
      }
      return fitting(divideHalfUp(a * 10n ** BigInt(scale), b), precision);
    }
  }
}

function fitting(unscaled: bigint, precision: number): bigint | null {
  const limit = 10n ** BigInt(precision);
  return unscaled < limit && unscaled > -limit ? unscaled : null;
}

/** The quotient, halves away from zero. */
function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const rest = dividend % divisor;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  if (twice < (divisor < 0n ? -divisor : divisor)) return quotient;
  return dividend < 0n === divisor < 0n ? quotient + 1n : quotient - 1n;
}

/** True when a / b has finitely many decimal digits. */
function terminates(a: bigint, b: bigint): boolean {
  let rest = b < 0n ? -b : b;
  rest /= greatestCommonDivisor(a < 0n ? -a : a, rest);
  while (rest % 10n === 0n) rest /= 10n;
  while (rest % 2n === 0n) rest /= 2n;
  while (rest % 5n === 0n) rest /= 5n;
  return rest === 1n;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

function indivisible(column: string, reason: string): LakeError {
  const option = `fields.${column}.ignore-retract`;
  return new LakeError(
    'MERGE_REFUSED',
    `Function 'product' of column ${column} cannot take a value back: ${reason}. ` +
      `Set '${option}' = 'true' to ignore retraction messages.`,
    { option, column },
  );
}
