// Which Parquet leaves can be read as which Paimon types, and how: exactly those whose values the engine
// reads the same way. What is not listed is left to the engine.
import type { DataType } from '../../../base/index.ts';
import { layoutOf } from '../../arrow/index.ts';
import { type ParquetLeaf, PHYSICAL } from '../schema.ts';
import { BoolColumn, type BoolPlan } from './bool-column.ts';
import { BytesColumn, type BytesPlan } from './bytes-column.ts';
import { FixedColumn, type FixedPlan } from './fixed-column.ts';
import {
  bigEndian,
  copyValues,
  type FixedDecode,
  int96ToNanos,
  millisToMicros,
  narrowInts,
  toNanos,
  widenInts,
  widenLongs,
} from './fixed-decode.ts';
import type { FixedLayout } from './fixed-store.ts';
import { FlatLevels, type PageLevels } from './flat-levels.ts';
import type { PageColumn } from './page-column.ts';

/** How values of a leaf become values of a type. */
export type LeafPlan = BoolPlan | FixedPlan | BytesPlan;

const INT32_BYTES = 4;
const INT64_BYTES = 8;
const INT96_BYTES = 12;

/** The way from a leaf to a type, undefined when there is none here. */
export function planLeaf(leaf: ParquetLeaf, type: DataType): LeafPlan | undefined {
  switch (type.kind) {
    case 'BOOLEAN':
      return leaf.type === PHYSICAL.BOOLEAN && leaf.annotation.kind === 'none' ? { kind: 'bool' } : undefined;
    case 'TINYINT':
      return planInt(leaf, 'i8', 8);
    case 'SMALLINT':
      return planInt(leaf, 'i16', 16);
    case 'INT':
      return planInt(leaf, 'i32', 32);
    case 'BIGINT':
      return planLong(leaf);
    case 'FLOAT':
      return plain(leaf, PHYSICAL.FLOAT, 'f32', INT32_BYTES);
    case 'DOUBLE':
      return plain(leaf, PHYSICAL.DOUBLE, 'f64', INT64_BYTES);
    case 'DATE':
      return leaf.type === PHYSICAL.INT32 && leaf.annotation.kind === 'date'
        ? fixed('i32', INT32_BYTES, copyValues)
        : undefined;
    case 'TIME':
      return planTime(leaf);
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return planTimestamp(leaf, layoutOf(type) as 'i64' | 'i128');
    case 'DECIMAL':
      return planDecimal(leaf, type);
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return planBytes(leaf);
    default:
      return undefined;
  }
}

/**
 * A column that follows a plan. `reuse`: see the engine's `ReadOptions`. `levels` say which of its places
 * hold values; without nesting these are rows.
 */
export function pageColumn(
  leaf: ParquetLeaf,
  plan: LeafPlan,
  reuse: boolean,
  levels: PageLevels = new FlatLevels(),
): PageColumn {
  switch (plan.kind) {
    case 'bool':
      return new BoolColumn(leaf, reuse, levels);
    case 'fixed':
      return new FixedColumn(leaf, plan, reuse, levels);
    case 'bytes':
      return new BytesColumn(leaf, plan, reuse, levels);
  }
}

function fixed(layout: FixedLayout, sourceBytes: number, decode: FixedDecode | undefined): FixedPlan {
  return { kind: 'fixed', layout, sourceBytes, decode };
}

function plain(
  leaf: ParquetLeaf,
  physical: number,
  layout: FixedLayout,
  bytes: number,
): FixedPlan | undefined {
  const same = leaf.type === physical && leaf.annotation.kind === 'none';
  return same ? fixed(layout, bytes, copyValues) : undefined;
}

/** INT32 of at most as many bits as the type has; Java says how many, others need not. */
function planInt(leaf: ParquetLeaf, layout: 'i8' | 'i16' | 'i32', bits: number): FixedPlan | undefined {
  const { annotation } = leaf;
  if (leaf.type !== PHYSICAL.INT32) return undefined;
  const said = annotation.kind === 'none' ? 32 : annotation.kind === 'integer' ? annotation.bits : 0;
  if (said !== bits || (annotation.kind === 'integer' && !annotation.signed)) return undefined;
  return fixed(layout, INT32_BYTES, layout === 'i32' ? copyValues : narrowInts);
}

function planLong(leaf: ParquetLeaf): FixedPlan | undefined {
  const { annotation } = leaf;
  const signed64 = annotation.kind === 'integer' && annotation.bits === 64 && annotation.signed;
  if (leaf.type !== PHYSICAL.INT64 || !(annotation.kind === 'none' || signed64)) return undefined;
  return fixed('i64', INT64_BYTES, copyValues);
}

function planTime(leaf: ParquetLeaf): FixedPlan | undefined {
  const { annotation } = leaf;
  const millis = annotation.kind === 'none' || (annotation.kind === 'time' && annotation.unit === 'millis');
  return leaf.type === PHYSICAL.INT32 && millis ? fixed('i32', INT32_BYTES, copyValues) : undefined;
}

function planTimestamp(leaf: ParquetLeaf, layout: 'i64' | 'i128'): FixedPlan | undefined {
  const { annotation } = leaf;
  if (leaf.type === PHYSICAL.INT96)
    return layout === 'i128' ? fixed(layout, INT96_BYTES, int96ToNanos) : undefined;
  if (leaf.type !== PHYSICAL.INT64 || annotation.kind !== 'timestamp') return undefined;
  if (layout === 'i128') {
    const factor = { millis: 1_000_000, micros: 1000, nanos: 1 }[annotation.unit];
    return fixed(layout, INT64_BYTES, toNanos(factor));
  }
  if (annotation.unit === 'nanos') return undefined;
  return fixed(layout, INT64_BYTES, annotation.unit === 'micros' ? copyValues : millisToMicros);
}

function planDecimal(
  leaf: ParquetLeaf,
  type: DataType & { readonly kind: 'DECIMAL' },
): FixedPlan | undefined {
  const { annotation } = leaf;
  if (annotation.kind !== 'decimal') return undefined;
  if (annotation.scale !== type.scale || annotation.precision > type.precision) return undefined;
  const layout = layoutOf(type) as 'i64' | 'i128';
  switch (leaf.type) {
    case PHYSICAL.INT32:
      return fixed(layout, INT32_BYTES, widenInts);
    case PHYSICAL.INT64:
      return fixed(layout, INT64_BYTES, layout === 'i64' ? copyValues : widenLongs);
    case PHYSICAL.FIXED_LEN_BYTE_ARRAY:
      return fixed(layout, leaf.length, bigEndian(leaf.length));
    case PHYSICAL.BYTE_ARRAY:
      return fixed(layout, 0, undefined);
    default:
      return undefined;
  }
}

function planBytes(leaf: ParquetLeaf): BytesPlan | undefined {
  const { kind } = leaf.annotation;
  if (leaf.type === PHYSICAL.BYTE_ARRAY)
    return kind === 'none' || kind === 'string' || kind === 'enum' ? { kind: 'bytes', length: 0 } : undefined;
  if (leaf.type === PHYSICAL.FIXED_LEN_BYTE_ARRAY && kind === 'none')
    return { kind: 'bytes', length: leaf.length };
  return undefined;
}
