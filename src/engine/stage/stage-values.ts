// Cells of our vectors as the values DuckDB's public API takes. Used for staging when the native bridge is
// not available.
import type { DataType } from '../../base/index.ts';
import { isValid, type Vector, valueAt } from '../../codec/index.ts';
import { stagedTimestamp } from '../column/time-value.ts';

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Rows `from` to `from + count` of a column, one value a row. */
export function stagedValues(
  type: DataType,
  vector: Vector,
  from: number,
  count: number,
): readonly unknown[] {
  return Array.from({ length: count }, (_, i) => stagedValue(type, vector, from + i));
}

function stagedValue(type: DataType, vector: Vector, i: number): unknown {
  if (!isValid(vector, i)) return null;
  if (vector.layout === 'list')
    return stagedList(type, vector.child, vector.offsets[i] as number, vector.offsets[i + 1] as number);
  if (vector.layout === 'struct') {
    const fields = type.kind === 'ROW' ? type.fields : [];
    const entries = fields.map((f, k) => [f.name, stagedValue(f.type, vector.children[k] as Vector, i)]);
    return { entries: Object.fromEntries(entries) };
  }
  return stagedScalar(type, valueAt(vector, i));
}

function stagedList(type: DataType, child: Vector, from: number, to: number): unknown {
  const count = to - from;
  if (type.kind === 'ARRAY') return { items: stagedValues(type.element, child, from, count) };
  if (child.layout !== 'struct' || (type.kind !== 'MAP' && type.kind !== 'MULTISET')) return null;
  const [keyType, valueType] =
    type.kind === 'MAP' ? [type.key, type.value] : [type.element, { kind: 'INT', nullable: false } as const];
  const keys = stagedValues(keyType, child.children[0] as Vector, from, count);
  const values = stagedValues(valueType, child.children[1] as Vector, from, count);
  return { entries: keys.map((key, k) => ({ key, value: values[k] })) };
}

function stagedScalar(type: DataType, cell: unknown): unknown {
  switch (type.kind) {
    case 'CHAR':
    case 'VARCHAR':
      return UTF8.decode(cell as Uint8Array);
    case 'BINARY':
    case 'VARBINARY':
      // A copy: the value outlives the view.
      return { bytes: (cell as Uint8Array).slice() };
    case 'DECIMAL':
      return { value: cell as bigint };
    case 'DATE':
      return { days: cell as number };
    case 'TIME':
      return { micros: BigInt(cell as number) * 1000n };
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      const value = stagedTimestamp(type, cell as bigint);
      return type.kind === 'TIMESTAMP' && type.precision > 6 ? { nanos: value } : { micros: value };
    }
    default:
      return cell;
  }
}
