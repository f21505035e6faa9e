export * from './budget.ts';
export * from './gate.ts';
export * from './page-budget.ts';
