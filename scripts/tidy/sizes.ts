// Files, functions and lines stay small enough to be read in one go.
import type { Token } from './lexer.ts';
import { type Finding, isTest, type Source } from './source.ts';

/** The longest a file may be. */
export const FILE_LINES_MAX = 500;
/** The longest a function may be, from its first line to its closing brace. Tests are not measured. */
export const FUNCTION_LINES_MAX = 70;
/** The longest a line may be, as in biome.json; the formatter leaves long strings and comments alone. */
export const LINE_CHARS_MAX = 110;

/** One function with a body. */
export interface FunctionSpan {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

/** Files, functions and lines that are too long. */
export function checkSizes(sources: readonly Source[]): Finding[] {
  return sources.flatMap((file) => {
    const findings: Finding[] = [];
    const lines = file.text.split('\n');
    const count = lines.at(-1) === '' ? lines.length - 1 : lines.length;
    const add = (line: number, message: string): number => findings.push({ path: file.path, line, message });
    if (count > FILE_LINES_MAX) add(0, `has ${count} lines, more than ${FILE_LINES_MAX}`);
    lines.forEach((text, i) => {
      const length = [...text].length;
      if (length > LINE_CHARS_MAX) add(i + 1, `is ${length} characters wide, more than ${LINE_CHARS_MAX}`);
    });
    if (isTest(file.path)) return findings;
    for (const span of functionSpans(file.code)) {
      if (span.lines <= FUNCTION_LINES_MAX) continue;
      add(span.line, `function ${span.name} has ${span.lines} lines, more than ${FUNCTION_LINES_MAX}`);
    }
    return findings;
  });
}

const CONTROL = new Set('if for while switch catch with super return typeof await'.split(' '));
/** After one of these a brace opens a type or an object, not the body of a function. */
const TYPE_GOES_ON = new Set([
  ':',
  '|',
  '&',
  '=>',
  '<',
  ',',
  '(',
  '[',
  '?',
  'extends',
  'is',
  'keyof',
  'readonly',
]);

/**
 * The functions, methods and arrow functions of a file, nested ones too.
 *
 * Limits  reads tokens, not a syntax tree: an arrow function is measured from its arrow, and only when its
 *         body is a block or starts with a bracket.
 */
export function functionSpans(code: readonly Token[]): FunctionSpan[] {
  const closing = matchBrackets(code);
  const spans: FunctionSpan[] = [];
  const add = (name: string, start: number, open: number): void => {
    const from = code[start]?.line ?? 0;
    const to = code[closing.get(open) ?? code.length - 1]?.lastLine ?? from;
    spans.push({ name, line: from, lines: to - from + 1 });
  };
  code.forEach((token, i) => {
    if (token.kind !== 'mark') return;
    if (token.text === '=>' && ['{', '(', '['].includes(code[i + 1]?.text ?? '')) {
      add(arrowName(code, i), i, i + 1);
    } else if (token.text === '(') {
      const named = nameBefore(code, i);
      const body = named === undefined ? undefined : bodyAfter(code, closing, closing.get(i));
      if (named !== undefined && body !== undefined) add(code[named]?.text ?? '', named, body);
    }
  });
  return spans;
}

/** For each opening bracket the index of its closing one. Angle brackets are not matched. */
function matchBrackets(code: readonly Token[]): ReadonlyMap<number, number> {
  const closing = new Map<number, number>();
  const open: number[] = [];
  code.forEach((token, i) => {
    const { kind, text } = token;
    if (kind === 'mark' ? '([{'.includes(text) : kind === 'template' && text.endsWith('${')) {
      if (kind === 'template' && text.startsWith('}')) closing.set(open.pop() ?? -1, i);
      open.push(i);
    } else if (kind === 'mark' ? ')]}'.includes(text) : kind === 'template' && text.startsWith('}')) {
      closing.set(open.pop() ?? -1, i);
    }
  });
  return closing;
}

/** The token that names the function whose parameters open at `open`; undefined where it cannot be one. */
function nameBefore(code: readonly Token[], open: number): number | undefined {
  let at = open - 1;
  if (code[at]?.text === '>') at = beforeAngles(code, at);
  const token = code[at];
  if (token === undefined) return undefined;
  if (token.kind === 'word') return CONTROL.has(token.text) ? undefined : at;
  return token.kind === 'string' || token.text === ']' || token.text === '*' ? at : undefined;
}

function beforeAngles(code: readonly Token[], close: number): number {
  let depth = 0;
  for (let at = close; at >= 0; at--) {
    if (code[at]?.text === '>') depth++;
    if (code[at]?.text === '<' && --depth === 0) return at - 1;
  }
  return -1;
}

/** The brace that opens the body after the parameters closed at `close`, past a return type. */
function bodyAfter(
  code: readonly Token[],
  closing: ReadonlyMap<number, number>,
  close: number | undefined,
): number | undefined {
  if (close === undefined) return undefined;
  if (code[close + 1]?.text === '{') return close + 1;
  if (code[close + 1]?.text !== ':') return undefined;
  for (let at = close + 2; at < code.length; at++) {
    const token = code[at] as Token;
    if (token.kind !== 'mark') continue;
    if (token.text === '{' && !TYPE_GOES_ON.has(code[at - 1]?.text ?? '')) return at;
    if ('([{'.includes(token.text)) {
      at = closing.get(at) ?? code.length;
      const next = code[at + 1]?.text ?? '';
      if (token.text === '{' && !['|', '&', '[', '{', '>'].includes(next)) return undefined;
    } else if (';=)}]'.includes(token.text)) return undefined;
  }
  return undefined;
}

/** The name an arrow function is stored under, where the line says it. */
function arrowName(code: readonly Token[], arrow: number): string {
  for (let at = arrow - 1; at > arrow - 60 && at >= 1; at--) {
    const text = code[at]?.text;
    if (text === ';' || text === '{' || text === '}') break;
    if (text === '=' && code[at - 1]?.kind === 'word') return code[at - 1]?.text ?? '';
  }
  return '=>';
}
