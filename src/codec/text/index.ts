export * from './calendar.ts';
export * from './jsonl.ts';
export * from './value-text.ts';
