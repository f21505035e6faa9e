export { runStatement } from './run-statement.ts';
