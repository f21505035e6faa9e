export * from './vector.ts';
