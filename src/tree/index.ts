export * from './merge-spec.ts';
