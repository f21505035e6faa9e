// Headers of pages and the footer, in Thrift.
//
//   FileMetaData    1 version   2 schema   3 num_rows   4 row_groups   6 created_by   7 column_orders
//   RowGroup        1 columns   2 total_byte_size   3 num_rows   5 file_offset   6 total_compressed_size   7
//                   ordinal
//   ColumnChunk     2 file_offset   3 meta_data   4, 5 offset index   6, 7 column index
//   ColumnMetaData  1 type   2 encodings   3 path_in_schema   4 codec   5 num_values   6, 7 sizes
//                   9 data_page_offset   11 dictionary_page_offset   12 statistics   13 encoding_stats
//                   16 size_statistics
//
// Source  apache/parquet-format, parquet.thrift; parquet-mr, format/converter/ParquetMetadataConverter.java.

import { ENCODING } from '../footer.ts';
import { PAGE } from '../page-header.ts';
import { PHYSICAL } from '../schema.ts';
import { ThriftWriter } from '../thrift-writer.ts';
import type { PageSummary } from './column-writer.ts';
import type { LogicalType, SchemaNode, WriteLeaf } from './file-schema.ts';
import { type StructWriter, writeStruct } from './thrift-struct.ts';

/** Who wrote the file, as parquet-mr's readers parse it: application, version, build. */
const CREATED_BY = 'spillway version 0.1.0 (build paimon-1.4)';
/** ValueBounds as long as this together are left out. Source: ParquetMetadataConverter.MAX_STATS_SIZE. */
export const BOUNDS_BYTES_MAX = 4096;

/** A page as it is stored, header apart. */
export interface HeaderParts {
  readonly dictionary: boolean;
  readonly encoding: number;
  readonly entryCount: number;
  readonly rawSize: number;
  readonly size: number;
  readonly crc: number;
  readonly levels: WriteLeaf;
}

/** The encoding of levels: none are written where the greatest is 0, which parquet-mr calls BIT_PACKED. */
function levelEncoding(max: number): number {
  return max === 0 ? ENCODING.BIT_PACKED : ENCODING.RLE;
}

export function encodePageHeader(parts: HeaderParts): Uint8Array {
  const out = new ThriftWriter();
  const { dictionary, encoding, entryCount, levels } = parts;
  writeStruct(out, (header) => {
    header.i32(1, dictionary ? PAGE.DICTIONARY : PAGE.DATA);
    header.i32(2, parts.rawSize);
    header.i32(3, parts.size);
    header.i32(4, parts.crc | 0);
    header.struct(dictionary ? 7 : 5, (page) => {
      page.i32(1, entryCount);
      page.i32(2, encoding);
      if (dictionary) return;
      page.i32(3, levelEncoding(levels.definitionMax));
      page.i32(4, levelEncoding(levels.repetitionMax));
    });
  });
  return out.bytes;
}

/** Where a chunk's index lies. */
export interface IndexPlace {
  readonly offset: number;
  readonly size: number;
}

/**
 * A column chunk as it lies in the file.
 *
 * Units   bytes. `rawSize`, `size`: of all its pages with their headers. `dictionaryAt` 0: it has none.
 *         `encodings`: of its data pages, and how many have each.
 */
export interface PlacedChunk {
  readonly leaf: WriteLeaf;
  readonly summary: PageSummary;
  readonly rawSize: number;
  readonly size: number;
  readonly dataAt: number;
  readonly dictionaryAt: number;
  readonly encodings: ReadonlyMap<number, number>;
  columnIndex: IndexPlace | undefined;
  offsetIndex: IndexPlace | undefined;
}

export interface PlacedRowGroup {
  readonly rowCount: number;
  readonly offset: number;
  readonly chunks: readonly PlacedChunk[];
}

/** The footer without its length and the magic. */
export function encodeFooter(
  schema: readonly SchemaNode[],
  leafCount: number,
  groups: readonly PlacedRowGroup[],
  codec: number,
): Uint8Array {
  const out = new ThriftWriter();
  const elements = [rootOf(schema), ...schema.flatMap(flattened)];
  const rowCount = groups.reduce((sum, group) => sum + group.rowCount, 0);
  writeStruct(out, (file) => {
    file.i32(1, 1);
    file.structs(2, elements, writeElement);
    file.i64(3, rowCount);
    file.structs(
      4,
      groups.map((group, ordinal) => ({ group, ordinal })),
      (inner, { group, ordinal }) => writeRowGroup(inner, group, ordinal, codec),
    );
    file.string(6, CREATED_BY);
    file.structs(7, new Array<undefined>(leafCount).fill(undefined), (order) => {
      order.struct(1, () => undefined);
    });
  });
  return out.bytes;
}

function rootOf(children: readonly SchemaNode[]): SchemaNode {
  const none = { repetition: -1, id: undefined, logical: undefined, physical: undefined, typeLength: 0 };
  return { name: 'paimon_schema', children, ...none };
}

function flattened(node: SchemaNode): readonly SchemaNode[] {
  return [node, ...node.children.flatMap(flattened)];
}

function writeElement(element: StructWriter, node: SchemaNode): void {
  const { physical, logical, typeLength, repetition, children, id } = node;
  if (physical !== undefined) element.i32(1, physical);
  if (typeLength > 0) element.i32(2, typeLength);
  if (repetition >= 0) element.i32(3, repetition);
  element.string(4, node.name);
  if (physical === undefined) element.i32(5, children.length);
  if (logical !== undefined) element.i32(6, convertedOf(logical));
  if (logical?.kind === 'decimal') {
    element.i32(7, logical.scale);
    element.i32(8, logical.precision);
  }
  if (id !== undefined) element.i32(9, id);
  if (logical !== undefined && logical.kind !== 'key-value')
    element.struct(10, (union) => writeLogical(union, logical));
}

/** Values of Parquet's `ConvertedType`. */
function convertedOf(logical: LogicalType): number {
  switch (logical.kind) {
    case 'string':
      return 0;
    case 'map':
      return 1;
    case 'key-value':
      return 2;
    case 'list':
      return 3;
    case 'decimal':
      return 5;
    case 'date':
      return 6;
    case 'time':
      return 7;
    case 'timestamp':
      return logical.micros ? 10 : 9;
    case 'int':
      return logical.bits === 8 ? 15 : 16;
  }
}

const UNIT_MILLIS = 1;
const UNIT_MICROS = 2;

function writeLogical(union: StructWriter, logical: LogicalType): void {
  const empty = (): undefined => undefined;
  switch (logical.kind) {
    case 'string':
      union.struct(1, empty);
      return;
    case 'map':
      union.struct(2, empty);
      return;
    case 'list':
      union.struct(3, empty);
      return;
    case 'decimal':
      union.struct(5, (decimal) => {
        decimal.i32(1, logical.scale);
        decimal.i32(2, logical.precision);
      });
      return;
    case 'date':
      union.struct(6, empty);
      return;
    case 'time':
      union.struct(7, (time) => {
        time.boolean(1, true);
        time.struct(2, (unit) => unit.struct(UNIT_MILLIS, empty));
      });
      return;
    case 'timestamp':
      union.struct(8, (timestamp) => {
        timestamp.boolean(1, logical.utc);
        timestamp.struct(2, (unit) => unit.struct(logical.micros ? UNIT_MICROS : UNIT_MILLIS, empty));
      });
      return;
    case 'int':
      union.struct(10, (int) => {
        int.byte(1, logical.bits);
        int.boolean(2, true);
      });
      return;
    case 'key-value':
      return;
  }
}

function writeRowGroup(out: StructWriter, group: PlacedRowGroup, ordinal: number, codec: number): void {
  const { chunks, rowCount, offset } = group;
  out.structs(1, chunks, (inner, chunk) => writeChunk(inner, chunk, codec));
  out.i64(
    2,
    chunks.reduce((sum, chunk) => sum + chunk.rawSize, 0),
  );
  out.i64(3, rowCount);
  out.i64(5, offset);
  out.i64(
    6,
    chunks.reduce((sum, chunk) => sum + chunk.size, 0),
  );
  // A signed 16-bit number: parquet-mr lets it wrap.
  out.i16(7, (ordinal << 16) >> 16);
}

function writeChunk(out: StructWriter, chunk: PlacedChunk, codec: number): void {
  const { columnIndex, offsetIndex } = chunk;
  out.i64(2, 0);
  out.struct(3, (meta) => writeColumnMeta(meta, chunk, codec));
  if (offsetIndex !== undefined) {
    out.i64(4, offsetIndex.offset);
    out.i32(5, offsetIndex.size);
  }
  if (columnIndex !== undefined) {
    out.i64(6, columnIndex.offset);
    out.i32(7, columnIndex.size);
  }
}

function writeColumnMeta(meta: StructWriter, chunk: PlacedChunk, codec: number): void {
  const { leaf, summary, encodings, dictionaryAt } = chunk;
  const used = new Set([
    levelEncoding(leaf.repetitionMax),
    levelEncoding(leaf.definitionMax),
    ...encodings.keys(),
    ...(dictionaryAt > 0 ? [ENCODING.PLAIN_DICTIONARY] : []),
  ]);
  meta.i32(1, leaf.physical);
  meta.i32s(2, [...used]);
  meta.binaries(
    3,
    leaf.path.map((name) => encoder.encode(name)),
  );
  meta.i32(4, codec);
  meta.i64(5, summary.entryCount);
  meta.i64(6, chunk.rawSize);
  meta.i64(7, chunk.size);
  meta.i64(9, chunk.dataAt);
  if (dictionaryAt > 0) meta.i64(11, dictionaryAt);
  meta.struct(12, (statistics) => writeStatistics(statistics, leaf, summary));
  const counts = [...encodings].map(([encoding, count]) => ({ page: PAGE.DATA as number, encoding, count }));
  if (dictionaryAt > 0)
    counts.unshift({ page: PAGE.DICTIONARY, encoding: ENCODING.PLAIN_DICTIONARY, count: 1 });
  meta.structs(13, counts, (inner, { page, encoding, count }) => {
    inner.i32(1, page);
    inner.i32(2, encoding);
    inner.i32(3, count);
  });
  meta.struct(16, (sizes) => {
    if (leaf.physical === PHYSICAL.BYTE_ARRAY) sizes.i64(1, summary.valueBytes);
    if (summary.repetitions.length > 0) sizes.i64s(2, summary.repetitions);
    if (summary.definitions.length > 0) sizes.i64s(3, summary.definitions);
  });
}

const encoder = new TextEncoder();

/** Types that signed bytes order, decimals apart. Source: ParquetMetadataConverter.sortOrder. */
const SIGNED: ReadonlySet<number> = new Set([
  PHYSICAL.BOOLEAN,
  PHYSICAL.INT32,
  PHYSICAL.INT64,
  PHYSICAL.FLOAT,
  PHYSICAL.DOUBLE,
]);

/**
 * Statistics: 1 max   2 min   3 null_count   5 max_value   6 min_value. The old pair is there where signed
 * bytes order the type too, or both bounds are one.
 */
function writeStatistics(out: StructWriter, leaf: WriteLeaf, { bounds, nullCount }: PageSummary): void {
  const { min, max } = bounds;
  if (min === null || max === null) {
    out.i64(3, nullCount);
    return;
  }
  if (min.length + max.length >= BOUNDS_BYTES_MAX) return;
  const same = Buffer.compare(min, max) === 0;
  const { logical } = leaf.node;
  const old = same || (SIGNED.has(leaf.physical) && logical?.kind !== 'decimal');
  const ordered = same || leaf.physical !== PHYSICAL.INT96;
  if (old) {
    out.binary(1, max);
    out.binary(2, min);
  }
  out.i64(3, nullCount);
  if (ordered) {
    out.binary(5, max);
    out.binary(6, min);
  }
}
