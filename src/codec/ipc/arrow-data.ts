// Vectors as apache-arrow's Data over the same memory. Only what Arrow stores otherwise is copied: short
// decimals (64 to 128 bits) and nanosecond timestamps (128 to 64 bits).
import type { DataType as ArrowType, Data } from 'apache-arrow';
import { type DataType, LakeError } from '../../base/index.ts';
import {
  isValid,
  type ListVector,
  type LongVector,
  type StructVector,
  type Vector,
  type WideVector,
  wideAt,
} from '../arrow/index.ts';
import type { Arrow } from './arrow-schema.ts';

/**
 * A column as apache-arrow's `Data` of the Arrow type given (as `arrowType` derives it).
 *
 * Errors  VALUE_OUT_OF_RANGE for a TIMESTAMP(7..9) outside the years 1677 to 2262, which 64 bits of
 *         nanoseconds do not reach, and for a map with a null key, which Arrow has no place for.
 */
export function arrowData(arrow: Arrow, type: DataType, arrowType: ArrowType, vector: Vector): Data {
  return build(arrow, arrowType, vector, () => {
    switch (vector.layout) {
      case 'i64':
        return type.kind === 'DECIMAL' ? { data: widened(vector) } : { data: vector.values };
      case 'i128':
        return { data: type.kind === 'DECIMAL' ? words(vector) : nanoseconds(vector) };
      case 'bytes':
        return { valueOffsets: vector.offsets, data: vector.values };
      case 'list':
        return { valueOffsets: vector.offsets, child: listChild(arrow, type, arrowType, vector) };
      case 'struct':
        return { children: structChildren(arrow, type, arrowType, vector) };
      default:
        return { data: vector.values };
    }
  });
}

type Parts = Readonly<Record<string, unknown>>;

function build(arrow: Arrow, type: ArrowType, vector: Vector, parts: () => Parts): Data {
  const nullCount = nullsOf(vector);
  const props = {
    type,
    length: vector.length,
    nullCount,
    nullBitmap: nullCount === 0 ? null : vector.validity,
  };
  // makeData picks the shape by type; the union of its argument types cannot be written for a type known at
  // run time.
  return arrow.makeData({ ...props, ...parts() } as unknown as Parameters<Arrow['makeData']>[0]);
}

function nullsOf(vector: Vector): number {
  if (vector.validity === null) return 0;
  let nulls = 0;
  for (let i = 0; i < vector.length; i++) if (!isValid(vector, i)) nulls++;
  return nulls;
}

/** The memory of 128-bit values as the 32-bit words apache-arrow keeps decimals in. */
function words({ values }: WideVector): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
}

function widened({ values, length }: LongVector): Uint32Array {
  const wide = new BigInt64Array(2 * length);
  const from = new Int32Array(values.buffer, values.byteOffset, 2 * length);
  const to = new Int32Array(wide.buffer);
  for (let i = 0; i < length; i++) {
    const high = from[2 * i + 1] as number;
    to[4 * i] = from[2 * i] as number;
    to[4 * i + 1] = high;
    to[4 * i + 2] = high >> 31;
    to[4 * i + 3] = high >> 31;
  }
  return new Uint32Array(wide.buffer);
}

function nanoseconds(vector: WideVector): BigInt64Array {
  const out = new BigInt64Array(vector.length);
  const { values } = vector;
  for (let i = 0; i < out.length; i++) {
    if (!isValid(vector, i)) continue;
    const low = values[2 * i] as bigint;
    if (values[2 * i + 1] !== low >> 63n) {
      const message = 'A timestamp is outside the years 1677 to 2262, which Arrow nanoseconds do not reach.';
      throw new LakeError('VALUE_OUT_OF_RANGE', message, { nanoseconds: String(wideAt(vector, i)), row: i });
    }
    out[i] = low;
  }
  return out;
}

function listChild(arrow: Arrow, type: DataType, arrowType: ArrowType, { child }: ListVector): Data {
  const element = arrowType.children[0]?.type as ArrowType;
  if (type.kind === 'ARRAY') return arrowData(arrow, type.element, element, child);
  const [key, value] =
    type.kind === 'MAP'
      ? [type.key, type.value]
      : [(type as Extract<DataType, { readonly kind: 'MULTISET' }>).element, COUNT];
  const entries = child as StructVector;
  if (nullsOf(entries.children[0] as Vector) > 0) {
    throw new LakeError('VALUE_OUT_OF_RANGE', 'A map has a null key, which Arrow does not allow.');
  }
  const children = [key, value].map((inner, c) =>
    arrowData(arrow, inner, element.children[c]?.type as ArrowType, entries.children[c] as Vector),
  );
  return build(arrow, element, { ...entries, validity: null }, () => ({ children }));
}

const COUNT: DataType = { kind: 'INT', nullable: false };

function structChildren(arrow: Arrow, type: DataType, arrowType: ArrowType, vector: StructVector): Data[] {
  const { fields } = type as Extract<DataType, { readonly kind: 'ROW' }>;
  return fields.map((field, c) =>
    arrowData(arrow, field.type, arrowType.children[c]?.type as ArrowType, vector.children[c] as Vector),
  );
}
