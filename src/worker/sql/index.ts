export type { BoundTable } from './bind.ts';
export { runSql, type SqlOptions, type SqlResult } from './run-sql.ts';
