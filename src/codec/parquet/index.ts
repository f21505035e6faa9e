export * from './encoding/index.ts';
export * from './footer.ts';
export * from './page-header.ts';
export { THRIFT, ThriftReader } from './thrift-reader.ts';
export { type FieldEdit, rewriteStruct, rewriteStructs } from './thrift-rewrite.ts';
export { ThriftWriter } from './thrift-writer.ts';
