// Where things lie in a BinaryRow and a BinaryArray. Everything is little-endian except the arity in front.
//   row    0        nullBytes  row kind (1 byte), then a null bit a field: field i is bit i + 8, lowest bit
//   first
//          nullBytes 8 a field  slot: the value, or (offset << 32 | length) into the bytes that follow
//   array  0        4          number of elements
//          4        4 per 32   null bit an element, lowest bit first
//          then the elements in their natural width, padded to 8, then the bytes their slots point into
// Source  Paimon, data/BinaryRow.java, data/BinaryArray.java, data/AbstractBinaryWriter.java.
import type { DataType } from '../../base/index.ts';

/** Bytes of text or binary that fit into the slot itself. */
export const INLINE_BYTES_MAX = 7;

/** Bytes of the row kind and the null bits. */
export function nullBytesOf(arity: number): number {
  return ((arity + 8 + 63) >> 6) * 8;
}

/** Bytes of the element count and the null bits of an array. */
export function arrayHeaderBytes(count: number): number {
  return 4 + ((count + 31) >>> 5) * 4;
}

/** Bytes of one element of an array. */
export function elementBytes(type: DataType): 1 | 2 | 4 | 8 {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'TINYINT':
      return 1;
    case 'SMALLINT':
      return 2;
    case 'INT':
    case 'FLOAT':
    case 'DATE':
    case 'TIME':
      return 4;
    default:
      return 8;
  }
}

/** Rounds up to whole 8-byte words. */
export function wholeWords(bytes: number): number {
  return (bytes + 7) & ~7;
}

/** True for decimals stored as one unscaled long. */
export function isCompactDecimal(precision: number): boolean {
  return precision <= 18;
}

/** True for timestamps stored as one long of milliseconds. */
export function isCompactTimestamp(precision: number): boolean {
  return precision <= 3;
}
