// Who may import whom: the ladder of ARCHITECTURE.md, folders entered through their index.ts, no cycles,
// native modules in their adapters only, and no I/O in the folders that promise to do none.
import { dirname, join } from 'node:path/posix';
import type { Token } from './lexer.ts';
import { type Finding, isTest, type Source } from './source.ts';

/** One import, export-from or dynamic import of a file. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
}

/** The folders of src from the top down. Imports go down only, never up and never sideways. */
export const LADDER: readonly (readonly string[])[] = [
  ['bin'],
  ['server'],
  ['service'],
  // src/index.ts, the library's door, stands here: above the worker, below what runs as a service.
  ['index.ts'],
  ['worker'],
  ['table'],
  ['tree'],
  ['engine', 'store', 'memory'],
  ['format'],
  ['codec'],
  ['base'],
];

/** The files that may import native modules. At most three; each hides one module behind plain calls. */
export const NATIVE_ADAPTERS: readonly string[] = [
  'src/engine/duckdb.ts',
  'src/engine/duckdb-native.ts',
  'src/engine/zstd-native.ts',
];

const NATIVE = /^(@duckdb\/|koffi($|\/)|node-linux-)/;
/** Folders that compute and nothing else. */
const PURE = new Set(['format', 'codec', 'tree']);
const IO = new Set(
  'fs net http https http2 tls dgram dns child_process worker_threads cluster os process readline repl'.split(
    ' ',
  ),
);

/** Everything about imports but cycles. */
export function checkImports(
  sources: readonly Source[],
  dependencies: ReadonlySet<string>,
  adapters: readonly string[] = NATIVE_ADAPTERS,
): Finding[] {
  const findings: Finding[] = [];
  if (adapters.length > 3) {
    findings.push({
      path: 'scripts/tidy/imports.ts',
      line: 0,
      message: 'names more than three native adapters',
    });
  }
  for (const file of sources) {
    for (const { specifier, line } of importsOf(file.code)) {
      const message = specifier.startsWith('.')
        ? relativeFault(file.path, resolve(file.path, specifier), specifier)
        : packageFault(file.path, specifier, dependencies, adapters);
      if (message !== undefined) findings.push({ path: file.path, line, message });
    }
  }
  return findings;
}

/** Import cycles between files, and between the sub-folders of one folder. Type imports count. */
export function checkCycles(sources: readonly Source[]): Finding[] {
  const known = new Set(sources.map((file) => file.path));
  const files = new Map<string, string[]>();
  const folders = new Map<string, Set<string>>();
  for (const file of sources) {
    const targets = importsOf(file.code)
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map(({ specifier }) => resolve(file.path, specifier))
      .filter((target) => known.has(target));
    files.set(file.path, targets);
    const from = subFolder(file.path);
    for (const target of targets) {
      const to = subFolder(target);
      if (from === undefined || to === undefined || from === to) continue;
      if (topFolder(file.path) !== topFolder(target) || isTest(file.path)) continue;
      folders.set(from, (folders.get(from) ?? new Set()).add(to));
    }
  }
  return [...cyclesOf(files), ...cyclesOf(folders)].map((cycle) => ({
    path: cycle[0] as string,
    line: 0,
    message: `import cycle: ${[...cycle, cycle[0]].join(' > ')}`,
  }));
}

/** The imports of a file in order: static, type-only, re-exports, `import()` of types and of values. */
export function importsOf(code: readonly Token[]): Import[] {
  const found: Import[] = [];
  code.forEach((token, i) => {
    if (token.kind !== 'string') return;
    const before = code[i - 1]?.text;
    const isCall = before === '(' && ['import', 'require', 'resolve'].includes(code[i - 2]?.text ?? '');
    const isStatic = code[i - 1]?.kind === 'word' && (before === 'from' || before === 'import');
    if (isCall || isStatic) found.push({ specifier: token.text, line: token.line });
  });
  return found;
}

function resolve(from: string, specifier: string): string {
  return join(dirname(from), specifier);
}

/** `codec` of `src/codec/avro/read.ts`; `index.ts` of `src/index.ts`; undefined outside src. */
function topFolder(path: string): string | undefined {
  const [root, folder] = path.split('/');
  return root === 'src' ? folder : undefined;
}

/** `src/table/read` of `src/table/read/split.ts`; undefined for files that lie in `src/table` itself. */
function subFolder(path: string): string | undefined {
  const parts = path.split('/');
  return parts[0] === 'src' && parts.length > 3 ? parts.slice(0, 3).join('/') : undefined;
}

function level(folder: string): number {
  return LADDER.findIndex((names) => names.includes(folder));
}

function relativeFault(from: string, to: string, specifier: string): string | undefined {
  const fromFolder = topFolder(from);
  const toFolder = topFolder(to);
  if (to.endsWith('.json')) return undefined;
  if (!specifier.endsWith('.ts')) return `imports ${specifier} without its .ts ending`;
  if (toFolder === undefined) {
    return fromFolder !== undefined && !isTest(from) ? `imports ${to}, which lies outside src` : undefined;
  }
  if (fromFolder === toFolder) {
    const own = to === `src/${toFolder}/index.ts`;
    return own && !isTest(from) ? 'imports the index.ts of its own folder' : undefined;
  }
  if (level(toFolder) < 0) return `imports ${to}, a folder the ladder does not have`;
  if (toFolder !== 'index.ts' && to !== `src/${toFolder}/index.ts`) {
    return `imports ${to}; enter ${toFolder} through its index.ts`;
  }
  if (fromFolder === undefined) return undefined;
  if (level(fromFolder) < 0) return `lies in ${fromFolder}, a folder the ladder does not have`;
  if (level(toFolder) <= level(fromFolder)) {
    const way = level(toFolder) === level(fromFolder) ? 'sideways' : 'up';
    return `imports ${way} the ladder: ${fromFolder} from ${toFolder}`;
  }
  return undefined;
}

function packageFault(
  from: string,
  specifier: string,
  dependencies: ReadonlySet<string>,
  adapters: readonly string[],
): string | undefined {
  const folder = topFolder(from);
  if (specifier.startsWith('node:')) {
    const pure = folder !== undefined && PURE.has(folder) && !isTest(from);
    return pure && IO.has(specifier.slice(5).split('/')[0] ?? '')
      ? `${folder} does no I/O, and imports ${specifier}`
      : undefined;
  }
  if (folder === undefined || isTest(from)) return undefined;
  if (NATIVE.test(specifier)) {
    return adapters.includes(from) ? undefined : `imports the native module ${specifier} outside its adapter`;
  }
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  return dependencies.has(name) ? undefined : `imports ${name}, which package.json does not depend on`;
}

/** Strongly connected parts of more than one node, or one that points at itself; each as a path round. */
function cyclesOf(edges: ReadonlyMap<string, Iterable<string>>): string[][] {
  const state = new Map<string, 'open' | 'done'>();
  const path: string[] = [];
  const cycles: string[][] = [];
  const visit = (node: string): void => {
    state.set(node, 'open');
    path.push(node);
    for (const next of edges.get(node) ?? []) {
      if (state.get(next) === 'open') cycles.push(path.slice(path.indexOf(next)));
      else if (state.get(next) === undefined) visit(next);
    }
    path.pop();
    state.set(node, 'done');
  };
  for (const node of [...edges.keys()].sort()) if (state.get(node) === undefined) visit(node);
  return cycles;
}
