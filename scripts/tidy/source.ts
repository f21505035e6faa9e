// The files the checks look at, read once and cut into tokens once.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { lex, type Token } from './lexer.ts';

/** One TypeScript file of the project. */
export interface Source {
  /** From the project's root, with slashes: `src/base/errors.ts`. */
  readonly path: string;
  readonly text: string;
  readonly tokens: readonly Token[];
  /** The tokens without comments. */
  readonly code: readonly Token[];
}

/** Something a check does not accept. `line` 0 means the file as a whole. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

const FOLDERS = ['src', 'scripts', 'test', 'bench', 'example'];
/** Not written by hand, or not ours: golden tables, output of builds. */
const SKIPPED = new Set(['node_modules', 'dist', 'test/data', 'example/warehouse']);

/** A file from its text; the checks' own tests make them this way. */
export function source(path: string, text: string): Source {
  const tokens = lex(text);
  return { path, text, tokens, code: tokens.filter((token) => token.kind !== 'comment') };
}

/** Every TypeScript file of the project at `root`, sorted by path. */
export function readSources(root: string): readonly Source[] {
  return FOLDERS.flatMap((folder) => walk(root, join(root, folder)))
    .sort()
    .map((path) => source(path, readFileSync(join(root, path), 'utf8')));
}

/**
 * Tests, fuzz tests, benchmarks, contract suites, references and test data: they may do what the code they
 * hold may not.
 */
export function isTest(path: string): boolean {
  return /\.(test|fuzz|bench|contract|sample|reference)\.ts$/.test(path) || !path.startsWith('src/');
}

/** A finding as editors understand it: `path:line message`. */
export function printFinding(finding: Finding): string {
  return `${finding.path}${finding.line > 0 ? `:${finding.line}` : ''} ${finding.message}`;
}

function walk(root: string, folder: string): string[] {
  let entries: ReturnType<typeof readFolder>;
  try {
    entries = readFolder(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return entries.flatMap((entry) => {
    const path = relative(root, join(folder, entry.name));
    if (SKIPPED.has(path) || SKIPPED.has(entry.name)) return [];
    if (entry.isDirectory()) return walk(root, join(root, path));
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}

function readFolder(folder: string) {
  return readdirSync(folder, { withFileTypes: true });
}
