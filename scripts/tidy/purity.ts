// Time and randomness come from src/base, so that every other piece of code can be given both by a test.
import type { Token } from './lexer.ts';
import { type Finding, isTest, type Source } from './source.ts';

const FORBIDDEN_WORDS = new Set([
  'performance',
  'hrtime',
  'randomUUID',
  'randomBytes',
  'randomInt',
  'randomFill',
  'randomFillSync',
  'getRandomValues',
]);

/** Reads of the clock and sources of randomness outside src/base. Tests may use both. */
export function checkPurity(sources: readonly Source[]): Finding[] {
  return sources
    .filter((file) => !isTest(file.path) && !file.path.startsWith('src/base/'))
    .flatMap((file) =>
      file.code.flatMap((token, i): Finding[] => {
        const used = forbidden(file.code, token, i);
        if (used === undefined) return [];
        return [{ path: file.path, line: token.line, message: `uses ${used}; take it from src/base` }];
      }),
    );
}

function forbidden(code: readonly Token[], token: Token, i: number): string | undefined {
  if (token.kind !== 'word') return undefined;
  const next = (offset: number): string => code[i + offset]?.text ?? '';
  if (token.text === 'Math' && next(1) === '.' && next(2) === 'random') return 'Math.random';
  if (token.text === 'Date' && next(1) === '.' && next(2) === 'now') return 'Date.now';
  if (token.text === 'Date' && next(1) === '(' && next(2) === ')') return 'the current Date()';
  if (token.text === 'Date' && next(-1) === 'new' && next(1) !== '(') return 'the current Date';
  // A property that happens to be called so is somebody else's: only the name itself, imported or global.
  const isKey = next(1) === ':' || (next(-1) === '.' && next(-2) !== 'crypto' && next(-2) !== 'process');
  return FORBIDDEN_WORDS.has(token.text) && !isKey ? token.text : undefined;
}
