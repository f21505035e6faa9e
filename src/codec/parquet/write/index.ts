export { longExtremes, type ValueBounds } from './bounds.ts';
export { BoundsCollector } from './bounds-collector.ts';
export {
  PageBodies,
  type PageOptions,
  type PageSink,
  type PageSummary,
  ParquetColumnWriter,
  type RawPage,
} from './column-writer.ts';
export { ParquetLayout, type StoredChunk, type StoredPage } from './file-layout.ts';
export type { WriteLeaf } from './file-schema.ts';
export { type LeafRows, shredColumn } from './shred.ts';
