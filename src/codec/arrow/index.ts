export * from './builder.ts';
export * from './gather.ts';
export * from './value.ts';
export * from './vector.ts';
