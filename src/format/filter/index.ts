export { likeMatcher } from './like.ts';
export { parseFilter } from './parse-filter.ts';
export { filterBatch, selectRows } from './select-rows.ts';
