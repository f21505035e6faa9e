export * from './hadoop-lz4.ts';
export * from './lz4.ts';
export * from './snappy.ts';
export * from './stream.ts';
