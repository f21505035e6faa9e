// Headers of Parquet pages, and a header with another size. Pure: no I/O.
//
//   PageHeader            1 type   2 uncompressed_page_size   3 compressed_page_size   4 crc
//                         5 data_page_header   7 dictionary_page_header   8 data_page_header_v2
//   DataPageHeader        1 num_values   2 encoding   3 definition_level_encoding   4
//                         repetition_level_encoding
//   DictionaryPageHeader  1 num_values   2 encoding
//   DataPageHeaderV2      1 num_values   2 num_nulls   3 num_rows   4 encoding
//                         5 definition_levels_byte_length   6 repetition_levels_byte_length   7 is_compressed
//
// Source  apache/parquet-format, parquet.thrift.
import { THRIFT, ThriftReader } from './thrift-reader.ts';
import { rewriteStruct } from './thrift-rewrite.ts';
import { ThriftWriter } from './thrift-writer.ts';

/** Values of `PageType`. */
export const PAGE = { DATA: 0, INDEX: 1, DICTIONARY: 2, DATA_V2: 3 } as const;

/**
 * A page's header.
 *
 * Shape   `valueCount` counts nulls too; -1, also for an encoding: not said.
 * Units   bytes. `size`: the page behind the header as stored. `rawSize`: the same once decompressed. Both
 *         count `levelsSize`, the levels of a v2 page (`repetitionSize` of them repetition levels, which come
 *         first), which are never compressed.
 */
export interface PageHeader {
  readonly type: number;
  readonly rawSize: number;
  readonly size: number;
  /** CRC-32 of the page as stored, if the writer left one. */
  readonly crc: number | undefined;
  readonly valueCount: number;
  /** One of `ENCODING`: of the values, and of the levels of a v1 page. */
  readonly encoding: number;
  readonly definitionEncoding: number;
  readonly repetitionEncoding: number;
  readonly levelsSize: number;
  readonly repetitionSize: number;
  /** False for a v2 page that says its values are stored as they are. */
  readonly compressed: boolean;
  /** Bytes of the header itself. */
  readonly headerSize: number;
}

interface PageFields {
  type: number;
  rawSize: number;
  size: number;
  crc: number | undefined;
  valueCount: number;
  encoding: number;
  definitionEncoding: number;
  repetitionEncoding: number;
  levelsSize: number;
  repetitionSize: number;
  compressed: boolean;
}

/** Reads the header `bytes` begin with. `base` is their offset in the file. */
export function decodePageHeader(bytes: Uint8Array, file: string, base: number): PageHeader {
  const reader = new ThriftReader(bytes, file, base);
  const header: PageFields = {
    type: -1,
    rawSize: -1,
    size: -1,
    crc: undefined,
    valueCount: -1,
    encoding: -1,
    definitionEncoding: -1,
    repetitionEncoding: -1,
    levelsSize: 0,
    repetitionSize: 0,
    compressed: true,
  };
  reader.struct((field) => {
    if (field.type === THRIFT.STRUCT) {
      if (field.id === 8) readV2(reader, header);
      else if (field.id === 5 || field.id === 7) readV1(reader, header);
      else return false;
      return true;
    }
    if (field.type !== THRIFT.I32 || field.id > 4) return false;
    const value = reader.zigzag();
    if (field.id === 1) header.type = value;
    else if (field.id === 2) header.rawSize = value;
    else if (field.id === 3) header.size = value;
    else header.crc = value >>> 0;
    return true;
  }, 0);
  if (header.type < 0 || header.rawSize < 0 || header.size < 0) throw reader.fail('a page has no size');
  if (header.levelsSize > Math.min(header.size, header.rawSize))
    throw reader.fail('levels beyond their page');
  return { ...header, headerSize: reader.at };
}

/** DataPageHeader, whose first fields a DictionaryPageHeader has too. */
function readV1(reader: ThriftReader, out: PageFields): void {
  reader.struct((field) => {
    if (field.type !== THRIFT.I32 || field.id > 4) return false;
    const value = reader.zigzag();
    if (field.id === 1) out.valueCount = value;
    else if (field.id === 2) out.encoding = value;
    else if (field.id === 3) out.definitionEncoding = value;
    else out.repetitionEncoding = value;
    return true;
  }, 1);
}

function readV2(reader: ThriftReader, out: PageFields): void {
  reader.struct((field) => {
    if (field.id === 7) {
      out.compressed = field.type === THRIFT.TRUE;
      return false;
    }
    if (field.type !== THRIFT.I32) return false;
    const value = reader.zigzag();
    if (field.id === 1) out.valueCount = value;
    else if (field.id === 4) out.encoding = value;
    else if (field.id === 5 || field.id === 6) {
      if (value < 0) throw reader.fail('levels of a negative length');
      out.levelsSize += value;
      if (field.id === 6) out.repetitionSize = value;
    }
    return true;
  }, 1);
}

/** The header with another stored size and without the checksum of what was stored before. */
export function pageHeaderWithSize(header: Uint8Array, size: number, file: string, base: number): Uint8Array {
  const reader = new ThriftReader(header, file, base);
  const writer = new ThriftWriter();
  rewriteStruct(
    reader,
    writer,
    ({ id }) => {
      if (id === 4) return 'drop';
      if (id !== 3) return 'keep';
      return () => {
        reader.zigzag();
        writer.zigzag(size);
      };
    },
    0,
  );
  return writer.bytes;
}
