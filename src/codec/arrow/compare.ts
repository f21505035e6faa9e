// Java's order of single values: what max, min, sequence fields and keys compare by.
import { type DataType, LakeError } from '../../base/index.ts';
import type { Value } from './value.ts';

/**
 * Compares two cells of one type: negative, zero or positive. Neither may be null.
 *
 * Shape   cells as `Value` describes; text may be a string or its UTF-8. Text and binary compare byte by
 *         byte, unsigned; floats as Java's `Double.compare`: -0 below 0, NaN equal to itself and above all
 *         else; booleans false below true.
 * Errors  a type without an order (ARRAY, MAP, MULTISET, ROW) is `BUG`.
 * Source  Paimon, utils/InternalRowUtils.java (compare).
 */
export function compareValues(type: DataType, a: Value, b: Value): number {
  switch (type.kind) {
    case 'FLOAT':
    case 'DOUBLE':
      return compareDoubles(a as number, b as number);
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return compareBytes(bytesOf(a), bytesOf(b));
    case 'ARRAY':
    case 'MAP':
    case 'MULTISET':
    case 'ROW':
      throw new LakeError('BUG', `Values of type ${type.kind} have no order.`);
    default: {
      const x = a as number | bigint | boolean;
      const y = b as number | bigint | boolean;
      return x < y ? -1 : x > y ? 1 : 0;
    }
  }
}

/** Java's `Double.compare`. */
export function compareDoubles(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return a === 0 ? sign(a) - sign(b) : 0;
  return (Number.isNaN(a) ? 1 : 0) - (Number.isNaN(b) ? 1 : 0);
}

function sign(zero: number): number {
  return Object.is(zero, -0) ? -1 : 0;
}

/** Byte by byte, unsigned; the shorter one first when it is a prefix. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}

const utf8 = new TextEncoder();

function bytesOf(value: Value): Uint8Array {
  return typeof value === 'string' ? utf8.encode(value) : (value as Uint8Array);
}
