// The words of a filter text: names, literals, operators, each with its position.
import { LakeError } from '../../base/index.ts';

/**
 * A word: `text` as written, `value` with its quotes taken off. `at` is the position of its first character.
 */
export interface Token {
  readonly kind: 'name' | 'quoted-name' | 'text' | 'hex' | 'number' | 'symbol' | 'end';
  readonly text: string;
  readonly value: string;
  readonly at: number;
}

/** Characters of a filter text: room for an IN list of some ten thousand values. */
export const FILTER_CHARS_MAX = 1024 * 1024;

const TOKEN = new RegExp(
  [
    String.raw`\s+`,
    '(`(?:[^`]|``)*`|"(?:[^"]|"")*")',
    "([xX]'[^']*')",
    "('(?:[^']|'')*')",
    String.raw`((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)`,
    String.raw`([\p{L}_][\p{L}\p{N}_$]*)`,
    String.raw`(<=|>=|<>|!=|==|\|\||::|->|[^\s])`,
  ].join('|'),
  'uy',
);

/**
 * Splits a filter text; the last token is of kind `end`.
 *
 * Errors  FILTER_INVALID where a quote is not closed; LIMIT_EXCEEDED beyond `FILTER_CHARS_MAX`.
 */
export function filterTokens(text: string): readonly Token[] {
  if (text.length > FILTER_CHARS_MAX) {
    const message = `The filter has ${text.length} characters, more than ${FILTER_CHARS_MAX}.`;
    throw new LakeError('LIMIT_EXCEEDED', message, { limit: 'FILTER_CHARS_MAX' });
  }
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const m = TOKEN.exec(text);
    if (m === null) throw invalid(text, at, 'a name, a literal or an operator');
    const token = tokenOf(m, at);
    if (token !== undefined) {
      const open = token.kind === 'symbol' && '\'"`'.includes(token.text);
      if (open) throw invalid(text, at, `a closing ${token.text}`);
      tokens.push(token);
    }
    at += m[0].length;
  }
  tokens.push({ kind: 'end', text: '', value: '', at });
  return tokens;
}

function tokenOf(m: RegExpExecArray, at: number): Token | undefined {
  const [text, quotedName, hex, string, number, name, symbol] = m;
  if (quotedName !== undefined) {
    const quote = quotedName[0] as string;
    return { kind: 'quoted-name', text, value: unquoted(quotedName, quote), at };
  }
  if (hex !== undefined) return { kind: 'hex', text, value: hex.slice(2, -1), at };
  if (string !== undefined) return { kind: 'text', text, value: unquoted(string, "'"), at };
  if (number !== undefined) return { kind: 'number', text, value: number, at };
  if (name !== undefined) return { kind: 'name', text, value: name, at };
  return symbol === undefined ? undefined : { kind: 'symbol', text, value: symbol, at };
}

function unquoted(text: string, quote: string): string {
  return text.slice(1, -1).replaceAll(quote + quote, quote);
}

/** The error for a filter that stops being valid at a position. */
export function invalid(text: string, at: number, expected: string): LakeError {
  const rest = text.slice(at, at + 20).trim();
  const found = rest === '' ? 'its end' : `'${rest}'`;
  const message = `The filter is not valid at character ${at + 1}, at ${found}: expected ${expected}.`;
  return new LakeError('FILTER_INVALID', message, { position: at + 1, expected });
}
