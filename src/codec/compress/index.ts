export * from './deflate-lz4.ts';
export * from './deflate-snappy.ts';
export * from './hadoop-lz4.ts';
export * from './lz4.ts';
export * from './lz4-frame.ts';
export * from './snappy.ts';
export * from './stream.ts';
