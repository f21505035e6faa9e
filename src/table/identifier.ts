// How a table is named: `db.table`, with a branch, a system table or both after `$`.
import { LakeError } from '../base/index.ts';

/**
 * A parsed table name.
 *
 * Shape   `branch` is undefined for the main branch; `system` names a system table (`snapshots`, `files`,
 *         ...).
 */
export interface Identifier {
  readonly database: string;
  readonly table: string;
  readonly branch?: string;
  readonly system?: string;
}

const BRANCH_PREFIX = 'branch_';

/**
 * Parses `db.table`, `db.table$system`, `db.table$branch_b` and `db.table$branch_b$system`.
 *
 * Errors  `ARGUMENT_INVALID` when the text is none of these, or when a part could leave its directory.
 * Source  Paimon, catalog/Identifier.java.
 */
export function parseIdentifier(text: string): Identifier {
  const dot = text.indexOf('.');
  if (dot <= 0 || dot === text.length - 1) {
    throw new LakeError('ARGUMENT_INVALID', `"${text}" is not a table name; write database.table.`, { text });
  }
  const database = text.slice(0, dot);
  const parts = text.slice(dot + 1).split('$');
  const [table, second, third] = parts;
  if (table === undefined || parts.length > 3) throw tooManyParts(text);
  checkName('database', database);
  checkName('table', table);
  if (second === undefined) return { database, table };
  const branch = second.startsWith(BRANCH_PREFIX) ? second.slice(BRANCH_PREFIX.length) : undefined;
  if (branch !== undefined) checkName('branch', branch);
  if (third !== undefined) {
    if (branch === undefined) throw tooManyParts(text);
    checkName('system table', third);
    return mainOr({ database, table, system: third }, branch);
  }
  if (branch !== undefined) return mainOr({ database, table }, branch);
  checkName('system table', second);
  return { database, table, system: second };
}

/** The text form, as `parseIdentifier` takes it. */
export function printIdentifier(id: Identifier): string {
  const branch = id.branch === undefined ? '' : `$${BRANCH_PREFIX}${id.branch}`;
  const system = id.system === undefined ? '' : `$${id.system}`;
  return `${id.database}.${id.table}${branch}${system}`;
}

/** Refuses names that are empty or that would be a path of their own. */
export function checkName(what: string, name: string): void {
  if (name === '' || name === '.' || name === '..' || /[/\\\0]/.test(name)) {
    throw new LakeError('ARGUMENT_INVALID', `"${name}" cannot be the name of a ${what}.`, { name });
  }
}

function mainOr(id: Identifier, branch: string): Identifier {
  return branch === 'main' ? id : { ...id, branch };
}

function tooManyParts(text: string): LakeError {
  return new LakeError('ARGUMENT_INVALID', `"${text}" has more parts after "$" than a table name can.`, {
    text,
  });
}
