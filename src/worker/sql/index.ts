export type { BoundTable } from './bind.ts';
export {
  DATABASE_DEFAULT,
  leaseStatement,
  resultOf,
  runSelect,
  runSql,
  type SqlOptions,
  type SqlResult,
} from './run-sql.ts';
export { invalidSql, isWord, type Token, tokenize } from './tokens.ts';
