// SQL LIKE as Java Paimon 1.4.2 matches it: a regular expression there, an iterative matcher here, so that no
// pattern takes longer than pattern times text.
import { LakeError } from '../../base/index.ts';

type Token = { readonly kind: 'char'; readonly code: number } | { readonly kind: 'one' | 'many' };

/**
 * Whether a text matches a LIKE pattern.
 *
 * Shape   `%` is any text, `_` one character that is no line end, a backslash makes the next `%`, `_` or
 *         backslash plain. Without a `_`, patterns of the forms `abc`, `abc%`, `%abc`, `%abc%` are taken
 *         literally, backslashes included, as in Java.
 * Errors  FILTER_INVALID for a backslash before anything else.
 * Source  Paimon, predicate/Like.java, predicate/LikeOptimization.java.
 */
export function likeMatcher(pattern: string): (text: string) => boolean {
  if (!pattern.includes('_')) {
    const literal = /^(%?)([^%]+)(%?)$/s.exec(pattern);
    if (literal !== null) {
      const part = literal[2] as string;
      if (literal[1] === '%') {
        return literal[3] === '%' ? (text) => text.includes(part) : (text) => text.endsWith(part);
      }
      return literal[3] === '%' ? (text) => text.startsWith(part) : (text) => text === part;
    }
  }
  const tokens = tokensOf(pattern);
  return (text) => matches(tokens, text);
}

function tokensOf(pattern: string): readonly Token[] {
  const tokens: Token[] = [];
  const chars = Array.from(pattern);
  for (let i = 0; i < chars.length; i++) {
    const c = chars[i] as string;
    if (c === '\\') {
      const next = chars[++i];
      if (next !== '%' && next !== '_' && next !== '\\') {
        const message = `LIKE pattern '${pattern}' has a backslash before something other than %, _ or \\.`;
        throw new LakeError('FILTER_INVALID', message, { pattern });
      }
      tokens.push({ kind: 'char', code: next.charCodeAt(0) });
    } else if (c === '_') tokens.push({ kind: 'one' });
    else if (c === '%') tokens.push({ kind: 'many' });
    else tokens.push({ kind: 'char', code: c.codePointAt(0) as number });
  }
  return tokens;
}

/** Greedy, going back to the last `%` only: earlier ones need no second try. */
function matches(tokens: readonly Token[], text: string): boolean {
  let t = 0;
  let i = 0;
  let manyAt = -1;
  let retryFrom = 0;
  while (i < text.length) {
    const code = text.codePointAt(i) as number;
    const token = tokens[t];
    if (token?.kind === 'many') {
      manyAt = t++;
      retryFrom = i;
    } else if (token !== undefined && accepts(token, code)) {
      t++;
      i += width(code);
    } else if (manyAt >= 0) {
      retryFrom += width(text.codePointAt(retryFrom) as number);
      i = retryFrom;
      t = manyAt + 1;
    } else return false;
  }
  while (tokens[t]?.kind === 'many') t++;
  return t === tokens.length;
}

function accepts(token: Token, code: number): boolean {
  if (token.kind === 'char') return token.code === code;
  return code !== 10 && code !== 13 && code !== 0x85 && code !== 0x2028 && code !== 0x2029;
}

function width(code: number): number {
  return code > 0xffff ? 2 : 1;
}
