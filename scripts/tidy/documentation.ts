// What others rely on is written down: public symbols, error codes, the words of the trade.
import { dirname, join } from 'node:path/posix';
import type { Token } from './lexer.ts';
import type { Finding, Source } from './source.ts';

/** Words docs/glossary.md must explain: Paimon's own, and the few that Spillway adds. */
export const GLOSSARY_WORDS: readonly string[] = [
  'aggregation',
  'append table',
  'audit log',
  'batch',
  'binlog',
  'branch',
  'bucket',
  'budget',
  'catalog',
  'changelog',
  'changelog producer',
  'codec',
  'compaction',
  'consumer',
  'data file',
  'deduplicate',
  'deletion vector',
  'engine',
  'fallback branch',
  'field id',
  'first row',
  'fold',
  'gate',
  'incremental read',
  'index manifest',
  'key range',
  'lake',
  'lease',
  'level',
  'manifest',
  'manifest list',
  'merge engine',
  'merge on read',
  'partial update',
  'partition',
  'primary key',
  'retract',
  'row kind',
  'schema',
  'schema evolution',
  'section',
  'sequence field',
  'sequence group',
  'sequence number',
  'snapshot',
  'sorted run',
  'split',
  'statistics',
  'store',
  'system table',
  'tag',
  'time travel',
  'warehouse',
  'watermark',
];

/** A comment shorter than this documents nothing. */
const DOC_CHARS_MIN = 16;

/** Exports reachable from `entry` (src/index.ts) that have no doc comment where they are declared. */
export function checkPublicDocs(sources: readonly Source[], entry: string): Finding[] {
  const modules = new Map(sources.map((file) => [file.path, readModule(file)]));
  const findings = new Map<string, Finding>();
  const seen = new Set<string>();
  const visit = (path: string, name: string | undefined): void => {
    if (seen.has(`${path} ${name ?? '*'}`)) return;
    seen.add(`${path} ${name ?? '*'}`);
    const module = modules.get(path);
    if (module === undefined) return;
    for (const [exported, local] of module.exports) {
      if (name !== undefined && name !== exported) continue;
      if (local.from !== undefined) {
        visit(local.from, local.name === '*' ? undefined : local.name);
        continue;
      }
      const declaration = module.declarations.get(local.name);
      if (declaration?.documented) continue;
      const line = declaration?.line ?? 0;
      findings.set(`${path} ${local.name}`, {
        path,
        line,
        message: `${local.name} is public and has no doc comment`,
      });
    }
    for (const from of module.stars) visit(from, name);
  };
  visit(entry, undefined);
  return [...findings.values()];
}

/** Words of the trade that docs/glossary.md does not explain, and entries out of order. */
export function checkGlossary(text: string, words: readonly string[] = GLOSSARY_WORDS): Finding[] {
  const path = 'docs/glossary.md';
  const entries = [...text.matchAll(/^- \*\*([^*]+)\*\*(.*)$/gm)].map(([, word, rest]) => ({
    word: word as string,
    rest,
  }));
  const findings = words
    .filter((word) => !entries.some((entry) => entry.word === word && (entry.rest ?? '').length > 20))
    .map((word) => ({ path, line: 0, message: `does not explain '${word}'` }));
  entries.forEach((entry, i) => {
    const before = entries[i - 1]?.word ?? '';
    if (before.localeCompare(entry.word, 'en') >= 0) {
      findings.push({ path, line: 0, message: `'${entry.word}' comes after '${before}'; keep it sorted` });
    }
  });
  return findings;
}

interface Module {
  readonly exports: Map<string, { readonly name: string; readonly from?: string }>;
  readonly stars: string[];
  readonly declarations: Map<string, { readonly line: number; readonly documented: boolean }>;
}

const MODIFIERS = new Set('export declare abstract async default'.split(' '));
const DECLARES = new Set('const let var function class interface type'.split(' '));

/** The top-level declarations and exports of a file. */
function readModule(file: Source): Module {
  const module: Module = { exports: new Map(), stars: [], declarations: new Map() };
  const tokens = file.tokens;
  let depth = 0;
  let doc: Token | undefined;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    if (token.kind === 'comment') {
      if (depth === 0 && token.text.startsWith('/**')) doc = token;
      continue;
    }
    const starts =
      depth === 0 && token.kind === 'word' && (token.text === 'export' || DECLARES.has(token.text));
    if (starts || (depth === 0 && MODIFIERS.has(token.text))) {
      i = readStatement(file, i, doc, module);
      doc = undefined;
    }
    depth += nesting(tokens[i] as Token);
    if (depth === 0 && token.kind !== 'word') doc = undefined;
  }
  return module;
}

/** Reads `export ...` or a declaration at `at`; returns the index of the last token it took. */
function readStatement(file: Source, at: number, doc: Token | undefined, module: Module): number {
  const code = file.tokens;
  const exported = code[at]?.text === 'export';
  let i = at;
  while (MODIFIERS.has(code[i]?.text ?? '')) i++;
  const list = code[i]?.text === 'type' && ['{', '*'].includes(code[i + 1]?.text ?? '') ? i + 1 : i;
  if (exported && code[list]?.text === '*') return readStar(file, list, module);
  if (exported && code[list]?.text === '{') return readList(file, list, module);
  if (!DECLARES.has(code[i]?.text ?? '')) return at;
  const name = code[i + 1]?.text === '*' ? code[i + 2] : code[i + 1];
  if (name?.kind !== 'word') return i;
  const documented = doc !== undefined && doc.text.length >= DOC_CHARS_MIN;
  const before = module.declarations.get(name.text);
  // Overloads: one documented signature is enough.
  module.declarations.set(name.text, {
    line: name.line,
    documented: documented || before?.documented === true,
  });
  if (exported) module.exports.set(name.text, { name: name.text });
  return i + 1;
}

function readStar(file: Source, at: number, module: Module): number {
  const named = file.tokens[at + 1]?.text === 'as';
  const from = file.tokens[at + (named ? 4 : 2)];
  const path = target(file.path, from?.text ?? '');
  if (named) module.exports.set(file.tokens[at + 2]?.text ?? '', { name: '*', from: path });
  else module.stars.push(path);
  return at + (named ? 4 : 2);
}

function readList(file: Source, open: number, module: Module): number {
  const code = file.tokens;
  let close = open;
  while (close < code.length && code[close]?.text !== '}') close++;
  const isFrom = code[close + 1]?.text === 'from' && code[close + 2]?.kind === 'string';
  const from = isFrom ? { from: target(file.path, code[close + 2]?.text ?? '') } : {};
  const words = code.slice(open + 1, close).filter((token) => token.kind === 'word');
  for (let i = 0; i < words.length; i++) {
    if (words[i]?.text === 'type' && words[i + 1] !== undefined && words[i + 1]?.text !== 'as') continue;
    const name = words[i]?.text ?? '';
    const renamed = words[i + 1]?.text === 'as';
    module.exports.set(renamed ? (words[i + 2]?.text ?? '') : name, { name, ...from });
    if (renamed) i += 2;
  }
  return isFrom ? close + 2 : close;
}

function target(from: string, specifier: string): string {
  return specifier.startsWith('.') ? join(dirname(from), specifier) : specifier;
}

function nesting(token: Token): number {
  if (token.kind === 'template')
    return Number(token.text.endsWith('${')) - Number(token.text.startsWith('}'));
  if (token.kind !== 'mark') return 0;
  return Number('([{'.includes(token.text)) - Number(')]}'.includes(token.text));
}
