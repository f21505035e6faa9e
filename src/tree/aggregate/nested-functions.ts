// nested_update and nested_partial_update: a table inside a column. Java gives rows with a key in hash order;
// here they keep the order in which their keys first came.
import type { DataType, Field } from '../../base/index.ts';
import type { Value } from '../../codec/index.ts';
import type { AggregatorSpec } from '../merge-spec.ts';
import type { ComputeFunction } from './cell.ts';
import { identityText, sameValue } from './value-identity.ts';

type RowType = Extract<DataType, { kind: 'ROW' }>;
type Row = readonly Value[];

/** Source: Paimon, aggregate/FieldNestedUpdateAgg.java. */
export function nestedUpdateFunction(spec: AggregatorSpec, type: RowType): ComputeFunction {
  const keyOf = nestedKey(spec, type);
  return {
    kind: 'compute',
    name: 'nested_update',
    skipsNulls: true,
    combine: (a, b) => {
      const list = a as readonly (Row | null)[];
      if (list.length >= spec.countLimit) return a;
      const room = spec.countLimit - list.length;
      const rows = [...nonNull(list), ...nonNull(b as readonly (Row | null)[]).slice(0, room)];
      if (keyOf === undefined) return rows;
      return [...new Map(rows.map((row) => [keyOf(row), row])).values()];
    },
    retract: (a, b) => {
      if (a === null || b === null) return a;
      const rows = nonNull(a as readonly (Row | null)[]);
      const retracted = nonNull(b as readonly (Row | null)[]);
      if (keyOf === undefined) {
        return rows.filter((row) => !retracted.some((gone) => sameValue(type, row, gone)));
      }
      const map = new Map(rows.map((row) => [keyOf(row), row]));
      for (const gone of retracted) map.delete(keyOf(gone));
      return [...map.values()];
    },
  };
}

/** Source: Paimon, aggregate/FieldNestedPartialUpdateAgg.java. */
export function nestedPartialUpdateFunction(spec: AggregatorSpec, type: RowType): ComputeFunction {
  const keyOf = nestedKey(spec, type) ?? (() => '');
  return {
    kind: 'compute',
    name: 'nested_partial_update',
    skipsNulls: true,
    combine: (a, b) => {
      const map = new Map<string, Value[]>();
      for (const row of [
        ...nonNull(a as readonly (Row | null)[]),
        ...nonNull(b as readonly (Row | null)[]),
      ]) {
        const key = keyOf(row);
        const known = map.get(key);
        if (known === undefined) map.set(key, [...row]);
        else for (const [i, cell] of row.entries()) if (cell !== null) known[i] = cell;
      }
      return [...map.values()];
    },
  };
}

function nonNull(rows: readonly (Row | null)[]): Row[] {
  return rows.filter((row) => row !== null);
}

function nestedKey(spec: AggregatorSpec, type: RowType): ((row: Row) => string) | undefined {
  if (spec.nestedKey.length === 0) return undefined;
  const positions = spec.nestedKey.map((name) => type.fields.findIndex((field) => field.name === name));
  const fields = positions.map((position) => type.fields[position] as Field);
  const keyType: RowType = { kind: 'ROW', nullable: false, fields };
  return (row) =>
    identityText(
      keyType,
      positions.map((position) => row[position] as Value),
      true,
    );
}
