export * from './log-tables.ts';
export * from './system-table.ts';
