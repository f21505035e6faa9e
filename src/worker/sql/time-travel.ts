// Takes the time-travel clauses out of a SQL text before the engine parses it, because the engine's grammar
// has none of them:
//   FROM db.t VERSION AS OF 3            FROM db.t TIMESTAMP AS OF '2026-01-31 12:00:00'
//   FROM db.t FOR VERSION AS OF 'tag'    FROM db.t FOR SYSTEM_TIME AS OF TIMESTAMP '…'
//   FROM db.t AT (VERSION => 3)          FROM `db`.`t`
// Each named table gets a marked name (`t@1`) that the statement walk looks up again. Back-ticks become
// double quotes.
import { LakeError } from '../../base/index.ts';
import type { Travel } from '../travel-options.ts';

/** Bytes of a statement; longer ones are refused before they are parsed. */
const SQL_LENGTH_MAX = 1024 * 1024;

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

type TokenKind = 'word' | 'quoted' | 'string' | 'number' | 'symbol';
interface Token {
  readonly kind: TokenKind;
  /** The name or literal without quotes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Separates time travel from SQL.
 *
 * Limits  a statement of at most 1 MiB.
 * Errors  SQL_INVALID for an unterminated string, comment or clause.
 */
export function extractTimeTravel(text: string): TravelledSql {
  if (text.length > SQL_LENGTH_MAX)
    throw new LakeError('SQL_INVALID', `the statement has more than ${SQL_LENGTH_MAX} characters`);
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
  if (close?.text !== ')') throw invalid(text, close?.start ?? text.length, "expected ')'");
  return { ...clause, last: clause.last + 1, end: close.end };
}

function finishClause(tokens: readonly Token[], at: number, version: boolean, text: string): Clause {
  const value = tokens[at];
  if (value === undefined || (value.kind !== 'string' && value.kind !== 'number')) {
    const wanted = version
      ? 'a snapshot id or a tag name in quotes'
      : 'a timestamp in quotes or epoch milliseconds';
    throw invalid(text, value?.start ?? text.length, `expected ${wanted}`);
  }
  const travel: Travel = version ? { version: value.text } : { timestamp: value.text };
  return { travel, last: at, end: value.end };
}

function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text.toUpperCase() === word;
}

const SPACE = /\s+/y;
const LINE_COMMENT = /--[^\n]*/y;
const WORD = /[\p{L}_][\p{L}\p{N}_$]*/uy;
const NUMBER = /\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?/iy;
const DOLLAR = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/uy;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const space = match(SPACE, text, at) ?? match(LINE_COMMENT, text, at);
    if (space !== undefined) {
      at += space.length;
    } else if (text.startsWith('/*', at)) {
      at = endOf(text, at + 2, '*/', 'comment');
    } else {
      const token = readToken(text, at);
      tokens.push(token);
      at = token.end;
    }
  }
  return tokens;
}

function readToken(text: string, start: number): Token {
  const first = text[start] as string;
  if (first === "'" || first === '"' || first === '`') return readQuoted(text, start, first);
  const dollar = match(DOLLAR, text, start);
  if (dollar !== undefined) {
    const end = endOf(text, start + dollar.length, dollar, 'string');
    return { kind: 'string', text: text.slice(start + dollar.length, end - dollar.length), start, end };
  }
  const word = match(WORD, text, start);
  if (word !== undefined) {
    if (/^e$/i.test(word) && text[start + 1] === "'") return readEscapeString(text, start);
    return { kind: 'word', text: word, start, end: start + word.length };
  }
  const number = match(NUMBER, text, start);
  if (number !== undefined)
    return { kind: 'number', text: number.replaceAll('_', ''), start, end: start + number.length };
  const symbol = text.startsWith('=>', start) ? '=>' : first;
  return { kind: 'symbol', text: symbol, start, end: start + symbol.length };
}

function readQuoted(text: string, start: number, quote: string): Token {
  let value = '';
  let at = start + 1;
  for (;;) {
    const close = text.indexOf(quote, at);
    if (close < 0) throw invalid(text, start, `the quote ${quote} is never closed`);
    value += text.slice(at, close);
    if (text[close + 1] !== quote) {
      return { kind: quote === "'" ? 'string' : 'quoted', text: value, start, end: close + 1 };
    }
    value += quote;
    at = close + 2;
  }
}

function readEscapeString(text: string, start: number): Token {
  let at = start + 2;
  while (at < text.length) {
    if (text[at] === '\\') at += 2;
    else if (text[at] !== "'") at++;
    else if (text[at + 1] === "'") at += 2;
    else return { kind: 'string', text: text.slice(start + 2, at), start, end: at + 1 };
  }
  throw invalid(text, start, "the quote ' is never closed");
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function endOf(text: string, from: number, close: string, what: string): number {
  const end = text.indexOf(close, from);
  if (end < 0) throw invalid(text, from, `the ${what} is never closed`);
  return end + close.length;
}

function invalid(text: string, at: number, what: string): LakeError {
  const near = text.slice(Math.max(0, at - 20), at + 20);
  return new LakeError('SQL_INVALID', `at character ${at + 1} near '${near}': ${what}`, { position: at + 1 });
}
