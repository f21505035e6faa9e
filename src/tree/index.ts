export * from './key-compare.ts';
export * from './merge-runs.ts';
export * from './merge-spec.ts';
export * from './run-source.ts';
export * from './sections.ts';
export * from './spec-of.ts';
