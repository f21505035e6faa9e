// The order of key rows: what files and runs are sorted by.
import type { DataType } from '../../base/index.ts';
import { compareBytes, compareValues, type Value } from '../arrow/index.ts';

/**
 * Orders two rows of the same types, column by column; null comes first.
 *
 * Shape   cells as `decodeRow` gives them. Negative, zero or positive.
 * Source  Paimon, codegen/SortCodeGenerator.
 */
export function compareRows(types: readonly DataType[], a: readonly Value[], b: readonly Value[]): number {
  for (let i = 0; i < types.length; i++) {
    const x = a[i] as Value;
    const y = b[i] as Value;
    if (x === null && y === null) continue;
    if (x === null || y === null) return x === null ? -1 : 1;
    const order = compareValues(types[i] as DataType, x, y);
    if (order !== 0) return order;
  }
  return 0;
}

/** True when both hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && compareBytes(a, b) === 0;
}
