// What Paimon reads out of Parquet's statistics of a file it has just written.
import type { DataType } from '../../base/index.ts';
import type { Value, ValueBounds, WriteLeaf } from '../../codec/index.ts';
import { type ColumnStats, NOTHING } from './file-stats.ts';

/** What a file holds of a column without nested values: by leaf. */
export interface LeafFacts {
  readonly leaf: WriteLeaf;
  readonly bounds: ValueBounds;
  nullCount: number;
}

/**
 * The statistics of a column.
 *
 * Shape   `column`: its place in the file. Nested columns have none; binaries and timestamps of more than six
 *         digits only a count of nulls.
 * Source  Paimon, format/parquet/ParquetSimpleStatsExtractor.java, given the footer while it is in memory.
 */
export function columnStats(type: DataType, facts: readonly LeafFacts[], column: number): ColumnStats {
  const found = facts.find(({ leaf }) => leaf.column === column && leaf.path.length === 1);
  return found === undefined ? NOTHING : boundsStats(type, found.bounds, found.nullCount);
}

/** Bounds of a column as statistics. */
export function boundsStats(type: DataType, { min, max }: ValueBounds, nulls: number): ColumnStats {
  const nullCount = BigInt(nulls);
  if (min === null || max === null || !hasBounds(type)) return { ...NOTHING, nullCount };
  return { min: storedValue(type, min), max: storedValue(type, max), nullCount };
}

export function isNested({ kind }: DataType): boolean {
  return kind === 'ARRAY' || kind === 'MAP' || kind === 'MULTISET' || kind === 'ROW';
}

function hasBounds(type: DataType): boolean {
  switch (type.kind) {
    case 'BINARY':
    case 'VARBINARY':
      return false;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return type.precision <= 6;
    default:
      return true;
  }
}

/** A value as Parquet stores it, as vectors hold it. */
function storedValue(type: DataType, bytes: Uint8Array): Value {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type.kind) {
    case 'BOOLEAN':
      return bytes[0] === 1;
    case 'FLOAT':
      return view.getFloat32(0, true);
    case 'DOUBLE':
      return view.getFloat64(0, true);
    case 'BIGINT':
      return view.getBigInt64(0, true);
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return view.getBigInt64(0, true) * (type.precision <= 3 ? 1000n : 1n);
    case 'DECIMAL':
      if (type.precision <= 9) return BigInt(view.getInt32(0, true));
      return type.precision <= 18 ? view.getBigInt64(0, true) : bigEndian(bytes);
    case 'CHAR':
    case 'VARCHAR':
      return bytes;
    default:
      return view.getInt32(0, true);
  }
}

function bigEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(8 * bytes.length, value);
}
