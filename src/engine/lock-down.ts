// Locks an engine down before foreign SQL runs: only the named files, no extension, no setting, no network,
// and only statements that read.
import { LakeError } from '../base/index.ts';
import type { Session, Statement } from './duckdb.ts';
import { quoteText } from './sql-text.ts';

/** `StatementType` of duckdb.h. */
const SELECT = 1;
const EXPLAIN = 4;

/**
 * Runs the settings. `allowedPaths`: absolute files, directories end with `/`; `directories`: our own, for
 * spilling and copies.
 */
export async function lockSettings(
  session: Session,
  allowedPaths: readonly string[],
  directories: readonly string[],
): Promise<void> {
  for (const path of allowedPaths) {
    if (!path.startsWith('/') && !/^[A-Za-z]:[\\/]/.test(path)) {
      throw new LakeError('ARGUMENT_INVALID', `lockDown: ${path} is not an absolute path.`);
    }
  }
  const files = allowedPaths.filter((p) => !p.endsWith('/'));
  const folders = [...allowedPaths.filter((p) => p.endsWith('/')), ...directories];
  await session.run(`SET allowed_paths = [${files.map(quoteText).join(', ')}]`);
  await session.run(`SET allowed_directories = [${folders.map(quoteText).join(', ')}]`);
  await session.run('SET allow_community_extensions = false');
  await session.run('SET autoinstall_known_extensions = false');
  await session.run('SET autoload_known_extensions = false');
  await session.run('SET enable_external_access = false');
  await session.run('SET lock_configuration = true');
}

/**
 * Refuses a statement that does more than read, on a locked engine.
 *
 * Errors  SQL_DENIED. EXPLAIN is allowed for queries; EXPLAIN ANALYZE is not, because it runs what it
 *         explains.
 */
export function checkReadsOnly(statement: Statement, sql: string): void {
  if (statement.kind === SELECT) return;
  if (statement.kind === EXPLAIN && /^\s*explain\s+(select|with|from|values)\b/i.test(sql)) return;
  throw new LakeError('SQL_DENIED', 'Only statements that read are allowed here: SELECT, or EXPLAIN of one.');
}
