// Writes docs/errors.md from the table of codes, so that the page and the code cannot disagree.
// Usage: node scripts/error-docs.ts
import { writeFileSync } from 'node:fs';
import { CODES, type ErrorKind } from '../src/base/index.ts';

const KINDS: readonly (readonly [ErrorKind, string])[] = [
  ['invalid', 'What was asked cannot be done; the caller must change it.'],
  ['conflict', 'Something else changed meanwhile; read again, then retry.'],
  ['exhausted', 'A limit of memory or size would be passed; wait, or ask for less.'],
  ['unavailable', 'Something is away for a moment; retry.'],
  ['corrupt', 'Stored bytes are not what they should be; restore them.'],
  ['unsupported', 'The table uses a feature this version does not have.'],
  ['denied', 'It is not allowed.'],
  ['closed', 'The thing was closed, or the caller stopped the work.'],
  ['bug', 'It should not happen, whatever was asked.'],
];

/** The page as text. */
export function printErrorDocs(codes: Readonly<Record<string, { kind: ErrorKind; action: string }>>): string {
  const sections = KINDS.map(([kind, meaning]) => {
    const rows = Object.entries(codes)
      .filter(([, entry]) => entry.kind === kind)
      .map(([code, entry]) => `| \`${code}\` | ${entry.action.replaceAll('|', '\\|')} |`);
    return rows.length === 0
      ? ''
      : `\n## ${kind}\n${meaning}\n\n| code | what to do |\n|---|---|\n${rows.join('\n')}\n`;
  });
  return `# Errors

<!-- Written by \`node scripts/error-docs.ts\` from src/base/errors.ts; change it there. -->

Spillway throws one class, \`LakeError\`, with a \`code\`, a \`kind\` and \`details\`. Match on \`kind\`
(what can I do?) or \`code\` (what was it?), never on the text. The command prints one line on stderr that
starts with the code, and ends with status 1; a command line it does not understand ends with status 2.
${sections.join('')}`;
}

if (import.meta.main) {
  writeFileSync(new URL('../docs/errors.md', import.meta.url), printErrorDocs(CODES));
}
