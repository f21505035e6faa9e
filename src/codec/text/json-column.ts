// The JSON text of one value of a column, in the project's encoding. Nested values are put together from the
// columns below them.
import type { DataType } from '../../base/index.ts';
import {
  type BytesVector,
  isValid,
  type ListVector,
  type StructVector,
  type Vector,
} from '../arrow/index.ts';
import { needsOf, plainColumn, stringColumn, type TextOf } from './plain-column.ts';

const COUNT_TYPE: DataType = { kind: 'INT', nullable: false };

/**
 * The JSON text of a column's values; `null` for nulls.
 *
 * Shape   the encoding described at `jsonLines`; the text equals `JSON.stringify` of the same values.
 */
export function jsonColumn(type: DataType, vector: Vector): TextOf {
  const text = jsonValue(type, vector);
  return vector.validity === null ? text : (i) => (isValid(vector, i) ? text(i) : 'null');
}

function jsonValue(type: DataType, vector: Vector): TextOf {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
      return plainColumn(type, vector) as TextOf;
    case 'FLOAT':
    case 'DOUBLE': {
      const { values } = vector as Extract<Vector, { readonly layout: 'f64' | 'f32' }>;
      return (i) => jsonDouble(values[i] as number);
    }
    case 'CHAR':
    case 'VARCHAR':
      return jsonString(vector as BytesVector);
    case 'ARRAY':
      return arrayColumn(type.element, vector as ListVector);
    case 'MAP':
      return entriesColumn(type.key, type.value, vector as ListVector);
    case 'MULTISET':
      return entriesColumn(type.element, COUNT_TYPE, vector as ListVector);
    case 'ROW':
      return objectColumn(type.fields, vector as StructVector);
    default: {
      const text = plainColumn(type, vector) as TextOf;
      return (i) => `"${text(i)}"`;
    }
  }
}

function jsonDouble(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '"-0"' : '0';
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}

// JSON.stringify escapes exactly these; lone surrogates cannot come out of decoded UTF-8.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const ESCAPED = /["\\\u0000-\u001f]/;

function jsonString(vector: BytesVector): TextOf {
  const text = stringColumn(vector);
  if (!needsOf(vector).escapes) return (i) => `"${text(i)}"`;
  return (i) => {
    const value = text(i);
    return ESCAPED.test(value) ? JSON.stringify(value) : `"${value}"`;
  };
}

function arrayColumn(element: DataType, vector: ListVector): TextOf {
  const text = jsonColumn(element, vector.child);
  const offsets = vector.offsets;
  return (i) => {
    const end = offsets[i + 1] as number;
    let out = '[';
    for (let j = offsets[i] as number; j < end; j++) out += j === offsets[i] ? text(j) : `,${text(j)}`;
    return `${out}]`;
  };
}

function entriesColumn(key: DataType, value: DataType, vector: ListVector): TextOf {
  const [keys, values] = (vector.child as StructVector).children;
  const keyText = jsonColumn(key, keys as Vector);
  const valueText = jsonColumn(value, values as Vector);
  const offsets = vector.offsets;
  return (i) => {
    const entries: { readonly key: string; readonly value: string }[] = [];
    const end = offsets[i + 1] as number;
    for (let j = offsets[i] as number; j < end; j++) entries.push({ key: keyText(j), value: valueText(j) });
    entries.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    return `[${entries.map((e) => `[${e.key},${e.value}]`).join(',')}]`;
  };
}

function objectColumn(
  fields: readonly { readonly name: string; readonly type: DataType }[],
  vector: StructVector,
): TextOf {
  const members = jsonMembers(fields, vector.children);
  return (i) => {
    let out = '{';
    for (const member of members) out += member.prefix + member.text(i);
    return `${out}}`;
  };
}

/** One member of an object: `prefix` is its comma, quoted name and colon. */
export interface Member {
  readonly prefix: string;
  readonly text: TextOf;
}

/**
 * The members of an object with these fields; the first one's prefix has a comma only when `after` says so.
 */
export function jsonMembers(
  fields: readonly { readonly name: string; readonly type: DataType }[],
  columns: readonly Vector[],
  after = false,
): Member[] {
  return fields.map((field, c) => ({
    prefix: `${c > 0 || after ? ',' : ''}${JSON.stringify(field.name)}:`,
    text: jsonColumn(field.type, columns[c] as Vector),
  }));
}
