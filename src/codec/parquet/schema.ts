// The schema of a Parquet file: its elements, and the tree they spell depth first. Pure: no I/O.
//
//   SchemaElement   1 type   2 type_length   3 repetition_type   4 name   5 num_children   6 converted_type
//                   7 scale   8 precision   10 logicalType
//
// Source  apache/parquet-format, parquet.thrift.
import { type Annotation, agreed, checkDecimal, convertedAnnotation, readLogicalType } from './annotation.ts';
import { THRIFT, type ThriftReader } from './thrift-reader.ts';

/** Values of `Type`: how the values of a leaf are stored. */
export const PHYSICAL = {
  BOOLEAN: 0,
  INT32: 1,
  INT64: 2,
  INT96: 3,
  FLOAT: 4,
  DOUBLE: 5,
  BYTE_ARRAY: 6,
  FIXED_LEN_BYTE_ARRAY: 7,
} as const;

/** Values of `FieldRepetitionType`. */
export const REPETITION = { REQUIRED: 0, OPTIONAL: 1, REPEATED: 2 } as const;

/** A leaf of the schema and where its element lies in the footer's bytes. */
export interface ParquetLeaf {
  readonly path: readonly string[];
  /** One of `PHYSICAL`. */
  readonly type: number;
  /** Bytes of a value of FIXED_LEN_BYTE_ARRAY. */
  readonly length: number;
  readonly annotation: Annotation;
  /** Its place among the leaves: that of its chunk in every row group. */
  readonly index: number;
  /** The definition level of a value, and the most often a value of it repeats. */
  readonly definition: number;
  readonly repeats: number;
  /** Its place in the list of schema elements. */
  readonly element: number;
  /** True when it claims to hold UTF-8. */
  readonly text: boolean;
  /** Where the value of `type` lies, and the bytes behind it. */
  readonly typeAt: number;
  /** Where the value of `type_length` lies, if it has one. */
  readonly lengthAt: number | undefined;
}

/**
 * An element of the schema below its root.
 *
 * Shape   `definition` and `repeats`: the levels of a value of it, its own repetition counted. `leaf` for one
 *         without children.
 */
export interface ParquetNode {
  readonly name: string;
  /** One of `REPETITION`. */
  readonly repetition: number;
  readonly definition: number;
  readonly repeats: number;
  readonly annotation: Annotation;
  readonly children: readonly ParquetNode[];
  readonly leaf: ParquetLeaf | undefined;
}

/** A schema: the top-level columns as trees, and all leaves in order. */
export interface ParquetSchema {
  readonly nodes: readonly ParquetNode[];
  readonly leaves: readonly ParquetLeaf[];
}

interface Element {
  name: string;
  type: number | undefined;
  length: number;
  repetition: number;
  annotation: Annotation;
  text: boolean;
  typeAt: number;
  lengthAt: number | undefined;
  children: number;
}

/** Depth of a schema: a path is copied at each level. */
const DEPTH_MAX = 60;

/**
 * Reads the list of schema elements the reader stands at.
 *
 * Errors  FILE_CORRUPT naming file and offset, also for a DECIMAL that cannot be.
 */
export function readSchema(reader: ThriftReader): ParquetSchema {
  return treeOf(readElements(reader), reader);
}

/** Reads the elements alone, for what `readElement` refuses. */
export function readElements(reader: ThriftReader): readonly Element[] {
  const { size, type } = reader.list();
  if (size > 0 && type !== THRIFT.STRUCT) throw reader.fail('a list of structs holds something else');
  const out: Element[] = [];
  for (let i = 0; i < size; i++) out.push(readElement(reader));
  return out;
}

function readElement(reader: ThriftReader): Element {
  const element: Element = {
    name: '',
    type: undefined,
    length: 1,
    repetition: REPETITION.REQUIRED,
    annotation: { kind: 'none' },
    text: false,
    typeAt: 0,
    lengthAt: undefined,
    children: 0,
  };
  const decimal = { claimed: false, scale: 0, precision: 0 };
  let converted: number | undefined;
  let logical: Annotation = { kind: 'none' };
  reader.struct((field) => {
    if (field.id === 4 && field.type === THRIFT.BINARY) {
      element.name = decodeText(reader.binary());
      return true;
    }
    if (field.id === 10 && field.type === THRIFT.STRUCT) {
      logical = readLogicalType(reader);
      element.text ||= logical.kind === 'string';
      return true;
    }
    if (field.type !== THRIFT.I32) return false;
    switch (field.id) {
      case 1:
        element.typeAt = reader.at;
        element.type = reader.zigzag();
        return true;
      case 2:
        element.lengthAt = reader.at;
        element.length = reader.zigzag();
        return true;
      case 3:
        element.repetition = reader.zigzag();
        return true;
      case 5:
        element.children = reader.zigzag();
        return true;
      case 6:
        converted = reader.zigzag();
        decimal.claimed ||= converted === CONVERTED_DECIMAL;
        element.text ||= converted === CONVERTED_UTF8;
        return true;
      case 7:
        decimal.scale = reader.zigzag();
        return true;
      case 8:
        decimal.precision = reader.zigzag();
        return true;
      default:
        return false;
    }
  }, 2);
  if (decimal.claimed) checkDecimal(reader, decimal);
  if (element.type === PHYSICAL.FIXED_LEN_BYTE_ARRAY && element.length <= 0)
    throw reader.fail('binaries of no length');
  element.annotation = agreed(convertedAnnotation(converted, decimal), logical);
  return element;
}

/** `ConvertedType.UTF8` and `DECIMAL`. */
const CONVERTED_UTF8 = 0;
const CONVERTED_DECIMAL = 5;

interface OpenGroup {
  left: number;
  readonly path: readonly string[];
  readonly definition: number;
  readonly repeats: number;
  readonly children: ParquetNode[];
}

/** The tree that the elements spell depth first. */
function treeOf(elements: readonly Element[], reader: ThriftReader): ParquetSchema {
  const root = elements[0];
  if (root === undefined) throw reader.fail('the schema is empty');
  const leaves: ParquetLeaf[] = [];
  const nodes: ParquetNode[] = [];
  const open: OpenGroup[] = [{ left: root.children, path: [], definition: 0, repeats: 0, children: nodes }];
  for (let i = 1; i < elements.length; i++) {
    while (open.length > 0 && open[open.length - 1]?.left === 0) open.pop();
    const parent = open[open.length - 1];
    if (parent === undefined) throw reader.fail('the schema has elements outside its root');
    parent.left -= 1;
    const element = elements[i] as Element;
    if (element.children < 0 || element.children > elements.length)
      throw reader.fail('a group has no such children');
    const { name, repetition, annotation } = element;
    const path = [...parent.path, name];
    const definition = parent.definition + (repetition === REPETITION.REQUIRED ? 0 : 1);
    const repeats = parent.repeats + (repetition === REPETITION.REPEATED ? 1 : 0);
    const children: ParquetNode[] = [];
    let leaf: ParquetLeaf | undefined;
    if (element.type === undefined || element.children > 0) {
      if (open.length > DEPTH_MAX) throw reader.fail('the schema is nested too deep');
      open.push({ left: element.children, path, definition, repeats, children });
    } else {
      const { type, length, text, typeAt, lengthAt } = element;
      const place = { index: leaves.length, element: i, typeAt, lengthAt };
      leaf = { path, type, length, text, annotation, definition, repeats, ...place };
      leaves.push(leaf);
    }
    parent.children.push({ name, repetition, definition, repeats, annotation, children, leaf });
  }
  if (open.some((group) => group.left > 0)) throw reader.fail('the schema ends inside a group');
  return { nodes, leaves };
}

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** A name of the schema as text. */
export function decodeText(bytes: Uint8Array): string {
  return UTF8.decode(bytes);
}
