// Which Parquet leaves can be read as which Paimon types, and how.
import type { DataType, TimeKind } from '../../../base/index.ts';
import { layoutOf } from '../../arrow/index.ts';
import type { TimeUnit } from '../annotation.ts';
import { type ParquetLeaf, PHYSICAL } from '../schema.ts';
import { BoolColumn, type BoolPlan } from './bool-column.ts';
import { BytesColumn, type BytesPlan } from './bytes-column.ts';
import { FixedColumn, type FixedPlan } from './fixed-column.ts';
import {
  bigEndian,
  copyValues,
  type FixedDecode,
  int96ToMicros,
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

/**
 * The way from a leaf to a type, undefined when there is none.
 *
 * Source  Paimon, ParquetVectorUpdaterFactory.java, ParquetReaderUtil.java: how values are stored decides,
 *         what they are annotated as does not. Where that would read one thing as another (a DECIMAL of
 *         another scale, a timestamp of another unit than the type's), the annotation counts, or there is no
 *         way.
 */
export function planLeaf(leaf: ParquetLeaf, type: DataType): LeafPlan | undefined {
  switch (type.kind) {
    case 'BOOLEAN':
      return leaf.type === PHYSICAL.BOOLEAN ? { kind: 'bool' } : undefined;
    case 'TINYINT':
      return planInt(leaf, 'i8');
    case 'SMALLINT':
      return planInt(leaf, 'i16');
    case 'INT':
    case 'DATE':
    case 'TIME':
      return planInt(leaf, 'i32');
    case 'BIGINT':
      return planLong(leaf);
    case 'FLOAT':
      return leaf.type === PHYSICAL.FLOAT ? fixed('f32', INT32_BYTES, copyValues) : undefined;
    case 'DOUBLE':
      return leaf.type === PHYSICAL.DOUBLE ? fixed('f64', INT64_BYTES, copyValues) : undefined;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return planTimestamp(leaf, type);
    case 'DECIMAL':
      return planDecimal(leaf, type);
    case 'CHAR':
    case 'VARCHAR':
      return leaf.type === PHYSICAL.BYTE_ARRAY ? { kind: 'bytes', length: 0 } : undefined;
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

/** INT32, signed or not, of which the type takes as many of the lowest bits as it has. */
function planInt(leaf: ParquetLeaf, layout: 'i8' | 'i16' | 'i32'): FixedPlan | undefined {
  if (leaf.type !== PHYSICAL.INT32 || leaf.annotation.kind === 'decimal') return undefined;
  return fixed(layout, INT32_BYTES, layout === 'i32' ? copyValues : narrowInts);
}

function planLong(leaf: ParquetLeaf): FixedPlan | undefined {
  if (leaf.type !== PHYSICAL.INT64 || leaf.annotation.kind === 'decimal') return undefined;
  return fixed('i64', INT64_BYTES, copyValues);
}

function planTimestamp(
  leaf: ParquetLeaf,
  type: DataType & { readonly kind: TimeKind },
): FixedPlan | undefined {
  const layout = layoutOf(type) as 'i64' | 'i128';
  if (leaf.type === PHYSICAL.INT96) {
    const decode = layout === 'i128' ? int96ToNanos : int96ToMicros(type.precision <= 3 ? 1000 : 1);
    return fixed(layout, INT96_BYTES, decode);
  }
  const unit = unitOf(leaf, type);
  if (leaf.type !== PHYSICAL.INT64 || unit === undefined) return undefined;
  if (layout === 'i128') {
    const factor = { millis: 1_000_000, micros: 1000, nanos: 1 }[unit];
    return fixed(layout, INT64_BYTES, toNanos(factor));
  }
  if (unit === 'nanos') return undefined;
  return fixed(layout, INT64_BYTES, unit === 'micros' ? copyValues : millisToMicros);
}

/** The unit of INT64 timestamps: as annotated, or as Java takes those that are not. */
function unitOf(
  { annotation }: ParquetLeaf,
  type: DataType & { readonly kind: TimeKind },
): TimeUnit | undefined {
  if (annotation.kind === 'timestamp') return annotation.unit;
  if (annotation.kind !== 'none') return undefined;
  if (type.precision > 3 && type.precision <= 6) return 'micros';
  return type.precision <= 3 || type.kind === 'TIMESTAMP' ? 'millis' : undefined;
}

function planDecimal(
  leaf: ParquetLeaf,
  type: DataType & { readonly kind: 'DECIMAL' },
): FixedPlan | undefined {
  const { annotation } = leaf;
  const layout = layoutOf(type) as 'i64' | 'i128';
  const annotated = annotation.kind === 'decimal';
  if (annotated && annotation.scale !== type.scale) return undefined;
  switch (leaf.type) {
    case PHYSICAL.INT32:
      return annotated || annotation.kind === 'none' ? fixed(layout, INT32_BYTES, widenInts) : undefined;
    case PHYSICAL.INT64: {
      const decode = layout === 'i64' ? copyValues : widenLongs;
      return annotated || annotation.kind === 'none' ? fixed(layout, INT64_BYTES, decode) : undefined;
    }
    case PHYSICAL.FIXED_LEN_BYTE_ARRAY:
      return annotated ? fixed(layout, leaf.length, bigEndian(leaf.length)) : undefined;
    case PHYSICAL.BYTE_ARRAY:
      return annotated ? fixed(layout, 0, undefined) : undefined;
    default:
      return undefined;
  }
}

function planBytes(leaf: ParquetLeaf): BytesPlan | undefined {
  if (leaf.type === PHYSICAL.BYTE_ARRAY) return { kind: 'bytes', length: 0 };
  return leaf.type === PHYSICAL.FIXED_LEN_BYTE_ARRAY ? { kind: 'bytes', length: leaf.length } : undefined;
}
