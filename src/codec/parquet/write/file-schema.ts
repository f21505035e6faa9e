// The Parquet schema Paimon gives its columns: names, field ids, physical and logical types.
//
//   ARRAY      optional group <name> (LIST)  { repeated group list { <element> } }
//   MAP        optional group <name> (MAP)   { repeated group key_value { required <key>; <value> } }
//   MULTISET   optional group <name> (MAP)   { repeated group key_value { required <element>; required int32
//              } }
//   ROW        optional group <name>         { fields }
//
// Source  Paimon, format/parquet/ParquetSchemaConverter.java; parquet-mr, schema/ConversionPatterns.java.
import type { DataType, Field } from '../../../base/index.ts';
import { PHYSICAL } from '../schema.ts';

/** Values of Parquet's `FieldRepetitionType`. */
export const REPETITION = { REQUIRED: 0, OPTIONAL: 1, REPEATED: 2 } as const;

/** What a physical type stands for. */
export type LogicalType =
  | { readonly kind: 'string' | 'date' | 'time' | 'list' | 'map' | 'key-value' }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'int'; readonly bits: 8 | 16 }
  | { readonly kind: 'timestamp'; readonly utc: boolean; readonly micros: boolean };

/**
 * An element of the schema.
 *
 * Shape   a leaf has `physical`, a group `children`. `id` undefined: none is written. `typeLength`: bytes of
 *         every value of a FIXED leaf, 0 for others.
 */
export interface SchemaNode {
  readonly name: string;
  readonly repetition: number;
  readonly id: number | undefined;
  readonly logical: LogicalType | undefined;
  readonly physical: number | undefined;
  readonly typeLength: number;
  readonly children: readonly SchemaNode[];
}

/**
 * A column of values.
 *
 * Shape   `path` names every element from the top; `column` the top-level column it belongs to; `type`
 *         Paimon's type of its values. `definitionMax`, `repetitionMax`: levels of a value that is there.
 */
export interface WriteLeaf {
  readonly path: readonly string[];
  readonly column: number;
  readonly type: DataType;
  readonly node: SchemaNode;
  readonly physical: number;
  readonly definitionMax: number;
  readonly repetitionMax: number;
}

/** Where the ids of list elements and map entries begin. Source: Paimon, table/SpecialFields.java. */
const NESTED_ID_BASE = 536870911;
const NESTED_ID_STEP = 1024;

/** The elements of the columns, in order. */
export function schemaOf(fields: readonly Field[]): readonly SchemaNode[] {
  return fields.map((field) => nodeOf(field.name, field.type, field.id, { owner: field.id, depth: 0 }));
}

/** The leaves below the columns, in the order of the file. */
export function leavesOf(fields: readonly Field[]): readonly WriteLeaf[] {
  const leaves: WriteLeaf[] = [];
  schemaOf(fields).forEach((node, column) => {
    collect(node, (fields[column] as Field).type, { path: [], column, definition: 0, repetition: 0 }, leaves);
  });
  return leaves;
}

interface Place {
  readonly path: readonly string[];
  readonly column: number;
  readonly definition: number;
  readonly repetition: number;
}

function collect(node: SchemaNode, type: DataType, above: Place, leaves: WriteLeaf[]): void {
  const place = below(above, node);
  if (node.physical !== undefined) {
    const { path, column, definition, repetition } = place;
    const levels = { definitionMax: definition, repetitionMax: repetition };
    leaves.push({ path, column, type, node, physical: node.physical, ...levels });
    return;
  }
  const types = partsOf(type);
  // The repeated group of lists and maps stands between them and their parts.
  const repeated = type.kind === 'ROW' ? undefined : node.children[0];
  const inner = repeated === undefined ? place : below(place, repeated);
  const children = repeated?.children ?? node.children;
  children.forEach((child, i) => {
    collect(child, types[i] as DataType, inner, leaves);
  });
}

function below(place: Place, node: SchemaNode): Place {
  return {
    path: [...place.path, node.name],
    column: place.column,
    definition: place.definition + (node.repetition === REPETITION.REQUIRED ? 0 : 1),
    repetition: place.repetition + (node.repetition === REPETITION.REPEATED ? 1 : 0),
  };
}

const COUNT: DataType = { kind: 'INT', nullable: false };

/** The types directly below a nested type. */
export function partsOf(type: DataType): readonly DataType[] {
  switch (type.kind) {
    case 'ARRAY':
      return [type.element];
    case 'MAP':
      return [type.key, type.value];
    case 'MULTISET':
      return [type.element, COUNT];
    case 'ROW':
      return type.fields.map((field) => field.type);
    default:
      return [];
  }
}

/** The nearest real field above, and how many lists and maps lie in between. */
interface Ancestry {
  readonly owner: number;
  readonly depth: number;
}

function nodeOf(name: string, type: DataType, id: number, { owner, depth }: Ancestry): SchemaNode {
  const repetition = type.nullable ? REPETITION.OPTIONAL : REPETITION.REQUIRED;
  const down = { owner, depth: depth + 1 };
  const element = NESTED_ID_BASE + NESTED_ID_STEP * owner + down.depth;
  const key = NESTED_ID_BASE - NESTED_ID_STEP * owner - down.depth;
  const base = { name, repetition, id, typeLength: 0 };
  switch (type.kind) {
    case 'ARRAY': {
      const child = nodeOf('element', type.element, element, down);
      return group(base, { kind: 'list' }, [repeated('list', undefined, [child])]);
    }
    case 'MAP':
    case 'MULTISET': {
      const [keyType, valueType] = partsOf(type) as readonly [DataType, DataType];
      const pair = [
        nodeOf('key', { ...keyType, nullable: false }, key, down),
        nodeOf('value', valueType, element, down),
      ];
      return group(base, { kind: 'map' }, [repeated('key_value', { kind: 'key-value' }, pair)]);
    }
    case 'ROW':
      return group(base, undefined, schemaOf(type.fields));
    default:
      return { ...base, ...leafOf(type), children: [] };
  }
}

function group(
  base: Pick<SchemaNode, 'name' | 'repetition' | 'id' | 'typeLength'>,
  logical: LogicalType | undefined,
  children: readonly SchemaNode[],
): SchemaNode {
  return { ...base, logical, physical: undefined, children };
}

function repeated(
  name: string,
  logical: LogicalType | undefined,
  children: readonly SchemaNode[],
): SchemaNode {
  return group({ name, repetition: REPETITION.REPEATED, id: undefined, typeLength: 0 }, logical, children);
}

interface LeafType {
  readonly physical: number;
  readonly logical: LogicalType | undefined;
  readonly typeLength?: number;
}

function leafOf(type: DataType): LeafType {
  switch (type.kind) {
    case 'BOOLEAN':
      return { physical: PHYSICAL.BOOLEAN, logical: undefined };
    case 'TINYINT':
      return { physical: PHYSICAL.INT32, logical: { kind: 'int', bits: 8 } };
    case 'SMALLINT':
      return { physical: PHYSICAL.INT32, logical: { kind: 'int', bits: 16 } };
    case 'DATE':
      return { physical: PHYSICAL.INT32, logical: { kind: 'date' } };
    case 'TIME':
      return { physical: PHYSICAL.INT32, logical: { kind: 'time' } };
    case 'BIGINT':
      return { physical: PHYSICAL.INT64, logical: undefined };
    case 'FLOAT':
      return { physical: PHYSICAL.FLOAT, logical: undefined };
    case 'DOUBLE':
      return { physical: PHYSICAL.DOUBLE, logical: undefined };
    case 'CHAR':
    case 'VARCHAR':
      return { physical: PHYSICAL.BYTE_ARRAY, logical: { kind: 'string' } };
    case 'BINARY':
    case 'VARBINARY':
      return { physical: PHYSICAL.BYTE_ARRAY, logical: undefined };
    case 'DECIMAL':
      return decimalOf(type.precision, type.scale);
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      if (type.precision > 6) return { physical: PHYSICAL.INT96, logical: undefined };
      const utc = type.kind === 'TIMESTAMP_LTZ';
      const logical = { kind: 'timestamp', utc, micros: type.precision > 3 } as const;
      return { physical: PHYSICAL.INT64, logical };
    }
    default:
      return { physical: PHYSICAL.INT32, logical: undefined };
  }
}

function decimalOf(precision: number, scale: number): LeafType {
  const logical: LogicalType = { kind: 'decimal', precision, scale };
  if (precision <= 9) return { physical: PHYSICAL.INT32, logical };
  if (precision <= 18) return { physical: PHYSICAL.INT64, logical };
  return { physical: PHYSICAL.FIXED_LEN_BYTE_ARRAY, logical, typeLength: decimalBytes(precision) };
}

/** Bytes that hold every number of so many digits, and a sign. */
function decimalBytes(precision: number): number {
  let bytes = 1;
  while (2 ** (8 * bytes - 1) < 10 ** precision) bytes++;
  return bytes;
}
