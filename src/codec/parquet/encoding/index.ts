export * from './bit-packed.ts';
export * from './bits.ts';
export * from './byte-stream-split.ts';
export * from './bytes-sink.ts';
export * from './delta-binary.ts';
export * from './delta-bytes.ts';
export * from './rle-hybrid.ts';
