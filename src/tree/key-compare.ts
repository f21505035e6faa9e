// The order of keys and sequence fields, exactly as Java's generated comparators have it: nulls lowest (in
// descending order too), text and binary by unsigned bytes, floats by `<` and `>` only, so that -0 equals 0
// and NaN equals everything.
import { type DataType, unsupported } from '../base/index.ts';
import {
  type BoolVector,
  type BytesVector,
  type FloatVector,
  type IntVector,
  isValid,
  type LongVector,
  type Value,
  type Vector,
  type WideVector,
} from '../codec/index.ts';

/** Compares row `i` of `a` with row `j` of `b`: negative, zero or positive. */
export type CellCompare = (a: Vector, i: number, b: Vector, j: number) => number;

/**
 * The order of one column.
 *
 * Errors  `unsupported` for types Java allows in no key (ARRAY, MAP, MULTISET, ROW).
 * Source  Paimon, codegen/GenerateUtils.scala (generateCompare, generateRowCompare).
 */
export function cellCompare(type: DataType): CellCompare {
  const compare = valueCompare(type);
  return (a, i, b, j) => {
    if (a.validity !== null || b.validity !== null) {
      const validA = isValid(a, i);
      const validB = isValid(b, j);
      if (!validA) return validB ? -1 : 0;
      if (!validB) return 1;
    }
    return compare(a, i, b, j);
  };
}

/** Compares two valid cells. */
function valueCompare(type: DataType): CellCompare {
  switch (type.kind) {
    case 'BOOLEAN':
      return (a, i, b, j) => bitAt(a as BoolVector, i) - bitAt(b as BoolVector, j);
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'DATE':
    case 'TIME':
      return (a, i, b, j) => ((a as IntVector).values[i] as number) - ((b as IntVector).values[j] as number);
    case 'FLOAT':
    case 'DOUBLE':
      return (a, i, b, j) => {
        const x = (a as FloatVector).values[i] as number;
        const y = (b as FloatVector).values[j] as number;
        return x > y ? 1 : x < y ? -1 : 0;
      };
    case 'BIGINT':
      return compareLongs;
    case 'DECIMAL':
      return type.precision <= 18 ? compareLongs : compareWides;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return type.precision <= 6 ? compareLongs : compareWides;
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return (a, i, b, j) => compareBytesAt(a as BytesVector, i, b as BytesVector, j);
    default:
      throw unsupported(`key of type ${type.kind}`, `Java sorts no key or sequence field by a ${type.kind}`);
  }
}

function bitAt(vector: BoolVector, i: number): number {
  return ((vector.values[i >> 3] as number) >> (i & 7)) & 1;
}

function compareLongs(a: Vector, i: number, b: Vector, j: number): number {
  const x = (a as LongVector).values[i] as bigint;
  const y = (b as LongVector).values[j] as bigint;
  return x < y ? -1 : x > y ? 1 : 0;
}

function compareWides(a: Vector, i: number, b: Vector, j: number): number {
  const x = (a as WideVector).values;
  const y = (b as WideVector).values;
  const highX = x[2 * i + 1] as bigint;
  const highY = y[2 * j + 1] as bigint;
  if (highX !== highY) return highX < highY ? -1 : 1;
  const lowX = BigInt.asUintN(64, x[2 * i] as bigint);
  const lowY = BigInt.asUintN(64, y[2 * j] as bigint);
  return lowX < lowY ? -1 : lowX > lowY ? 1 : 0;
}

function compareBytesAt(a: BytesVector, i: number, b: BytesVector, j: number): number {
  const startA = a.offsets[i] as number;
  const startB = b.offsets[j] as number;
  const lengthA = (a.offsets[i + 1] as number) - startA;
  const lengthB = (b.offsets[j + 1] as number) - startB;
  const length = Math.min(lengthA, lengthB);
  const x = a.values;
  const y = b.values;
  for (let k = 0; k < length; k++) {
    const difference = (x[startA + k] as number) - (y[startB + k] as number);
    if (difference !== 0) return difference;
  }
  return lengthA - lengthB;
}

/**
 * Several columns, first one first.
 *
 * Shape   `columns` are positions in the batches' columns; `descending` turns all of them, nulls stay lowest.
 */
export function rowCompare(
  types: readonly DataType[],
  columns: readonly number[],
  descending = false,
): (a: readonly Vector[], i: number, b: readonly Vector[], j: number) => number {
  const compares = columns.map((column) => (descending ? reversed : cellCompare)(types[column] as DataType));
  const count = columns.length;
  return (a, i, b, j) => {
    for (let c = 0; c < count; c++) {
      const column = columns[c] as number;
      const order = (compares[c] as CellCompare)(a[column] as Vector, i, b[column] as Vector, j);
      if (order !== 0) return order;
    }
    return 0;
  };
}

/** Descending order in which a null is still the lowest, as Java's generated code has it. */
function reversed(type: DataType): CellCompare {
  const compare = cellCompare(type);
  return (a, i, b, j) => {
    const order = compare(a, i, b, j);
    return isValid(a, i) && isValid(b, j) ? -order : order;
  };
}

/**
 * The same order over single cells, for the first and last keys of files.
 *
 * Shape   `types` of the key columns; keys are cells in the same order.
 */
export function keyCompare(types: readonly DataType[]): (a: readonly Value[], b: readonly Value[]) => number {
  return (a, b) => {
    for (let c = 0; c < types.length; c++) {
      const order = compareValues(a[c] ?? null, b[c] ?? null);
      if (order !== 0) return order;
    }
    return 0;
  };
}

function compareValues(a: Value, b: Value): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  if (a instanceof Uint8Array) return compareBytes(a, b as Uint8Array);
  if (typeof a === 'string') return compareBytes(utf8.encode(a), utf8.encode(b as string));
  if (Array.isArray(a)) throw unsupported('key of a nested type', 'Java sorts no key by a nested type');
  const x = a as number;
  const y = b as number;
  return x > y ? 1 : x < y ? -1 : 0;
}

const utf8 = new TextEncoder();

/** Unsigned bytes, first difference decides, else the shorter is lower. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
