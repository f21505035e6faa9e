// A Parquet footer whose text columns say they hold binaries. Java writes any bytes into a STRING column (a
// column that was retyped from BYTES and compacted, for instance); DuckDB refuses text that is not UTF-8.
// Pure: no I/O.
//
//   FileMetaData    2 schema: list<SchemaElement>     SchemaElement  6 converted_type   10 logicalType
//
// Source  apache/parquet-format, parquet.thrift, LogicalTypes.md.
import {
  type ParquetFooter,
  rewriteStruct,
  rewriteStructs,
  THRIFT,
  ThriftReader,
  ThriftWriter,
} from '../../codec/index.ts';

/**
 * The footer bytes with the text leaves below these top-level columns declared as plain BYTE_ARRAY.
 *
 * Shape   `bytes`: those of `footer`, or the same schema elements otherwise changed. Places in the file stay
 *         as they are.
 */
export function withTextAsBytes(
  bytes: Uint8Array,
  footer: ParquetFooter,
  columns: ReadonlySet<string>,
  file: string,
): Uint8Array {
  const leaves = footer.leaves.filter((leaf) => leaf.text && columns.has(leaf.path[0] as string));
  const elements = new Set(leaves.map((leaf) => leaf.element));
  const reader = new ThriftReader(bytes, file);
  const writer = new ThriftWriter();
  let index = 0;
  const element = () => {
    const change = elements.has(index++);
    rewriteStruct(reader, writer, ({ id }) => (change && (id === 6 || id === 10) ? 'drop' : 'keep'), 2);
  };
  rewriteStruct(
    reader,
    writer,
    ({ id, type }) => {
      if (id !== 2 || type !== THRIFT.LIST) return 'keep';
      return () => rewriteStructs(reader, writer, element);
    },
    0,
  );
  return writer.bytes;
}
