export { likeMatcher } from './like.ts';
export { filterBatch, selectRows } from './select-rows.ts';
