// File names say what is inside; marks that mean "not finished" do not stay; tests are not switched off
// without saying why.
import { basename } from 'node:path/posix';
import type { Finding, Source } from './source.ts';

const BANNED = new Set('utils util helpers helper common manager impl misc shared stuff lib'.split(' '));
/** Put together here so that this file does not find itself. */
const UNFINISHED = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`);
const REASON = /\b(because|until|unless|needs|without|on|where|when)\b/;

/** File names that are not kebab-case, or hold a word that says nothing. Folders' names count. */
export function checkNames(sources: readonly Source[]): Finding[] {
  return sources.flatMap(({ path }) => {
    const parts = path.split('/').map((part) => part.replace(/\.ts$/, ''));
    const odd = parts.find((part) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/.test(part));
    if (odd !== undefined) return [{ path, line: 0, message: `is not kebab-case: ${odd}` }];
    const banned = parts.flatMap((part) => part.split(/[-.]/)).find((word) => BANNED.has(word));
    return banned === undefined
      ? []
      : [{ path, line: 0, message: `'${banned}' says nothing about ${basename(path)}` }];
  });
}

/** Marks of unfinished work, default exports, enums and namespaces. */
export function checkMarks(sources: readonly Source[]): Finding[] {
  return sources.flatMap((file) => {
    const findings: Finding[] = [];
    const add = (line: number, message: string): number => findings.push({ path: file.path, line, message });
    for (const token of file.tokens) {
      const mark = token.kind === 'mark' || token.kind === 'regex' ? null : UNFINISHED.exec(token.text);
      if (mark !== null) add(token.line, `is marked ${mark[0]}: finish it, or write an issue`);
    }
    file.code.forEach((token, i) => {
      if (token.kind !== 'word') return;
      const next = file.code[i + 1];
      if (token.text === 'export' && next?.text === 'default') add(token.line, 'has a default export');
      const declares = (token.text === 'enum' || token.text === 'namespace') && next?.kind === 'word';
      if (declares && file.code[i + 2]?.text === '{') add(token.line, `declares an ${token.text}`);
    });
    return findings;
  });
}

/** Tests that are focused, or skipped without the reason in their name or in the `skip` option. */
export function checkSkips(sources: readonly Source[]): Finding[] {
  return sources.flatMap((file) =>
    file.code.flatMap((token, i): Finding[] => {
      const at = (offset: number): string => file.code[i + offset]?.text ?? '';
      const add = (message: string): Finding[] => [{ path: file.path, line: token.line, message }];
      if (token.kind !== 'word') return [];
      if (['it', 'test', 'describe', 'suite'].includes(token.text) && at(1) === '.' && at(3) === '(') {
        if (at(2) === 'only') return add(`${token.text}.only leaves every other test out`);
        const reasoned = file.code[i + 4]?.kind === 'string' && REASON.test(at(4));
        if (['skip', 'todo'].includes(at(2)) && !reasoned)
          return add(`${token.text}.${at(2)} names no reason`);
      }
      const option = ['skip', 'only', 'todo'].includes(token.text) && at(1) === ':' && at(2) === 'true';
      return option ? add(`${token.text}: true names no reason; give it a string`) : [];
    }),
  );
}
