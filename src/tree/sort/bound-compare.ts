// Where rows of one group end among rows sorted by other means: the order of groups.
import { compareDoubles, type FloatVector, isValid, type Vector } from '../../codec/index.ts';
import { type CellCompare, cellCompare } from '../key-compare.ts';
import type { SortColumn } from './sort-column.ts';

/** Compares row `i` of `a` with row `j` of `b`: negative, zero or positive. */
export type BoundCompare = (a: readonly Vector[], i: number, b: readonly Vector[], j: number) => number;

/**
 * The order of groups: that of the sorted rows, except that -0 and 0 of the last column are one, since rows
 * of both lie side by side and are one key to Java.
 *
 * Errors  `unsupported` for a column of a type without order.
 */
export function boundCompare(columns: readonly SortColumn[]): BoundCompare {
  return compareOf(columns, (c) => c === columns.length - 1);
}

/** The order of the sorted rows by all columns, as `RowSorter` has it. Errors: as `boundCompare`. */
export function sortedCompare(columns: readonly SortColumn[]): BoundCompare {
  return compareOf(columns, () => false);
}

function compareOf(columns: readonly SortColumn[], zeroesAreOne: (c: number) => boolean): BoundCompare {
  const compares = columns.map(({ type, descending }, c): CellCompare => {
    const upwards = cellCompare(type);
    const isFloat = type.kind === 'FLOAT' || type.kind === 'DOUBLE';
    const compare = isFloat ? floatCompare(upwards, zeroesAreOne(c)) : upwards;
    return descending ? turned(compare) : compare;
  });
  return (a, i, b, j) => {
    for (let c = 0; c < compares.length; c++) {
      const { column } = columns[c] as SortColumn;
      const order = (compares[c] as CellCompare)(a[column] as Vector, i, b[column] as Vector, j);
      if (order !== 0) return order;
    }
    return 0;
  };
}

/** Descending; a null is still the lowest. */
function turned(compare: CellCompare): CellCompare {
  return (a, i, b, j) => {
    const order = compare(a, i, b, j);
    return isValid(a, i) && isValid(b, j) ? -order : order;
  };
}

/** NaN is highest, and -0 below 0 unless `zeroesAreOne`. */
function floatCompare(compare: CellCompare, zeroesAreOne: boolean): CellCompare {
  return (a, i, b, j) => {
    const order = compare(a, i, b, j);
    if (order !== 0 || !isValid(a, i)) return order;
    const x = (a as FloatVector).values[i] as number;
    const y = (b as FloatVector).values[j] as number;
    return zeroesAreOne && x === y ? 0 : compareDoubles(x, y);
  };
}
