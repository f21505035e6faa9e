export * from './clock.ts';
export * from './errors.ts';
export * from './limits.ts';
export * from './types/data-type.ts';
