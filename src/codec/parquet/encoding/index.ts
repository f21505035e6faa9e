export * from './bits.ts';
export * from './rle-hybrid.ts';
