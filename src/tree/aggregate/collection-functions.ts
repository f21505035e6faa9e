// collect, merge_map and merge_map_with_keytime. Distinct elements and map entries come out in the order of
// Java's hash maps.
import { type DataType, LakeError } from '../../base/index.ts';
import { JavaMap, javaHash, javaUtf8, type Value } from '../../codec/index.ts';
import type { AggregatorSpec } from '../merge-spec.ts';
import type { ComputeFunction } from './cell.ts';
import { identityText, sameValue } from './value-identity.ts';

type ArrayType = Extract<DataType, { kind: 'ARRAY' }>;
type MapType = Extract<DataType, { kind: 'MAP' }>;
type Entries = readonly (readonly [Value, Value])[];

const CONSTRUCTED = new Set(['ARRAY', 'MAP', 'MULTISET', 'ROW']);

/** Source: Paimon, aggregate/FieldCollectAgg.java. */
export function collectFunction(spec: AggregatorSpec, type: ArrayType): ComputeFunction {
  const { element } = type;
  const constructed = CONSTRUCTED.has(element.kind);
  const combine = (a: Value, b: Value): Value => {
    const list = (a ?? []) as readonly Value[];
    const input = (b ?? []) as readonly Value[];
    if (!spec.distinct) return [...list, ...input];
    if (a === null && b === null) return null;
    return constructed ? appendNew(list, input, element) : distinct([...list, ...input], element);
  };
  return {
    kind: 'compute',
    name: 'collect',
    // Distinct elements are made distinct even in the first array.
    skipsNulls: !spec.distinct,
    combine,
    combineReversed: combine,
    retract: (a, b) => {
      if (a === null || b === null || (b as Value[]).length === 0) return a;
      const same = constructed
        ? (x: Value, y: Value): boolean => sameValue(element, x, y)
        : (x: Value, y: Value): boolean => identityText(element, x) === identityText(element, y);
      return without(a as readonly Value[], b as readonly Value[], same);
    },
  };
}

function distinct(values: readonly Value[], type: DataType): Value[] {
  const kept = new JavaMap<Value>();
  for (const value of values) kept.put(identityText(type, value), javaHash(type, value), value);
  return kept.values();
}

function appendNew(list: readonly Value[], input: readonly Value[], type: DataType): Value[] {
  const result = [...list];
  for (const value of input) {
    if (!result.some((known) => sameValue(type, known, value))) result.push(value);
  }
  return result;
}

/** Every retracted element takes away one equal element. */
function without(
  list: readonly Value[],
  retracted: readonly Value[],
  same: (a: Value, b: Value) => boolean,
): Value[] {
  const open = [...retracted];
  return list.filter((value) => {
    const at = open.findIndex((candidate) => same(candidate, value));
    if (at >= 0) open.splice(at, 1);
    return at < 0;
  });
}

/** Source: Paimon, aggregate/FieldMergeMapAgg.java. */
export function mergeMapFunction(type: MapType): ComputeFunction {
  return {
    kind: 'compute',
    name: 'merge_map',
    skipsNulls: true,
    combine: (a, b) => mapOf([...(a as Entries), ...(b as Entries)], type).values(),
    retract: (a, b) => {
      if (a === null || b === null || (b as Entries).length === 0) return a;
      const gone = new Set((b as Entries).map(([key]) => identityText(type.key, key)));
      const kept = (a as Entries).filter(([key]) => !gone.has(identityText(type.key, key)));
      return mapOf(kept, type).values();
    },
  };
}

function mapOf(entries: Entries, type: MapType): JavaMap<readonly [Value, Value]> {
  const map = new JavaMap<readonly [Value, Value]>();
  for (const entry of entries) map.put(identityText(type.key, entry[0]), javaHash(type.key, entry[0]), entry);
  return map;
}

/** Source: Paimon, aggregate/FieldMergeMapWithKeyTimeAgg.java. */
export function mergeMapWithKeyTimeFunction(
  spec: AggregatorSpec,
  column: string,
  type: MapType,
): ComputeFunction {
  const fields = type.value.kind === 'ROW' ? type.value.fields : [];
  const named = fields.findIndex((field) => field.name === spec.timeField);
  const time = named < 0 ? fields.length - 1 : named;
  const timeType = fields[time]?.type.kind;
  const timeOf = (row: Value): Value => (row as readonly Value[])[time] as Value;
  const later = (a: Value, b: Value): boolean => {
    if (timeType === 'VARCHAR' || timeType === 'CHAR') return textOf(a) > textOf(b);
    const option = `fields.${column}.ts-field`;
    throw new LakeError('MERGE_REFUSED', `The time field of ${column} must be STRING, not ${timeType}`, {
      option,
    });
  };
  return {
    kind: 'compute',
    name: 'merge_map_with_keytime',
    skipsNulls: true,
    combine: (a, b) => {
      const merged = mapOf(a as Entries, type);
      for (const [key, row] of b as Entries) {
        const text = identityText(type.key, key);
        if (row === null) merged.delete(text);
        else if (timeOf(row) !== null) {
          const known = merged.get(text)?.[1] ?? null;
          const knownTime = known === null ? null : timeOf(known);
          if (knownTime === null || later(timeOf(row), knownTime))
            merged.put(text, javaHash(type.key, key), [key, row]);
        }
      }
      return merged.values();
    },
  };
}

/** As a JavaScript string, whose `>` orders by UTF-16 units like Java's compareTo. */
function textOf(value: Value): string {
  return javaUtf8(value as Uint8Array);
}
