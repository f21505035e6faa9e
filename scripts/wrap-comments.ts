// Breaks comment lines that are too wide, which the formatter leaves alone. Words that do not fit go to the
// next line of the same paragraph. Code, strings, drawings and everything that fits stay as they are.
// Usage: node scripts/wrap-comments.ts [FILE...]   (default: every TypeScript file of the project)
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lex } from './tidy/lexer.ts';
import { LINE_CHARS_MAX } from './tidy/sizes.ts';
import { readSources } from './tidy/source.ts';

/** The text with every comment line that was too wide broken. */
export function wrapComments(text: string, width: number = LINE_CHARS_MAX): string {
  const lines = ownLines(text, width);
  const inside = commentLines(lines.join('\n'));
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    if ([...line].length <= width || !inside[i]) continue;
    const parts = /^(\s*(?:\/\/|\*) ?)(\s*)(.*)$/.exec(line);
    if (parts === null) continue;
    const [, mark, indent, words] = parts as unknown as [string, string, string, string];
    const label = /^(?:[A-Z]\w+ {2,}|`\w+` {2,}|- )/.exec(words)?.[0] ?? '';
    const hang = `${mark}${indent}${' '.repeat(label.length)}`;
    const cut = line.lastIndexOf(' ', width);
    if (cut <= hang.length) continue;
    const rest = line.slice(cut + 1);
    lines[i] = line.slice(0, cut).trimEnd();
    const next = lines[i + 1] ?? '';
    if (inside[i + 1] && continues(next, hang)) lines[i + 1] = `${hang}${rest} ${next.slice(hang.length)}`;
    else {
      lines.splice(i + 1, 0, `${hang}${rest}`);
      inside.splice(i + 1, 0, true);
    }
  }
  return lines.join('\n');
}

/** Whether a line goes on with the paragraph: the same indent, a word at its start, no columns drawn. */
function continues(line: string, hang: string): boolean {
  const words = line.slice(hang.length);
  if (!line.startsWith(hang) || !/^[\w`'"(]/.test(words)) return false;
  return !/ {2,}|\||^(?:biome-ignore|eslint|@)/.test(words);
}

/**
 * The lines, with wide `/** one-line comments *\/` opened up and wide trailing comments set above their line.
 */
function ownLines(text: string, width: number): string[] {
  const before = text.split('\n');
  const comments = lex(text).filter((token) => token.kind === 'comment' && token.line === token.lastLine);
  const byLine = new Map(comments.map((token) => [token.line, token.text]));
  return before.flatMap((line, i) => {
    const comment = byLine.get(i + 1);
    if (comment === undefined || [...line].length <= width || !line.endsWith(comment)) return [line];
    const indent = /^\s*/.exec(line)?.[0] ?? '';
    const code = line.slice(0, -comment.length).trimEnd();
    const body = /^\/\*\*? ?(.*?) ?\*\/$/.exec(comment)?.[1];
    const opened =
      body === undefined ? [`${indent}${comment}`] : [`${indent}/**`, `${indent} * ${body}`, `${indent} */`];
    return code === '' ? opened : [...opened, `${indent}${code.slice(indent.length)}`];
  });
}

/** For each line whether it is nothing but comment. */
function commentLines(text: string): boolean[] {
  const inside: boolean[] = text.split('\n').map(() => false);
  const tokens = lex(text);
  for (const token of tokens) {
    if (token.kind === 'comment') inside.fill(true, token.line - 1, token.lastLine);
  }
  for (const token of tokens) {
    if (token.kind !== 'comment') inside.fill(false, token.line - 1, token.lastLine);
  }
  return inside;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const named = process.argv.slice(2);
  const files = named.length > 0 ? named : readSources(root).map((file) => join(root, file.path));
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    const wrapped = wrapComments(text);
    if (wrapped !== text) writeFileSync(file, wrapped);
  }
}
