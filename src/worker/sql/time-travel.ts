// Takes the time-travel clauses out of a SQL text before the engine parses it, because the engine's grammar
// has none of them:
//   FROM db.t VERSION AS OF 3            FROM db.t TIMESTAMP AS OF '2026-01-31 12:00:00'
//   FROM db.t FOR VERSION AS OF 'tag'    FROM db.t FOR SYSTEM_TIME AS OF TIMESTAMP '…'
//   FROM db.t AT (VERSION => 3)          FROM `db`.`t`
// Each named table gets a marked name (`t@1`) that the statement walk looks up again. Back-ticks become
// double quotes.
import type { Travel } from '../travel-options.ts';
import { invalidSql, isWord, type Token, tokenize } from './tokens.ts';

/** Stands between a table's name and the number of its clause. No table is called so. */
export const TRAVEL_MARK = '\u0001travel';

/**
 * The statement without its time-travel clauses; `travels[i]` belongs to tables whose name ends with
 * `TRAVEL_MARK` and i.
 */
export interface TravelledSql {
  readonly sql: string;
  readonly travels: readonly Travel[];
}

/**
 * Separates time travel from SQL.
 *
 * Limits  a statement of at most 1 MiB.
 * Errors  SQL_INVALID for an unterminated string, comment or clause.
 */
export function extractTimeTravel(text: string): TravelledSql {
  const tokens = tokenize(text);
  const travels: Travel[] = [];
  let sql = '';
  let at = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    if (token.kind === 'quoted' && text[token.start] === '`') {
      sql += text.slice(at, token.start) + quoteName(token.text);
      at = token.end;
    }
    if (token.kind !== 'word' && token.kind !== 'quoted') continue;
    const clause = readClause(tokens, i + 1, text);
    if (clause === undefined) continue;
    // The last part of the name is rewritten; what stands before it stays as it is.
    const before = at === token.end ? '' : text.slice(at, token.start);
    if (at === token.end) sql = sql.slice(0, sql.length - quoteName(token.text).length);
    sql += `${before}${quoteName(`${token.text}${TRAVEL_MARK}${travels.length}`)} `;
    travels.push(clause.travel);
    at = clause.end;
    i = clause.last;
  }
  return { sql: sql + text.slice(at), travels };
}

/** The name as a SQL identifier. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The text as a SQL string literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

interface Clause {
  readonly travel: Travel;
  /** Index of the clause's last token, and where the text goes on. */
  readonly last: number;
  readonly end: number;
}

function readClause(tokens: readonly Token[], from: number, text: string): Clause | undefined {
  let i = from;
  if (isWord(tokens[i], 'FOR')) i++;
  const what = tokens[i];
  if (isWord(what, 'AT') && i === from) return readAtClause(tokens, i, text);
  const version = isWord(what, 'VERSION') || isWord(what, 'SYSTEM_VERSION');
  const timestamp = isWord(what, 'TIMESTAMP') || isWord(what, 'SYSTEM_TIME');
  if ((!version && !timestamp) || !isWord(tokens[i + 1], 'AS') || !isWord(tokens[i + 2], 'OF'))
    return undefined;
  let at = i + 3;
  if (timestamp && isWord(tokens[at], 'TIMESTAMP')) at++;
  return finishClause(tokens, at, version, text);
}

function readAtClause(tokens: readonly Token[], at: number, text: string): Clause | undefined {
  const version = isWord(tokens[at + 2], 'VERSION');
  if (tokens[at + 1]?.text !== '(' || (!version && !isWord(tokens[at + 2], 'TIMESTAMP'))) return undefined;
  if (tokens[at + 3]?.text !== '=>') return undefined;
  let value = at + 4;
  if (!version && isWord(tokens[value], 'TIMESTAMP')) value++;
  const clause = finishClause(tokens, value, version, text);
  const close = tokens[clause.last + 1];
  if (close?.text !== ')') throw invalidSql(text, close?.start ?? text.length, "expected ')'");
  return { ...clause, last: clause.last + 1, end: close.end };
}

function finishClause(tokens: readonly Token[], at: number, version: boolean, text: string): Clause {
  const value = tokens[at];
  if (value === undefined || (value.kind !== 'string' && value.kind !== 'number')) {
    const wanted = version
      ? 'a snapshot id or a tag name in quotes'
      : 'a timestamp in quotes or epoch milliseconds';
    throw invalidSql(text, value?.start ?? text.length, `expected ${wanted}`);
  }
  const travel: Travel = version ? { version: value.text } : { timestamp: value.text };
  return { travel, last: at, end: value.end };
}
