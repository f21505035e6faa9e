// SQL text as tokens: what is looked at before the engine parses a statement.
import { LakeError } from '../../base/index.ts';

/** Characters of a statement; longer ones are refused before they are parsed. */
const SQL_LENGTH_MAX = 1024 * 1024;

type TokenKind = 'word' | 'quoted' | 'string' | 'number' | 'symbol';

/** A word, name, literal or sign of a statement, with its place in the text. */
export interface Token {
  readonly kind: TokenKind;
  /** The name or literal without quotes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** True for that word, in any case, not quoted. */
export function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text.toUpperCase() === word;
}

const SPACE = /\s+/y;
const LINE_COMMENT = /--[^\n]*/y;
const WORD = /[\p{L}_][\p{L}\p{N}_$]*/uy;
const NUMBER = /\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?/iy;
const DOLLAR = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/uy;

/**
 * The tokens of a statement, without blanks and comments.
 *
 * Limits  a statement of at most 1 MiB.
 * Errors  SQL_INVALID for an unterminated string or comment.
 */
export function tokenize(text: string): Token[] {
  if (text.length > SQL_LENGTH_MAX)
    throw new LakeError('SQL_INVALID', `the statement has more than ${SQL_LENGTH_MAX} characters`);
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
    if (close < 0) throw invalidSql(text, start, `the quote ${quote} is never closed`);
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
  throw invalidSql(text, start, "the quote ' is never closed");
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function endOf(text: string, from: number, close: string, what: string): number {
  const end = text.indexOf(close, from);
  if (end < 0) throw invalidSql(text, from, `the ${what} is never closed`);
  return end + close.length;
}

/** An error that says where in the text it is. */
export function invalidSql(text: string, at: number, what: string): LakeError {
  const near = text.slice(Math.max(0, at - 20), at + 20);
  return new LakeError('SQL_INVALID', `at character ${at + 1} near '${near}': ${what}`, { position: at + 1 });
}
