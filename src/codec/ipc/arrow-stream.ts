// Batches as an Arrow IPC stream: what any Arrow library reads, without copying the columns.
import type { RecordBatch, Schema } from 'apache-arrow';
import type { Field } from '../../base/index.ts';
import type { Batch, Vector } from '../arrow/index.ts';
import { wellFormedBatch } from '../text/index.ts';
import { arrowData } from './arrow-data.ts';
import { type Arrow, arrowSchema } from './arrow-schema.ts';

/**
 * The bytes of an Arrow IPC stream: the schema, a record batch for each batch, the end mark.
 *
 * Shape   BOOLEAN bool · TINYINT..BIGINT int8..int64 · FLOAT, DOUBLE float32, float64 · DECIMAL decimal128 ·
 *         CHAR, VARCHAR utf8 · BINARY, VARBINARY binary · DATE date32 · TIME time32[ms] · TIMESTAMP
 *         timestamp[us], from precision 7 on timestamp[ns]; local-zoned with zone UTC · ARRAY list · MAP map
 *         · MULTISET map to int32 counts · ROW struct. All fields are nullable; field metadata `paimon.type`,
 *         `paimon.id`, `paimon.description` keep what Arrow has no place for. Malformed UTF-8 becomes U+FFFD.
 * Limits  one batch at a time; chunks share memory with the batches.
 * Errors  VALUE_OUT_OF_RANGE for timestamp[ns] outside the years 1677 to 2262 and for null map keys.
 */
export async function* arrowStream(
  fields: readonly Field[],
  batches: AsyncIterable<Batch> | Iterable<Batch>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const arrow = await import('apache-arrow');
  const chunks: Uint8Array[] = [];
  const sink = chunkSink(arrow, chunks);
  const writer = new arrow.RecordBatchStreamWriter();
  const schema = arrowSchema(arrow, fields);
  writer.reset(sink, schema);
  yield* chunks.splice(0);
  for await (const batch of batches) {
    writer.write(recordBatch(arrow, schema, wellFormedBatch(batch)));
    yield* chunks.splice(0);
  }
  writer.finish();
  yield* chunks.splice(0);
}

/** A batch as apache-arrow's RecordBatch over the same memory. Errors as `arrowStream`. */
export function recordBatch(arrow: Arrow, schema: Schema, batch: Batch): RecordBatch {
  const children = batch.fields.map((field, c) => {
    const type = schema.fields[c]?.type as Parameters<typeof arrowData>[2];
    return arrowData(arrow, field.type, type, batch.columns[c] as Vector);
  });
  const struct = new arrow.Struct(schema.fields);
  return new arrow.RecordBatch(
    schema,
    arrow.makeData({ type: struct, length: batch.rowCount, nullCount: 0, children }),
  );
}

/**
 * Takes what the writer writes into `chunks`, instead of a queue that another turn of the event loop would
 * empty.
 */
function chunkSink(arrow: Arrow, chunks: Uint8Array[]): InstanceType<Arrow['AsyncByteQueue']> {
  class ChunkSink extends arrow.AsyncByteQueue {
    override write(value: ArrayBufferView | ArrayBuffer | Uint8Array): void {
      if (value instanceof Uint8Array) chunks.push(value);
      else if (ArrayBuffer.isView(value)) {
        chunks.push(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
      } else chunks.push(new Uint8Array(value));
    }
  }
  return new ChunkSink();
}
