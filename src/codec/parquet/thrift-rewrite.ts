// Copies structs of Thrift's compact protocol with some of their fields changed or left out. A field's header
// counts from the field before it, so headers are written anew; values that stay are copied as bytes.
import { THRIFT, type ThriftField, type ThriftReader } from './thrift-reader.ts';
import type { ThriftWriter } from './thrift-writer.ts';

/** What becomes of a field: copied, left out, or read and written by the function. */
export type FieldEdit = 'keep' | 'drop' | (() => void);

/**
 * Copies the struct the reader stands at.
 *
 * Shape   `edit` is asked once for each field, in order. A function it gives is called with the reader at the
 *         field's value and the field's header written: it reads the value and writes another one of the same
 *         wire type.
 */
export function rewriteStruct(
  reader: ThriftReader,
  writer: ThriftWriter,
  edit: (field: ThriftField) => FieldEdit,
  depth: number,
): void {
  let last = 0;
  reader.struct((field) => {
    const what = edit(field);
    if (what === 'drop') return false;
    writer.field(last, field.id, field.type);
    last = field.id;
    const from = reader.at;
    if (what === 'keep') {
      reader.skip(field.type, depth + 1);
      writer.raw(reader.bytes.subarray(from, reader.at));
    } else {
      what();
    }
    return true;
  }, depth);
  writer.byte(0);
}

/** Copies the list of structs the reader stands at, each by `each`. */
export function rewriteStructs(reader: ThriftReader, writer: ThriftWriter, each: () => void): void {
  const { size, type } = reader.list();
  if (size > 0 && type !== THRIFT.STRUCT) throw reader.fail('a list of structs holds something else');
  writer.list(size, type);
  for (let i = 0; i < size; i++) each();
}
