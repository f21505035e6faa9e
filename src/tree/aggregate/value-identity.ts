// When Java takes two values for the same, in hash maps and in generated comparisons.
import type { DataType, Field } from '../../base/index.ts';
import type { Value } from '../../codec/index.ts';

let identities = 0;

/**
 * A text that is equal for values Java's hash maps take for the same key.
 *
 * Shape   floats by their bits (every NaN one, -0 not 0). BINARY and VARBINARY are Java arrays, which are
 *         never equal to each other, unless `binaryByContent` (inside a BinaryRow they are).
 */
export function identityText(type: DataType, value: Value, binaryByContent = false): string {
  if (value === null) return 'n';
  switch (type.kind) {
    case 'FLOAT':
    case 'DOUBLE':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'CHAR':
    case 'VARCHAR':
      return bytesText(value as Uint8Array);
    case 'BINARY':
    case 'VARBINARY':
      return binaryByContent ? bytesText(value as Uint8Array) : `#${identities++}`;
    case 'ARRAY':
      return listText((value as Value[]).map((item) => identityText(type.element, item, binaryByContent)));
    case 'MAP':
    case 'MULTISET':
      return listText(
        (value as Value[][])
          .map(([key, item]) =>
            listText([
              identityText(keyTypeOf(type), key as Value, binaryByContent),
              identityText(itemTypeOf(type), item as Value, binaryByContent),
            ]),
          )
          .sort(),
      );
    case 'ROW':
      return listText(
        (value as Value[]).map((item, i) =>
          identityText((type.fields[i] as Field).type, item, binaryByContent),
        ),
      );
    default:
      return String(value);
  }
}

function bytesText(bytes: Uint8Array): string {
  return `s${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')}`;
}

function listText(texts: readonly string[]): string {
  return `[${texts.map((text) => `${text.length}:${text}`).join('')}]`;
}

type MapLike = Extract<DataType, { kind: 'MAP' | 'MULTISET' }>;

function keyTypeOf(type: MapLike): DataType {
  return type.kind === 'MAP' ? type.key : type.element;
}

function itemTypeOf(type: MapLike): DataType {
  return type.kind === 'MAP' ? type.value : { kind: 'INT', nullable: false };
}

/**
 * Equality as Java's generated record equaliser has it: floats by `==`, bytes by content, maps in any order.
 *
 * Source  Paimon, codegen/EqualiserCodeGenerator.scala, ScalarOperatorGens.scala (generateEquals).
 */
export function sameValue(type: DataType, a: Value, b: Value): boolean {
  if (a === null || b === null) return a === b;
  switch (type.kind) {
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return sameContent(a as Uint8Array, b as Uint8Array);
    case 'ARRAY': {
      const [x, y] = [a as Value[], b as Value[]];
      return x.length === y.length && x.every((item, i) => sameValue(type.element, item, y[i] as Value));
    }
    case 'MAP':
    case 'MULTISET': {
      const [x, y] = [a as Value[][], b as Value[][]];
      if (x.length !== y.length) return false;
      const items = new Map(
        y.map(([key, item]) => [identityText(keyTypeOf(type), key as Value), item as Value]),
      );
      return x.every(([key, item]) => {
        const text = identityText(keyTypeOf(type), key as Value);
        return items.has(text) && sameValue(itemTypeOf(type), item as Value, items.get(text) as Value);
      });
    }
    case 'ROW':
      return type.fields.every((field, i) =>
        sameValue(field.type, (a as Value[])[i] as Value, (b as Value[])[i] as Value),
      );
    default:
      return a === b;
  }
}

function sameContent(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
