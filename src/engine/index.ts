export * from './engine.ts';
export { openEngine } from './open-engine.ts';
