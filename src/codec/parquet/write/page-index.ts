// The page indexes of a column chunk: what each page holds at most and at least, and where it lies.
//
//   ColumnIndex   1 null_pages   2 min_values   3 max_values   4 boundary_order   5 null_counts
//                 6 repetition_level_histograms   7 definition_level_histograms
//   OffsetIndex   1 page_locations: { 1 offset   2 compressed_page_size   3 first_row_index }
//                 2 unencoded_byte_array_data_bytes
//
// Source  parquet-mr, internal/column/columnindex/*Builder.java.
import { PHYSICAL } from '../schema.ts';
import type { ThriftWriter } from '../thrift-writer.ts';
import { compareStored } from './bounds.ts';
import type { PageSummary } from './column-writer.ts';
import type { WriteLeaf } from './file-schema.ts';
import { writeStruct } from './thrift-struct.ts';

/** A data page where it lies: `size` with its header; bounds of `summary` cut, see `cutForIndex`. */
export interface PlacedPage {
  readonly offset: number;
  readonly size: number;
  readonly summary: PageSummary;
}

/**
 * ValueBounds longer than this on average are not worth an index. Source: ParquetFileWriter.MAX_STATS_SIZE.
 */
const BOUNDS_BYTES_MAX = 4096;
const ORDER = { UNORDERED: 0, ASCENDING: 1, DESCENDING: 2 } as const;
const NONE = new Uint8Array(0);

/** Appends the column index; false, with nothing written, where parquet-mr writes none either. */
export function writeColumnIndex(out: ThriftWriter, leaf: WriteLeaf, pages: readonly PlacedPage[]): boolean {
  if (leaf.physical === PHYSICAL.INT96) return false;
  const bounds = pages.map(({ summary }) => keptBounds(leaf, summary));
  if (bounds.includes('unordered')) return false;
  const known = bounds as readonly KeptBounds[];
  const bytes = known.reduce((sum, bound) => sum + (bound === undefined ? 0 : sizeOf(bound)), 0);
  if (bytes > BOUNDS_BYTES_MAX * pages.length) return false;
  const summaries = pages.map(({ summary }) => summary);
  writeStruct(out, (index) => {
    index.booleans(
      1,
      known.map((bound) => bound === undefined),
    );
    index.binaries(
      2,
      known.map((bound) => bound?.min ?? NONE),
    );
    index.binaries(
      3,
      known.map((bound) => bound?.max ?? NONE),
    );
    index.i32(4, boundaryOrder(leaf.physical, known));
    index.i64s(
      5,
      summaries.map((summary) => summary.nullCount),
    );
    const repetitions = summaries.flatMap((summary) => summary.repetitions);
    if (repetitions.length > 0) index.i64s(6, repetitions);
    const definitions = summaries.flatMap((summary) => summary.definitions);
    if (definitions.length > 0) index.i64s(7, definitions);
  });
  return true;
}

/** Appends the offset index. */
export function writeOffsetIndex(out: ThriftWriter, leaf: WriteLeaf, pages: readonly PlacedPage[]): void {
  let firstRow = 0;
  writeStruct(out, (index) => {
    index.structs(1, pages, (location, { offset, size, summary }) => {
      location.i64(1, offset);
      location.i32(2, size);
      location.i64(3, firstRow);
      firstRow += summary.rowCount;
    });
    if (leaf.physical !== PHYSICAL.BYTE_ARRAY) return;
    index.i64s(
      2,
      pages.map(({ summary }) => summary.valueBytes),
    );
  });
}

/** Undefined: the page holds nothing but nulls. */
type KeptBounds = { readonly min: Uint8Array; readonly max: Uint8Array } | undefined;

function sizeOf({ min, max }: { readonly min: Uint8Array; readonly max: Uint8Array }): number {
  return min.length + max.length;
}

function keptBounds(leaf: WriteLeaf, { bounds }: PageSummary): KeptBounds | 'unordered' {
  const { min, max } = bounds;
  if (min === null || max === null) return undefined;
  switch (leaf.physical) {
    case PHYSICAL.FLOAT:
      return keptReals(min, max, (bytes) => view(bytes).getFloat32(0, true));
    case PHYSICAL.DOUBLE:
      return keptReals(min, max, (bytes) => view(bytes).getFloat64(0, true));
    default:
      return { min, max };
  }
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Both zeros are within either; with a NaN there is no order. */
function keptReals(
  min: Uint8Array,
  max: Uint8Array,
  read: (bytes: Uint8Array) => number,
): KeptBounds | 'unordered' {
  const [least, greatest] = [read(min), read(max)];
  if (Number.isNaN(least) || Number.isNaN(greatest)) return 'unordered';
  return {
    min: least === 0 ? zero(min.length, true) : min,
    max: greatest === 0 ? zero(max.length, false) : max,
  };
}

function zero(length: number, negative: boolean): Uint8Array {
  const bytes = new Uint8Array(length);
  if (negative) bytes[length - 1] = 0x80;
  return bytes;
}

function boundaryOrder(physical: number, bounds: readonly KeptBounds[]): number {
  const known = bounds.filter((bound) => bound !== undefined);
  const sorted = (sign: number): boolean =>
    known.every((bound, i) => {
      const before = known[i - 1];
      if (before === undefined) return true;
      return (
        sign * compareStored(physical, before.min, bound.min) <= 0 &&
        sign * compareStored(physical, before.max, bound.max) <= 0
      );
    });
  if (sorted(1)) return ORDER.ASCENDING;
  return sorted(-1) ? ORDER.DESCENDING : ORDER.UNORDERED;
}
