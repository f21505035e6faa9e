// A Parquet file's footer as bytes: its columns and where their pages lie. Pure: no I/O.
//
//   FileMetaData    2 schema: list<SchemaElement>   4 row_groups: list<RowGroup>
//   RowGroup        1 columns: list<ColumnChunk>   3 num_rows
//   ColumnChunk     1 file_path   3 meta_data: ColumnMetaData
//   ColumnMetaData  1 type   2 encodings   3 path_in_schema   4 codec   5 num_values
//                   6 total_uncompressed_size   7 total_compressed_size   9 data_page_offset
//                   11 dictionary_page_offset   12 statistics
//   Statistics      1 max   2 min (both of signed order)   3 null_count   5 max_value   6 min_value
//
// Source  apache/parquet-format, parquet.thrift.
import { corrupt } from '../../base/index.ts';
import {
  decodeText,
  type ParquetLeaf,
  type ParquetNode,
  type ParquetSchema,
  readElements,
  readSchema,
} from './schema.ts';
import { THRIFT, ThriftReader } from './thrift-reader.ts';

/** Values of `CompressionCodec`. */
export const CODEC = {
  UNCOMPRESSED: 0,
  SNAPPY: 1,
  GZIP: 2,
  LZO: 3,
  BROTLI: 4,
  LZ4: 5,
  ZSTD: 6,
  LZ4_RAW: 7,
} as const;

/** Values of `Encoding`. */
export const ENCODING = {
  PLAIN: 0,
  PLAIN_DICTIONARY: 2,
  RLE: 3,
  BIT_PACKED: 4,
  DELTA_BINARY_PACKED: 5,
  DELTA_LENGTH_BYTE_ARRAY: 6,
  DELTA_BYTE_ARRAY: 7,
  RLE_DICTIONARY: 8,
  BYTE_STREAM_SPLIT: 9,
} as const;

/**
 * What a chunk says of its values.
 *
 * Shape   `min`, `max`: plain-encoded bounds, undefined where nothing is said. `signed`: they come from the
 *         old fields, whose order is that of signed bytes.
 */
export interface ChunkStatistics {
  readonly min: Uint8Array | undefined;
  readonly max: Uint8Array | undefined;
  readonly nullCount: bigint | undefined;
  readonly signed: boolean;
}

/** Where one leaf's pages of one row group lie in the file, and what they are like. */
export interface ParquetChunk {
  readonly path: readonly string[];
  readonly typeAt: number;
  /** One of `PHYSICAL`, -1 when it is not said. */
  readonly type: number;
  readonly start: number;
  readonly length: number;
  /** Bytes of all pages with their headers once inflated, as the writer says. */
  readonly rawSize: number;
  /** Where the first data page lies; a dictionary before it begins at `start`. */
  readonly dataAt: number;
  /** `CompressionCodec` of the pages. */
  readonly codec: number;
  /** `ENCODING`s of values and levels. */
  readonly encodings: readonly number[];
  /** Values with nulls. */
  readonly valueCount: number;
  /** Where its statistics begin in the footer's bytes, 0: it has none. See `chunkStatistics`. */
  readonly statisticsAt: number;
  /** True when the pages lie in another file. */
  readonly elsewhere: boolean;
}

/** Rows whose columns lie together: one chunk for each leaf. */
export interface RowGroup {
  readonly rowCount: number;
  readonly chunks: readonly ParquetChunk[];
}

export interface ParquetFooter {
  readonly bytes: Uint8Array;
  /** Names of the top-level columns, in order, exactly as written. */
  readonly columns: readonly string[];
  /** The same columns with what is below them. */
  readonly nodes: readonly ParquetNode[];
  readonly leaves: readonly ParquetLeaf[];
  readonly rowGroups: readonly RowGroup[];
  /** The chunks of all row groups, in order. */
  readonly chunks: readonly ParquetChunk[];
}

/**
 * Reads a footer.
 *
 * Shape   `bytes` are the FileMetaData alone (without length and magic); `base` is their offset in the file,
 *         for messages.
 * Errors  FILE_CORRUPT naming file and offset.
 */
export function decodeParquetFooter(bytes: Uint8Array, file: string, base = 0): ParquetFooter {
  const reader = new ThriftReader(bytes, file, base);
  let schema: ParquetSchema | undefined;
  let rowGroups: readonly RowGroup[] = [];
  reader.struct((field) => {
    if (field.id === 2 && field.type === THRIFT.LIST) {
      schema = readSchema(reader);
      return true;
    }
    if (field.id === 4 && field.type === THRIFT.LIST) {
      const shared = { leaves: schema?.leaves ?? [], encodings: new Map() };
      rowGroups = readStructs(reader, () => readRowGroup(reader, shared));
      return true;
    }
    return false;
  }, 0);
  if (schema === undefined) throw corrupt(file, base, 'Parquet footer: no schema');
  const columns = schema.nodes.map((node) => node.name);
  return { bytes, columns, ...schema, rowGroups, chunks: rowGroups.flatMap((group) => group.chunks) };
}

/**
 * Reads the schema alone and refuses what would end the process: DuckDB divides by zero on a DECIMAL whose
 * scale exceeds its precision.
 *
 * Errors  FILE_CORRUPT naming file and offset.
 */
export function checkParquetSchema(bytes: Uint8Array, file: string, base = 0): void {
  const reader = new ThriftReader(bytes, file, base);
  reader.struct((field) => {
    if (field.id !== 2 || field.type !== THRIFT.LIST) return false;
    readElements(reader);
    return 'stop';
  }, 0);
}

/**
 * What a chunk of the footer says of its values. It is read when it is asked for: files of thousands of
 * columns have chunks by the ten thousand, and few are asked.
 */
export function chunkStatistics(
  { bytes }: Pick<ParquetFooter, 'bytes'>,
  { statisticsAt }: ParquetChunk,
): ChunkStatistics | undefined {
  if (statisticsAt === 0) return undefined;
  // They were read once with the footer, so nothing can be wrong with them.
  const reader = new ThriftReader(bytes, 'footer');
  reader.at = statisticsAt;
  return readStatistics(reader);
}

function readStructs<T>(reader: ThriftReader, read: (index: number) => T): T[] {
  const { size, type } = reader.list();
  if (size > 0 && type !== THRIFT.STRUCT) throw reader.fail('a list of structs holds something else');
  const out: T[] = [];
  for (let i = 0; i < size; i++) out.push(read(i));
  return out;
}

/** What chunks of all row groups have in common and is kept once. `encodings` by their text. */
interface Shared {
  readonly leaves: readonly ParquetLeaf[];
  readonly encodings: Map<string, readonly number[]>;
}

function readRowGroup(reader: ThriftReader, shared: Shared): RowGroup {
  let chunks: readonly ParquetChunk[] = [];
  let rowCount = 0;
  reader.struct((field) => {
    if (field.id === 1 && field.type === THRIFT.LIST) {
      const columns = readStructs(reader, (i) => readColumn(reader, shared, shared.leaves[i]));
      chunks = columns.filter((chunk) => chunk !== undefined);
      return true;
    }
    if (field.id !== 3 || field.type !== THRIFT.I64) return false;
    rowCount = reader.zigzag();
    return true;
  }, 2);
  if (rowCount < 0) throw reader.fail('a row group of a negative number of rows');
  return { rowCount, chunks };
}

function readColumn(
  reader: ThriftReader,
  shared: Shared,
  leaf: ParquetLeaf | undefined,
): ParquetChunk | undefined {
  let chunk: ParquetChunk | undefined;
  let elsewhere = false;
  reader.struct((field) => {
    if (field.id === 1) elsewhere = true;
    if (field.id !== 3 || field.type !== THRIFT.STRUCT) return false;
    chunk = readChunk(reader, shared, leaf);
    return true;
  }, 4);
  return chunk === undefined || !elsewhere ? chunk : { ...chunk, elsewhere };
}

interface ChunkNumbers {
  typeAt: number;
  type: number;
  length: number;
  rawSize: number;
  dataAt: number;
  codec: number;
  valueCount: number;
}

function readChunk(reader: ThriftReader, shared: Shared, leaf: ParquetLeaf | undefined): ParquetChunk {
  let path: readonly string[] = [];
  let encodings: readonly number[] = [];
  let dictionary = 0;
  let statisticsAt = 0;
  const numbers: ChunkNumbers = {
    typeAt: 0,
    type: -1,
    length: 0,
    rawSize: 0,
    dataAt: 0,
    codec: 0,
    valueCount: 0,
  };
  reader.struct((field) => {
    if (field.type === THRIFT.LIST && field.id === 2) encodings = readEncodings(reader, shared);
    else if (field.type === THRIFT.LIST && field.id === 3) path = readPath(reader, leaf);
    else if (field.type === THRIFT.STRUCT && field.id === 12) {
      statisticsAt = reader.at;
      readStatistics(reader);
    } else if (field.type === THRIFT.I64 && field.id === 11) dictionary = reader.zigzag();
    else return readNumber(reader, field, numbers);
    return true;
  }, 6);
  const { dataAt, length } = numbers;
  const start = dictionary > 0 && dictionary < dataAt ? dictionary : dataAt;
  if (start < 0 || length < 0) throw reader.fail('a column chunk lies before the file');
  return { path, encodings, start, statisticsAt, elsewhere: false, ...numbers };
}

/** Reads a field that is a number; false when it is none of these. */
function readNumber(
  reader: ThriftReader,
  { id, type }: { readonly id: number; readonly type: number },
  out: ChunkNumbers,
): boolean {
  if (type === THRIFT.I32 && id === 1) {
    out.typeAt = reader.at;
    out.type = reader.zigzag();
  } else if (type === THRIFT.I32 && id === 4) out.codec = reader.zigzag();
  else if (type === THRIFT.I64 && id === 5) out.valueCount = reader.zigzag();
  else if (type === THRIFT.I64 && id === 6) out.rawSize = reader.zigzag();
  else if (type === THRIFT.I64 && id === 7) out.length = reader.zigzag();
  else if (type === THRIFT.I64 && id === 9) out.dataAt = reader.zigzag();
  else return false;
  return true;
}

function readEncodings(reader: ThriftReader, shared: Shared): readonly number[] {
  const { size, type } = reader.list();
  const encodings: number[] = [];
  for (let i = 0; i < size; i++) {
    if (type === THRIFT.I32) encodings.push(reader.zigzag());
    else reader.skip(type, 7);
  }
  const key = encodings.join();
  const same = shared.encodings.get(key) ?? encodings;
  shared.encodings.set(key, same);
  return same;
}

function readStatistics(reader: ThriftReader): ChunkStatistics {
  const bounds: (Uint8Array | undefined)[] = [];
  let nullCount: bigint | undefined;
  reader.struct((field) => {
    if (field.type === THRIFT.BINARY && field.id <= 6) {
      bounds[field.id] = reader.binary();
      return true;
    }
    if (field.id !== 3 || field.type !== THRIFT.I64) return false;
    const count = reader.zigzag();
    // Old versions of parquet-mr say -1 where they do not know.
    nullCount = count < 0 ? undefined : BigInt(count);
    return true;
  }, 7);
  const signed = bounds[5] === undefined && bounds[6] === undefined;
  return { min: bounds[signed ? 2 : 6], max: bounds[signed ? 1 : 5], nullCount, signed };
}

/** The path of the leaf itself, if it is the same. */
function readPath(reader: ThriftReader, leaf: ParquetLeaf | undefined): readonly string[] {
  const { size, type } = reader.list();
  if (size > 0 && type !== THRIFT.BINARY) throw reader.fail('a column path is not text');
  const path: string[] = [];
  for (let i = 0; i < size; i++) path.push(decodeText(reader.binary()));
  const isLeaf = leaf?.path.length === path.length && path.every((part, i) => part === leaf.path[i]);
  return isLeaf ? leaf.path : path;
}
