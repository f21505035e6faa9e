export * from './clock.ts';
export * from './errors.ts';
export * from './in-turns.ts';
export * from './limits.ts';
export * from './types/data-type.ts';
export * from './types/parse.ts';
export * from './types/parse-sql.ts';
export * from './types/print.ts';
