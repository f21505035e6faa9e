// Columns that hold one value in every row: partition values, defaults.
import type { DataType } from '../../base/index.ts';
import { nullVector, vectorOf } from './builder.ts';
import { take } from './gather.ts';
import type { Value } from './value.ts';
import type { Vector } from './vector.ts';

/** `length` rows of one value, in the units of `Value`; null gives nulls. */
export function constantVector(type: DataType, value: Value, length: number): Vector {
  return value === null ? nullVector(type, length) : take(vectorOf(type, [value]), new Int32Array(length));
}
