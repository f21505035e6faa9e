export { type OpenParquet, openParquet } from './open-parquet.ts';
export { planParquet } from './plan-parquet.ts';
export { rowGroupMatches } from './prune-row-groups.ts';
export { type PlacedBatch, readParquetRows } from './read-parquet.ts';
