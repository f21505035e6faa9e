export { type AvroHeader, type ByteSource, bytesSource, readAvroHeader } from './container.ts';
export {
  decodeAvro,
  type RecordShape,
  readAvroRecords,
  type Shape,
  type Shaped,
  type ShapedRecord,
} from './records.ts';
export { avroRowSchema } from './row-schema.ts';
export { type AvroRowWriter, avroRowWriter } from './row-writer.ts';
export { type AvroType, parseAvroSchema } from './schema.ts';
export { type AvroBatchOptions, readAvroBatches } from './to-batch.ts';
export { type AvroFileOptions, AvroFileWriter, AvroOutput } from './write.ts';
