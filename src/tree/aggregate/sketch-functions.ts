// Bitmaps and sketches stored as bytes: their aggregate is the union.
import { unsupported } from '../../base/index.ts';
import { hllUnion, rbm32Or, rbm64Or, thetaUnion, type Value } from '../../codec/index.ts';
import type { ComputeFunction } from './cell.ts';

type Union = (a: Uint8Array, b: Uint8Array, where: string) => Uint8Array;

const UNIONS: ReadonlyMap<string, Union> = new Map([
  ['rbm32', rbm32Or],
  ['rbm64', rbm64Or],
  ['hll_sketch', hllUnion],
  ['theta_sketch', thetaUnion],
  ['hll_sketch', hllUnion],
  ['theta_sketch', thetaUnion],
]);

/**
 * The union function of a name.
 *
 * Errors  FILE_CORRUPT, when merging, for bytes that are no such bitmap or sketch.
 * Source  Paimon, aggregate/FieldRoaringBitmap32Agg.java, FieldRoaringBitmap64Agg.java,
 *         FieldHllSketchAgg.java, FieldThetaSketchAgg.java.
 */
export function sketchFunction(name: string, column: string): ComputeFunction {
  const union = UNIONS.get(name);
  if (union === undefined) {
    throw unsupported(
      `fields.${column}.aggregate-function`,
      `Function '${name}' is not read by this version`,
    );
  }
  return {
    kind: 'compute',
    name,
    skipsNulls: true,
    combine: (a, b): Value => union(a as Uint8Array, b as Uint8Array, `${name} value of column ${column}`),
  };
}
