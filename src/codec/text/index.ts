export * from './calendar.ts';
export * from './csv.ts';
export { javaUtf8, wellFormedBatch } from './java-utf8.ts';
export * from './jsonl.ts';
export * from './parse-value.ts';
export { stringColumn } from './plain-column.ts';
export * from './rows.ts';
export { type TextTableOptions, textTable } from './text-table.ts';
export * from './value-text.ts';
