export * from './engine.ts';
export { isLz4Refusal } from './engine-error.ts';
export { openEngine } from './open-engine.ts';
