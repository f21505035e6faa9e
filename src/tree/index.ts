export { checkFunctionName } from './aggregate/aggregator-spec.ts';
export * from './key-compare.ts';
export { mergeRuns } from './merge-runs.ts';
export { mergeSorted } from './merge-sorted.ts';
export * from './merge-spec.ts';
export * from './run-source.ts';
export * from './sections.ts';
export * from './spec-of.ts';
