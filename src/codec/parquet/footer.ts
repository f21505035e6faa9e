// A Parquet file's footer as bytes: its columns and where their pages lie. Pure: no I/O.
//
//   FileMetaData    2 schema: list<SchemaElement>   4 row_groups: list<RowGroup>
//   SchemaElement   1 type   2 type_length   4 name   5 num_children
//   RowGroup        1 columns: list<ColumnChunk>          ColumnChunk  3 meta_data: ColumnMetaData
//   ColumnMetaData  1 type   3 path_in_schema   4 codec   7 total_compressed_size   9 data_page_offset   11
//                   dictionary_page_offset
//
// Source  apache/parquet-format, parquet.thrift.
import { corrupt } from '../../base/index.ts';
import { THRIFT, ThriftReader } from './thrift-reader.ts';

/** Values of `Type`: how the values of a leaf are stored. */
export const PHYSICAL = {
  BOOLEAN: 0,
  INT32: 1,
  INT64: 2,
  INT96: 3,
  FLOAT: 4,
  DOUBLE: 5,
  BYTE_ARRAY: 6,
  FIXED_LEN_BYTE_ARRAY: 7,
} as const;

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

/** A leaf of the schema and where its element lies in the footer's bytes. */
export interface ParquetLeaf {
  readonly path: readonly string[];
  readonly type: number;
  /** Its place in the list of schema elements. */
  readonly element: number;
  /** True when it claims to hold UTF-8. */
  readonly text: boolean;
  /** Where the value of `type` lies, and the bytes behind it. */
  readonly typeAt: number;
  /** Where the value of `type_length` lies, if it has one. */
  readonly lengthAt: number | undefined;
}

/** Where one leaf's pages of one row group lie in the file. */
export interface ParquetChunk {
  readonly path: readonly string[];
  readonly typeAt: number;
  readonly start: number;
  readonly length: number;
  /** Where the first data page lies; a dictionary before it begins at `start`. */
  readonly dataAt: number;
  /** `CompressionCodec` of the pages. */
  readonly codec: number;
}

export interface ParquetFooter {
  readonly bytes: Uint8Array;
  /** Names of the top-level columns, in order, exactly as written. */
  readonly columns: readonly string[];
  readonly leaves: readonly ParquetLeaf[];
  readonly chunks: readonly ParquetChunk[];
}

interface Element {
  name: string;
  type: number | undefined;
  text: boolean;
  typeAt: number;
  lengthAt: number | undefined;
  children: number;
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
  let elements: Element[] | undefined;
  const chunks: ParquetChunk[] = [];
  reader.struct((field) => {
    if (field.id === 2 && field.type === THRIFT.LIST) {
      elements = readStructs(reader, () => readElement(reader));
      return true;
    }
    if (field.id === 4 && field.type === THRIFT.LIST) {
      readStructs(reader, () => readRowGroup(reader, chunks));
      return true;
    }
    return false;
  }, 0);
  if (elements === undefined) throw corrupt(file, base, 'Parquet footer: no schema');
  return { bytes, chunks, ...leavesOf(elements, reader) };
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
    readStructs(reader, () => readElement(reader));
    return 'stop';
  }, 0);
}

function readStructs<T>(reader: ThriftReader, read: () => T): T[] {
  const { size, type } = reader.list();
  if (size > 0 && type !== THRIFT.STRUCT) throw reader.fail('a list of structs holds something else');
  const out: T[] = [];
  for (let i = 0; i < size; i++) out.push(read());
  return out;
}

function readElement(reader: ThriftReader): Element {
  const element: Element = {
    name: '',
    type: undefined,
    text: false,
    typeAt: 0,
    lengthAt: undefined,
    children: 0,
  };
  const decimal: DecimalClaim = { claimed: false, scale: 0, precision: 0 };
  let bytes = 1;
  reader.struct((field) => {
    if (field.id === 1 && field.type === THRIFT.I32) {
      element.typeAt = reader.at;
      element.type = reader.zigzag();
    } else if (field.id === 2 && field.type === THRIFT.I32) {
      element.lengthAt = reader.at;
      bytes = reader.zigzag();
    } else if (field.id === 4 && field.type === THRIFT.BINARY) {
      element.name = text(reader.binary());
    } else if (field.id === 5 && field.type === THRIFT.I32) {
      element.children = reader.zigzag();
    } else if (field.id === 6 && field.type === THRIFT.I32) {
      const converted = reader.zigzag();
      decimal.claimed ||= converted === CONVERTED_DECIMAL;
      element.text ||= converted === CONVERTED_UTF8;
    } else if (field.id === 7 && field.type === THRIFT.I32) {
      decimal.scale = reader.zigzag();
    } else if (field.id === 8 && field.type === THRIFT.I32) {
      decimal.precision = reader.zigzag();
    } else if (field.id === 10 && field.type === THRIFT.STRUCT) {
      element.text = readLogicalType(reader) || element.text;
    } else {
      return false;
    }
    return true;
  }, 2);
  if (decimal.claimed) checkDecimal(reader, decimal);
  if (element.type === PHYSICAL.FIXED_LEN_BYTE_ARRAY && bytes <= 0)
    throw reader.fail('binaries of no length');
  return element;
}

/** `ConvertedType.UTF8` and `DECIMAL`, and the members of the union `LogicalType` that are the same. */
const CONVERTED_UTF8 = 0;
const CONVERTED_DECIMAL = 5;
const LOGICAL_STRING = 1;
const LOGICAL_DECIMAL = 5;
const DECIMAL_PRECISION_MAX = 38;

interface DecimalClaim {
  claimed: boolean;
  scale: number;
  precision: number;
}

/** Checks LogicalType's DECIMAL (1 scale, 2 precision); true when the type is STRING. */
function readLogicalType(reader: ThriftReader): boolean {
  let text = false;
  reader.struct((field) => {
    text ||= field.id === LOGICAL_STRING;
    if (field.id !== LOGICAL_DECIMAL || field.type !== THRIFT.STRUCT) return false;
    const decimal: DecimalClaim = { claimed: true, scale: 0, precision: 0 };
    reader.struct((inner) => {
      if (inner.type !== THRIFT.I32 || (inner.id !== 1 && inner.id !== 2)) return false;
      decimal[inner.id === 1 ? 'scale' : 'precision'] = reader.zigzag();
      return true;
    }, 4);
    checkDecimal(reader, decimal);
    return true;
  }, 3);
  return text;
}

function checkDecimal(reader: ThriftReader, { scale, precision }: DecimalClaim): void {
  if (precision >= 1 && precision <= DECIMAL_PRECISION_MAX && scale >= 0 && scale <= precision) return;
  throw reader.fail(`no such type: DECIMAL(${precision}, ${scale})`);
}

function readRowGroup(reader: ThriftReader, chunks: ParquetChunk[]): void {
  reader.struct((field) => {
    if (field.id !== 1 || field.type !== THRIFT.LIST) return false;
    readStructs(reader, () =>
      reader.struct((inner) => {
        if (inner.id !== 3 || inner.type !== THRIFT.STRUCT) return false;
        chunks.push(readChunk(reader));
        return true;
      }, 4),
    );
    return true;
  }, 2);
}

function readChunk(reader: ThriftReader): ParquetChunk {
  let path: string[] = [];
  let typeAt = 0;
  let length = 0;
  let data = 0;
  let dictionary = 0;
  let codec = 0;
  reader.struct((field) => {
    if (field.id === 1 && field.type === THRIFT.I32) {
      typeAt = reader.at;
      reader.zigzag();
    } else if (field.id === 3 && field.type === THRIFT.LIST) {
      path = readPath(reader);
    } else if (field.id === 4 && field.type === THRIFT.I32) {
      codec = reader.zigzag();
    } else if (field.id === 7 && field.type === THRIFT.I64) {
      length = reader.zigzag();
    } else if (field.id === 9 && field.type === THRIFT.I64) {
      data = reader.zigzag();
    } else if (field.id === 11 && field.type === THRIFT.I64) {
      dictionary = reader.zigzag();
    } else {
      return false;
    }
    return true;
  }, 6);
  const start = dictionary > 0 && dictionary < data ? dictionary : data;
  if (start < 0 || length < 0) throw reader.fail('a column chunk lies before the file');
  return { path, typeAt, start, length, dataAt: data, codec };
}

function readPath(reader: ThriftReader): string[] {
  const { size, type } = reader.list();
  if (size > 0 && type !== THRIFT.BINARY) throw reader.fail('a column path is not text');
  const path: string[] = [];
  for (let i = 0; i < size; i++) path.push(text(reader.binary()));
  return path;
}

/** The tree that the elements spell depth first, as leaves with their paths. */
function leavesOf(elements: readonly Element[], reader: ThriftReader) {
  const root = elements[0];
  if (root === undefined) throw reader.fail('the schema is empty');
  const leaves: ParquetLeaf[] = [];
  const columns: string[] = [];
  const open: { left: number; readonly path: readonly string[] }[] = [{ left: root.children, path: [] }];
  for (let i = 1; i < elements.length; i++) {
    while (open.length > 0 && open[open.length - 1]?.left === 0) open.pop();
    const parent = open[open.length - 1];
    if (parent === undefined) throw reader.fail('the schema has elements outside its root');
    parent.left -= 1;
    const element = elements[i] as Element;
    const path = [...parent.path, element.name];
    if (path.length === 1) columns.push(element.name);
    if (element.children < 0 || element.children > elements.length)
      throw reader.fail('a group has no such children');
    if (element.type === undefined || element.children > 0) {
      // Each level holds at least one element, but a path is copied at each: the depth of the reader bounds
      // it.
      if (open.length > 60) throw reader.fail('the schema is nested too deep');
      open.push({ left: element.children, path });
    } else {
      const { type, text, typeAt, lengthAt } = element;
      leaves.push({ path, type, element: i, text, typeAt, lengthAt });
    }
  }
  if (open.some((group) => group.left > 0)) throw reader.fail('the schema ends inside a group');
  return { columns, leaves };
}

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });
function text(bytes: Uint8Array): string {
  return UTF8.decode(bytes);
}
