export * from './engine.ts';
export { isLz4Refusal, isTextRefusal } from './engine-error.ts';
export { lazyEngine, openEngine } from './lazy-engine.ts';
export { describeParquet } from './parquet/parquet-describe.ts';
export { verifyParquetPages } from './parquet/verify-pages.ts';
export { duckTypeOf } from './sql-text.ts';
export { loadZstd, loadZstdDeflate, type ZstdDeflate, type ZstdInflate } from './zstd-native.ts';
