// Rows, arrays and maps of an older schema: fields are found by id, so they may have been renamed, moved,
// added, dropped or given another type at any depth.
import { type DataType, type Field, sameType } from '../../base/index.ts';
import { isValid, type ListVector, nullVector, type StructVector, type Vector } from '../arrow/index.ts';
import type { Cast } from './cells.ts';
import { identity } from './length-cast.ts';

/** Finds the cast of two inner types. */
export type Resolve = (from: DataType, to: DataType) => Cast | undefined;

type Nested<K extends DataType['kind']> = Extract<DataType, { readonly kind: K }>;

/** Source: schema/SchemaEvolutionUtil.java (createRowCastExecutor). */
export function rowToRow(from: Nested<'ROW'>, to: Nested<'ROW'>, resolve: Resolve): Cast | undefined {
  const plan = to.fields.map((field) => fieldCast(from.fields, field, resolve));
  if (plan.includes(undefined)) return undefined;
  const inPlace =
    from.fields.length === to.fields.length && plan.every((p, i) => p?.at === i && p.cast === identity);
  if (inPlace) return identity;
  return (vector) => {
    const source = vector as StructVector;
    const children = (plan as FieldCast[]).map(({ at, cast, type }) => {
      const child = at < 0 ? undefined : source.children[at];
      if (child === undefined) return nullVector(type, vector.length);
      return cast === identity ? child : cast(masked(child, source.validity));
    });
    return { layout: 'struct', length: vector.length, validity: vector.validity, children };
  };
}

interface FieldCast {
  /** Position of the field in the older row, -1 when it did not exist. */
  readonly at: number;
  readonly cast: Cast;
  readonly type: DataType;
}

function fieldCast(fields: readonly Field[], to: Field, resolve: Resolve): FieldCast | undefined {
  const at = fields.findIndex((field) => field.id === to.id);
  if (at < 0) return { at, cast: identity, type: to.type };
  const cast = resolve((fields[at] as Field).type, to.type);
  return cast && { at, cast, type: to.type };
}

/** A child of a row, null wherever the row is: what lies there may be no value at all. */
function masked(child: Vector, validity: Uint8Array | null): Vector {
  if (validity === null) return child;
  if (child.validity === null) return { ...child, validity };
  const both = child.validity.subarray(0, validity.length).map((bits, i) => bits & (validity[i] as number));
  return { ...child, validity: both };
}

/** Source: schema/SchemaEvolutionUtil.java (createArrayCastExecutor). */
export function arrayToArray(from: Nested<'ARRAY'>, to: Nested<'ARRAY'>, resolve: Resolve): Cast | undefined {
  const cast = resolve(from.element, to.element);
  if (cast === undefined || cast === identity) return cast;
  return (vector) => {
    const list = vector as ListVector;
    return { ...list, child: cast(masked(list.child, usedElements(list))) };
  };
}

/** Keys must have the same type. Source: schema/SchemaEvolutionUtil.java (createMapCastExecutor). */
export function mapToMap(from: Nested<'MAP'>, to: Nested<'MAP'>, resolve: Resolve): Cast | undefined {
  if (!sameType(from.key, to.key)) return undefined;
  const cast = resolve(from.value, to.value);
  if (cast === undefined || cast === identity) return cast;
  return (vector) => {
    const list = vector as ListVector;
    const entries = list.child as StructVector;
    const [keys, values] = entries.children as [Vector, Vector];
    const child: StructVector = { ...entries, children: [keys, cast(masked(values, usedElements(list)))] };
    return { ...list, child };
  };
}

/** Bits of the elements that belong to a row that is not null; null when all do. */
function usedElements(list: ListVector): Uint8Array | null {
  const elements = list.child.length;
  const all = list.validity === null && list.offsets[0] === 0 && list.offsets[list.length] === elements;
  if (all) return null;
  const bits = new Uint8Array((elements + 7) >> 3);
  for (let i = 0; i < list.length; i++) {
    if (!isValid(list, i)) continue;
    const end = list.offsets[i + 1] as number;
    for (let j = list.offsets[i] as number; j < end; j++) {
      bits[j >> 3] = (bits[j >> 3] as number) | (1 << (j & 7));
    }
  }
  return bits;
}
