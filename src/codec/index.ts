export * from './arrow/index.ts';
export * from './avro/index.ts';
export * from './binary-row/index.ts';
export * from './cast/index.ts';
export * from './compress/index.ts';
export * from './ipc/index.ts';
export * from './java-map/index.ts';
export * from './json64.ts';

export * from './murmur.ts';
export * from './parquet/index.ts';
export * from './roaring/index.ts';
export * from './sketch/index.ts';
export * from './text/index.ts';
