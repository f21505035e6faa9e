export { StatsEvolution } from './evolve-stats.ts';
export { type ColumnStats, mayMatch, type StatsOf } from './may-match.ts';
