// Row groups that no row matching a condition can lie in, by the statistics of their chunks.
import type { DataType, Field } from '../../base/index.ts';
import {
  type ChunkStatistics,
  chunkStatistics,
  type ParquetChunk,
  type ParquetFooter,
  type ParquetLeaf,
  type Value,
} from '../../codec/index.ts';
import { type ColumnStats, mayMatch, type Predicate } from '../../format/index.ts';

/**
 * Whether rows matching all conjuncts may lie in a row group.
 *
 * Shape   `fieldOf` gives the file's field of a column whose values are read unchanged. Only whole numbers,
 *         dates and text are looked at: there the order of the statistics is Java's, unless the file says
 *         that its numbers have no sign, or has some that the type does not hold.
 */
export function rowGroupMatches(
  footer: ParquetFooter,
  rowGroup: number,
  conjuncts: readonly Predicate[],
  fieldOf: (column: string) => Field | undefined,
): boolean {
  const group = footer.rowGroups[rowGroup];
  if (group === undefined || group.chunks.length !== footer.leaves.length) return true;
  const statsOf = (column: string): ColumnStats | undefined => {
    const field = fieldOf(column);
    const leaf = field === undefined ? undefined : footer.nodes[footer.columns.indexOf(field.name)]?.leaf;
    if (field === undefined || leaf === undefined || leaf.repeats > 0) return undefined;
    const statistics = chunkStatistics(footer, group.chunks[leaf.index] as ParquetChunk);
    return statsOfChunk(field.type, leaf, statistics);
  };
  return conjuncts.every((conjunct) => mayMatch(conjunct, BigInt(group.rowCount), statsOf));
}

function statsOfChunk(
  type: DataType,
  leaf: ParquetLeaf,
  statistics: ChunkStatistics | undefined,
): ColumnStats | undefined {
  if (statistics === undefined) return undefined;
  const bounds = hasOrderOf(leaf) ? boundsOf(type, statistics) : UNKNOWN;
  if (bounds === undefined) return undefined;
  return { type, ...bounds, nullCount: statistics.nullCount };
}

const UNKNOWN = { min: null, max: null };

/** True when bounds of a leaf of whole numbers or text are in the order of our types. */
function hasOrderOf({ annotation }: ParquetLeaf): boolean {
  switch (annotation.kind) {
    case 'integer':
      return annotation.signed;
    case 'decimal':
    case 'other':
      return false;
    default:
      return true;
  }
}

function boundsOf(type: DataType, { min, max, signed }: ChunkStatistics) {
  switch (type.kind) {
    case 'TINYINT':
      return narrow(min, max, 8);
    case 'SMALLINT':
      return narrow(min, max, 16);
    case 'INT':
    case 'DATE':
      return { min: int32(min), max: int32(max) };
    case 'BIGINT':
      return { min: int64(min), max: int64(max) };
    case 'CHAR':
    case 'VARCHAR':
      return signed ? UNKNOWN : { min: min ?? null, max: max ?? null };
    default:
      return undefined;
  }
}

/** Bounds of numbers of which the lowest bits are read: unknown where others are set. */
function narrow(min: Uint8Array | undefined, max: Uint8Array | undefined, bits: number) {
  const [least, greatest] = [int32(min), int32(max)];
  const half = 2 ** (bits - 1);
  const holds = least !== null && greatest !== null && least >= -half && greatest < half;
  return holds ? { min: least, max: greatest } : UNKNOWN;
}

function int32(bytes: Uint8Array | undefined): number | null {
  return bytes?.length === 4 ? viewOf(bytes).getInt32(0, true) : null;
}

function int64(bytes: Uint8Array | undefined): Value {
  return bytes?.length === 8 ? viewOf(bytes).getBigInt64(0, true) : null;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
