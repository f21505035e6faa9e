export { type CheckOptions, type CheckSummary, checkTable } from './check-table.ts';
export type { Problem, Rule } from './problem.ts';
