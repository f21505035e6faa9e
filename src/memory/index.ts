export * from './budget.ts';
export * from './gate.ts';
