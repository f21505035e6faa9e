// The aggregate function of a column, ready to run.
import { type DataType, type Field, LakeError } from '../../base/index.ts';
import type { AggregatorSpec } from '../merge-spec.ts';
import { type CellFunction, ColumnCell, type ComputeFunction } from './cell.ts';
import { collectFunction, mergeMapFunction, mergeMapWithKeyTimeFunction } from './collection-functions.ts';
import { nestedPartialUpdateFunction, nestedUpdateFunction } from './nested-functions.ts';
import { productFunction, sumFunction } from './number-functions.ts';
import { pickFunction } from './pick-functions.ts';
import { sketchFunction } from './sketch-functions.ts';
import { booleanFunction, listaggFunction } from './text-functions.ts';

/**
 * The state of an output column with the function of its checked spec; without one, records simply replace
 * each other.
 */
export function cellOf(field: Field, spec: AggregatorSpec | undefined): ColumnCell {
  if (spec === undefined) return new ColumnCell(field, undefined, false);
  const fn = pickFunction(spec.name, field.name, field.type) ?? computeFunction(spec, field.name, field.type);
  return new ColumnCell(field, spec.ignoreRetract ? plainWhenLate(fn) : fn, spec.ignoreRetract);
}

/** Java's wrapper that ignores retracts forgets a function's own way with late records. */
function plainWhenLate(fn: CellFunction): CellFunction {
  if (fn.kind === 'pick') return fn;
  const { combineReversed: _, ...plain } = fn;
  return plain;
}

function computeFunction(spec: AggregatorSpec, column: string, type: DataType): ComputeFunction {
  switch (spec.name) {
    case 'sum':
      return sumFunction(column, type);
    case 'product':
      return productFunction(column, type);
    case 'bool_and':
    case 'bool_or':
      return booleanFunction(spec.name);
    case 'listagg':
      return listaggFunction(spec);
  }
  if (type.kind === 'MAP') {
    if (spec.name === 'merge_map') return mergeMapFunction(type);
    if (spec.name === 'merge_map_with_keytime') return mergeMapWithKeyTimeFunction(spec, column, type);
  }
  if (type.kind === 'ARRAY') {
    if (spec.name === 'collect') return collectFunction(spec, type);
    if (type.element.kind === 'ROW') {
      if (spec.name === 'nested_update') return nestedUpdateFunction(spec, type.element);
      if (spec.name === 'nested_partial_update') return nestedPartialUpdateFunction(spec, type.element);
    }
  }
  if (type.kind === 'VARBINARY') return sketchFunction(spec.name, column);
  throw new LakeError('BUG', `Function ${spec.name} does not take ${type.kind}; the options were checked`);
}
