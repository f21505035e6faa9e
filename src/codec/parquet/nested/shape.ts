// How the groups of a Parquet schema become Paimon's nested types: the forms Paimon's own reader takes, by
// structure and names; what a group is annotated as is not looked at, there neither.
//
//   ARRAY     group { repeated group any { element any } }, or group { repeated primitive }
//   MAP       group { repeated group any { key, value } }; MULTISET the same, its values the counts
//   ROW       group { the fields, by exactly their names, in any order, and others }
//
// Source  Paimon, ParquetReaderFactory.java (clipParquetType), ParquetSchemaConverter.java
//         (parquetListElementType, parquetMapKeyValueType), ParquetReaderUtil.java (constructField).
import type { DataType } from '../../../base/index.ts';
import { type LeafPlan, planLeaf } from '../column/leaf-plan.ts';
import { type ParquetLeaf, type ParquetNode, REPETITION } from '../schema.ts';

/**
 * How values of a type lie in leaves.
 *
 * Shape   `definition`: a value is there when the level of an entry is at least this; below, it is null.
 *         `list`: `repeats` and `present` are the levels of an entry that is an element; its element is a
 *         `struct` of key and value for MAP and MULTISET. `struct`: `definition` undefined for one that is
 *         never null.
 */
export type NestedShape =
  | { readonly kind: 'leaf'; readonly leaf: ParquetLeaf; readonly plan: LeafPlan }
  | {
      readonly kind: 'list';
      readonly definition: number;
      readonly repeats: number;
      readonly present: number;
      readonly element: NestedShape;
    }
  | {
      readonly kind: 'struct';
      readonly definition: number | undefined;
      readonly children: readonly NestedShape[];
    };

const COUNT: DataType = { kind: 'INT', nullable: false };

/** The shape of a column, or, as text, why its group is not of that type. */
export function nestedShape(node: ParquetNode, type: DataType): NestedShape | string {
  if (node.repetition === REPETITION.REPEATED) return `${node.name} is repeated outside of a list`;
  switch (type.kind) {
    case 'ARRAY':
      return listShape(node, type.element);
    case 'MAP':
      return mapShape(node, type.key, type.value);
    case 'MULTISET':
      return mapShape(node, type.element, COUNT);
    case 'ROW':
      return structShape(node, type.fields);
    default:
      return node.leaf === undefined ? `${node.name} is a group` : leafShape(node.leaf, type);
  }
}

function leafShape(leaf: ParquetLeaf, type: DataType): NestedShape | string {
  const plan = planLeaf(leaf, type);
  return plan === undefined ? `${leaf.path.join('.')} holds no ${type.kind}` : { kind: 'leaf', leaf, plan };
}

/** The one repeated child that makes a group a list or a map. */
function repeatedChild(node: ParquetNode): ParquetNode | string {
  const [middle, ...others] = node.children;
  if (middle === undefined || others.length > 0 || middle.repetition !== REPETITION.REPEATED) {
    return `${node.name} is no group of one repeated field`;
  }
  return middle;
}

function listShape(node: ParquetNode, type: DataType): NestedShape | string {
  const middle = repeatedChild(node);
  if (typeof middle === 'string') return middle;
  const element =
    middle.leaf === undefined ? threeLevelElement(node, middle, type) : twoLevelElement(middle, type);
  if (typeof element === 'string') return element;
  const { repeats, definition: present } = middle;
  return { kind: 'list', definition: node.definition, repeats, present, element };
}

function twoLevelElement({ leaf, name }: ParquetNode, type: DataType): NestedShape | string {
  if (leaf === undefined || isNested(type)) return `${name} is no group`;
  return leafShape(leaf, type);
}

/**
 * Names by which old writers said that the repeated group is itself the element: Paimon reads no such list.
 */
function threeLevelElement(node: ParquetNode, middle: ParquetNode, type: DataType): NestedShape | string {
  const [element, ...others] = middle.children;
  const isElement = middle.name === 'array' || middle.name === `${node.name}_tuple`;
  if (element === undefined || others.length > 0 || isElement)
    return `${node.name}: the elements are a repeated group`;
  return nestedShape(element, type);
}

function mapShape(node: ParquetNode, keyType: DataType, valueType: DataType): NestedShape | string {
  const middle = repeatedChild(node);
  if (typeof middle === 'string') return middle;
  const key = fieldShape(middle, 'key', keyType);
  const value = fieldShape(middle, 'value', valueType);
  if (typeof key === 'string') return key;
  if (typeof value === 'string') return value;
  const { repeats, definition: present } = middle;
  const element: NestedShape = { kind: 'struct', definition: undefined, children: [key, value] };
  return { kind: 'list', definition: node.definition, repeats, present, element };
}

function structShape(
  node: ParquetNode,
  fields: readonly { readonly name: string; readonly type: DataType }[],
): NestedShape | string {
  if (node.leaf !== undefined) return `${node.name} is no group`;
  if (fields.length === 0) return `${node.name}: a ROW without fields`;
  const children: NestedShape[] = [];
  for (const { name, type } of fields) {
    const child = fieldShape(node, name, type);
    if (typeof child === 'string') return child;
    children.push(child);
  }
  const definition = node.repetition === REPETITION.OPTIONAL ? node.definition : undefined;
  return { kind: 'struct', definition, children };
}

function fieldShape(group: ParquetNode, name: string, type: DataType): NestedShape | string {
  const field = group.children.find((child) => child.name === name);
  return field === undefined ? `${group.name} has no field ${name}` : nestedShape(field, type);
}

function isNested(type: DataType): boolean {
  return type.kind === 'ARRAY' || type.kind === 'MAP' || type.kind === 'MULTISET' || type.kind === 'ROW';
}

/** The leaves of a shape, in order. */
export function leavesOf(shape: NestedShape): readonly ParquetLeaf[] {
  switch (shape.kind) {
    case 'leaf':
      return [shape.leaf];
    case 'list':
      return leavesOf(shape.element);
    case 'struct':
      return shape.children.flatMap(leavesOf);
  }
}
