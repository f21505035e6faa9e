// A Parquet footer that tells of column chunks at other places, in another codec. Pure: no I/O.
//
//   FileMetaData    4 row_groups
//   RowGroup        1 columns   5 file_offset   6 total_compressed_size
//   ColumnChunk     3 meta_data   4, 5 offset index   6, 7 column index
//   ColumnMetaData  4 codec   6 total_uncompressed_size   7 total_compressed_size   9 data_page_offset
//                   10 index_page_offset   11 dictionary_page_offset   14, 15 bloom filter
//
// Source  apache/parquet-format, parquet.thrift.
import {
  type FieldEdit,
  rewriteStruct,
  rewriteStructs,
  THRIFT,
  ThriftReader,
  ThriftWriter,
} from '../../codec/index.ts';

/**
 * Where a chunk lies now.
 *
 * Units   bytes; places are offsets in the new file. `rawSize` counts pages inflated and their headers;
 *         undefined: as it was.
 */
export interface ChunkPlace {
  readonly start: number;
  /** The first data page; a dictionary lies at `start` when this is behind it. */
  readonly dataAt: number;
  readonly size: number;
  readonly rawSize: number | undefined;
  readonly codec: number;
}

/**
 * The footer with chunks at new places.
 *
 * Shape   `places`: one for each chunk of the footer in order, undefined for a chunk nobody reads. What
 *         points elsewhere (page indexes, bloom filters, sizes of row groups) is left out.
 * Errors  FILE_CORRUPT; not for bytes that `decodeParquetFooter` has taken.
 */
export function withChunksAt(
  footer: Uint8Array,
  places: readonly (ChunkPlace | undefined)[],
  file: string,
): Uint8Array {
  const reader = new ThriftReader(footer, file);
  const writer = new ThriftWriter();
  let index = 0;
  const chunk = () =>
    rewriteStruct(
      reader,
      writer,
      ({ id, type }) => {
        if (id >= 4 && id <= 7) return 'drop';
        if (id !== 3 || type !== THRIFT.STRUCT) return 'keep';
        return () => rewriteMetaData(reader, writer, places[index++]);
      },
      4,
    );
  const rowGroup = () =>
    rewriteStruct(
      reader,
      writer,
      ({ id, type }) => {
        if (id === 5 || id === 6) return 'drop';
        if (id !== 1 || type !== THRIFT.LIST) return 'keep';
        return () => rewriteStructs(reader, writer, chunk);
      },
      2,
    );
  rewriteStruct(
    reader,
    writer,
    ({ id, type }) => {
      if (id !== 4 || type !== THRIFT.LIST) return 'keep';
      return () => rewriteStructs(reader, writer, rowGroup);
    },
    0,
  );
  return writer.bytes;
}

function rewriteMetaData(reader: ThriftReader, writer: ThriftWriter, place: ChunkPlace | undefined): void {
  const put = (value: number | undefined): FieldEdit => {
    if (value === undefined) return 'keep';
    return () => {
      reader.zigzag();
      writer.zigzag(value);
    };
  };
  rewriteStruct(
    reader,
    writer,
    ({ id }) => {
      if (id === 10 || id === 14 || id === 15) return 'drop';
      if (place === undefined) return 'keep';
      if (id === 4) return put(place.codec);
      if (id === 6) return put(place.rawSize);
      if (id === 7) return put(place.size);
      if (id === 9) return put(place.dataAt);
      if (id === 11) return place.dataAt > place.start ? put(place.start) : 'drop';
      return 'keep';
    },
    6,
  );
}
