export * from './builder.ts';
export * from './compare.ts';
export * from './constant.ts';
export * from './gather.ts';
export * from './size.ts';
export * from './slice.ts';
export * from './value.ts';
export * from './vector.ts';
