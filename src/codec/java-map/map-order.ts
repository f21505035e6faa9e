// Entries of maps in the order in which Java's Avro reader holds them, which shows when a map is cast to
// text.
import type { DataType } from '../../base/index.ts';
import {
  isValid,
  type ListVector,
  type StructVector,
  take,
  type Value,
  type Vector,
  valueAt,
} from '../arrow/index.ts';
import { javaHash } from './java-hash.ts';
import { JavaMap } from './java-map.ts';

/**
 * A column as an Avro file holds it, with the entries of its maps in the order of `java.util.HashMap`.
 *
 * Shape   maps at any level. Maps of text to text stay as they are, as in Java, and those whose keys are
 *         bytes or nested: Java's order of those is not the same twice. Of keys that are repeated the last
 *         value counts.
 * Source  Paimon, format/avro/FieldReaderFactory.java (MapReader, ArrayMapReader, StringMapReader).
 */
export function inHashMapOrder(type: DataType, vector: Vector): Vector {
  switch (type.kind) {
    case 'MAP':
      return mapInOrder(type, vector as ListVector);
    case 'ARRAY': {
      const list = vector as ListVector;
      return { ...list, child: inHashMapOrder(type.element, list.child) };
    }
    case 'ROW': {
      const row = vector as StructVector;
      const children = row.children.map((child, c) =>
        inHashMapOrder(type.fields[c]?.type as DataType, child),
      );
      return { ...row, children };
    }
    default:
      return vector;
  }
}

/** True when there is a map somewhere in the type. */
export function holdsMaps(type: DataType): boolean {
  switch (type.kind) {
    case 'MAP':
      return true;
    case 'ARRAY':
      return holdsMaps(type.element);
    case 'ROW':
      return type.fields.some((field) => holdsMaps(field.type));
    default:
      return false;
  }
}

type MapType = Extract<DataType, { kind: 'MAP' }>;

const UNORDERED: ReadonlySet<string> = new Set(['BINARY', 'VARBINARY', 'ARRAY', 'MAP', 'MULTISET', 'ROW']);

function mapInOrder(type: MapType, list: ListVector): Vector {
  const entries = list.child as StructVector;
  const [keys, items] = entries.children as [Vector, Vector];
  const child = { ...entries, children: [keys, inHashMapOrder(type.value, items)] };
  if (UNORDERED.has(type.key.kind) || (isText(type.key) && isText(type.value))) return { ...list, child };
  const offsets = new Int32Array(list.length + 1);
  const rows: number[] = [];
  for (let i = 0; i < list.length; i++) {
    if (isValid(list, i)) {
      const map = new JavaMap<number>();
      const end = list.offsets[i + 1] as number;
      for (let j = list.offsets[i] as number; j < end; j++) {
        const key = valueAt(keys, j);
        map.put(textOf(key), javaHash(type.key, key), j);
      }
      for (const row of map.values()) rows.push(row);
    }
    offsets[i + 1] = rows.length;
  }
  return { ...list, offsets, child: take(child, Int32Array.from(rows)) };
}

function isText(type: DataType): boolean {
  return type.kind === 'CHAR' || type.kind === 'VARCHAR';
}

/** Equal for keys that Java takes for the same. */
function textOf(key: Value): string {
  if (key instanceof Uint8Array) {
    return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
  }
  if (key === null) return 'null';
  return Object.is(key, -0) ? '-0' : String(key);
}
