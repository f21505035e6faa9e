export * from './calendar.ts';
export { stringColumn } from './json-column.ts';
export * from './jsonl.ts';
export * from './parse-value.ts';
export * from './value-text.ts';
