export type { Annotation, TimeUnit } from './annotation.ts';
export * from './encoding/index.ts';
export * from './footer.ts';
export * from './page-header.ts';
export { type ParquetLeaf, type ParquetNode, type ParquetSchema, PHYSICAL, REPETITION } from './schema.ts';
export { THRIFT, ThriftReader } from './thrift-reader.ts';
export { type FieldEdit, rewriteStruct, rewriteStructs } from './thrift-rewrite.ts';
export { ThriftWriter } from './thrift-writer.ts';
