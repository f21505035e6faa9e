// Aggregate functions whose result is one of their inputs.
import { type DataType, LakeError } from '../../base/index.ts';
import { type FloatVector, isValid, type Vector } from '../../codec/index.ts';
import { type CellCompare, cellCompare } from '../key-compare.ts';
import type { PickFunction } from './cell.ts';

/**
 * The pick function of a name, or nothing when the function computes.
 *
 * Source  Paimon, aggregate/FieldPrimaryKeyAgg, FieldLast*Agg, FieldFirst*Agg, FieldMaxAgg, FieldMinAgg.java.
 */
export function pickFunction(name: string, column: string, type: DataType): PickFunction | undefined {
  switch (name) {
    case 'primary-key':
      return { kind: 'pick', name, retract: 'take', takesInput: () => true };
    case 'last_value':
      return { kind: 'pick', name, retract: 'clear', takesInput: () => true };
    case 'last_non_null_value':
      return {
        kind: 'pick',
        name,
        retract: 'clear-if-input',
        takesInput: (_a, _i, b, j) => !isNull(b, j),
      };
    case 'first_value':
      return {
        kind: 'pick',
        name,
        retract: 'refuse',
        takesInput: (_a, _i, _b, _j, state) => {
          const first = !state.initialized;
          state.initialized = true;
          return first;
        },
      };
    case 'first_non_null_value':
    case 'first_not_null_value':
      return {
        kind: 'pick',
        name,
        retract: 'refuse',
        takesInput: (_a, _i, b, j, state) => {
          if (state.initialized || isNull(b, j)) return false;
          state.initialized = true;
          return true;
        },
      };
    case 'max':
    case 'min':
      return extreme(name, column, type);
    default:
      return undefined;
  }
}

function extreme(name: 'max' | 'min', column: string, type: DataType): PickFunction {
  const compare = totalCompare(type);
  return {
    kind: 'pick',
    name,
    retract: 'refuse',
    takesInput: (a, i, b, j) => {
      if (isNull(a, i)) return true;
      if (isNull(b, j)) return false;
      if (compare === undefined) throw incomparable(name, column, type);
      const order = compare(a as Vector, i, b as Vector, j);
      return name === 'max' ? order < 0 : order >= 0;
    },
  };
}

function isNull(vector: Vector | undefined, row: number): boolean {
  return vector === undefined || !isValid(vector, row);
}

/**
 * Source: Paimon, utils/InternalRowUtils.java (compare): floats in Java's total order, no order of booleans
 * and nested values.
 */
function totalCompare(type: DataType): CellCompare | undefined {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'ARRAY':
    case 'MAP':
    case 'MULTISET':
    case 'ROW':
      return undefined;
    case 'FLOAT':
    case 'DOUBLE':
      return (a, i, b, j) =>
        compareDoubles((a as FloatVector).values[i] as number, (b as FloatVector).values[j] as number);
    default:
      return cellCompare(type);
  }
}

/** Java's Double.compare: -0 below 0, NaN above everything and equal to itself. */
function compareDoubles(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return a !== 0 || Object.is(a, b) ? 0 : Object.is(a, -0) ? -1 : 1;
  const nanA = Number.isNaN(a);
  return nanA === Number.isNaN(b) ? 0 : nanA ? 1 : -1;
}

function incomparable(name: string, column: string, type: DataType): LakeError {
  const option = `fields.${column}.aggregate-function`;
  return new LakeError(
    'MERGE_REFUSED',
    `Function '${name}' cannot compare ${type.kind} values of ${column}`,
    {
      option,
      column,
    },
  );
}
