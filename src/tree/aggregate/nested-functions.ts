// nested_update and nested_partial_update: a table inside a column. Rows with a key come out in the order of
// Java's hash maps.
import type { DataType, Field } from '../../base/index.ts';
import { JavaMap, javaRowHash, type Value } from '../../codec/index.ts';
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
      return keyOf === undefined ? rows : rowsByKey(rows, keyOf).values();
    },
    retract: (a, b) => {
      if (a === null || b === null) return a;
      const rows = nonNull(a as readonly (Row | null)[]);
      const retracted = nonNull(b as readonly (Row | null)[]);
      if (keyOf === undefined) {
        return rows.filter((row) => !retracted.some((gone) => sameValue(type, row, gone)));
      }
      const map = rowsByKey(rows, keyOf);
      for (const gone of retracted) map.delete(keyOf(gone).text);
      return map.values();
    },
  };
}

/** Source: Paimon, aggregate/FieldNestedPartialUpdateAgg.java. */
export function nestedPartialUpdateFunction(spec: AggregatorSpec, type: RowType): ComputeFunction {
  const keyOf = nestedKey(spec, type) ?? (() => ({ text: '', hash: 0 }));
  return {
    kind: 'compute',
    name: 'nested_partial_update',
    skipsNulls: true,
    combine: (a, b) => {
      const map = new JavaMap<Value[]>();
      for (const row of [
        ...nonNull(a as readonly (Row | null)[]),
        ...nonNull(b as readonly (Row | null)[]),
      ]) {
        const { text, hash } = keyOf(row);
        const known = map.computeIfAbsent(text, hash, () => row.map(() => null));
        for (const [i, cell] of row.entries()) if (cell !== null) known[i] = cell;
      }
      return map.values();
    },
  };
}

function nonNull(rows: readonly (Row | null)[]): Row[] {
  return rows.filter((row) => row !== null);
}

/** A row's key as Java's hash map sees it: a BinaryRow. */
interface NestedKey {
  readonly text: string;
  readonly hash: number;
}

function rowsByKey(rows: readonly Row[], keyOf: (row: Row) => NestedKey): JavaMap<Row> {
  const map = new JavaMap<Row>();
  for (const row of rows) {
    const { text, hash } = keyOf(row);
    map.put(text, hash, row);
  }
  return map;
}

function nestedKey(spec: AggregatorSpec, type: RowType): ((row: Row) => NestedKey) | undefined {
  if (spec.nestedKey.length === 0) return undefined;
  const positions = spec.nestedKey.map((name) => type.fields.findIndex((field) => field.name === name));
  const fields = positions.map((position) => type.fields[position] as Field);
  const types = fields.map((field) => field.type);
  const keyType: RowType = { kind: 'ROW', nullable: false, fields };
  return (row) => {
    const cells = positions.map((position) => row[position] as Value);
    return { text: identityText(keyType, cells, true), hash: javaRowHash(types, cells) };
  };
}
