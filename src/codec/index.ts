export * from './arrow/index.ts';
