export * from './arrow/index.ts';
export * from './avro/index.ts';
export * from './binary-row/index.ts';
export * from './cast/index.ts';
export * from './json64.ts';
export * from './murmur.ts';
export * from './roaring/index.ts';
export * from './text/index.ts';
