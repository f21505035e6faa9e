export * from './engine.ts';
export { isLz4Refusal, isTextRefusal } from './engine-error.ts';
export { openEngine } from './open-engine.ts';
export { describeParquet } from './parquet/parquet-describe.ts';
export { verifyParquetPages } from './parquet/verify-pages.ts';
export { duckTypeOf } from './sql-text.ts';
