// The style rules that a machine can hold, held. `npm run tidy` runs this folder; `npm test` runs it too.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { CODES } from '../../src/base/index.ts';
import { printErrorDocs } from '../error-docs.ts';
import { withShares } from '../memory-docs.ts';
import { checkGlossary, checkPublicDocs } from './documentation.ts';
import { checkCycles, checkImports } from './imports.ts';
import { checkMarks, checkNames, checkSkips } from './names.ts';
import { checkPurity } from './purity.ts';
import { checkSizes } from './sizes.ts';
import { type Finding, printFinding, readSources } from './source.ts';

const root = join(import.meta.dirname, '../..');
const sources = readSources(root);

function none(findings: readonly Finding[]): void {
  assert.ok(findings.length === 0, `\n${findings.map(printFinding).join('\n')}\n`);
}

function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

describe('tidy', () => {
  it('finds the sources of the project', () => {
    assert.ok(sources.some((file) => file.path === 'src/base/errors.ts'));
    assert.ok(sources.some((file) => file.path === 'scripts/tidy/tidy.test.ts'));
  });

  it('keeps files, functions and lines short', () => none(checkSizes(sources)));

  it('imports down the ladder, through index.ts, natives in their adapters', () => {
    const { dependencies } = JSON.parse(readText('package.json')) as { dependencies: Record<string, string> };
    none(checkImports(sources, new Set(Object.keys(dependencies))));
  });

  it('has no import cycles', () => none(checkCycles(sources)));

  it('reads clock and randomness in src/base only', () => none(checkPurity(sources)));

  it('names files by what they hold', () => none(checkNames(sources)));

  it('has no unfinished marks, default exports, enums or namespaces', () => none(checkMarks(sources)));

  it('skips no test without a reason', () => none(checkSkips(sources)));

  it('documents every public symbol', () => none(checkPublicDocs(sources, 'src/index.ts')));

  it('explains every word of the trade', () => none(checkGlossary(readText('docs/glossary.md'))));

  it('documents every error code', () => {
    const page = readText('docs/errors.md');
    assert.equal(page, printErrorDocs(CODES), 'docs/errors.md is old: run node scripts/error-docs.ts');
  });

  it('documents the shares of memory as they are cut', () => {
    const page = readText('docs/memory.md');
    assert.equal(page, withShares(page), 'docs/memory.md is old: run node scripts/memory-docs.ts');
  });

  it('depends on exact versions, and keeps registry addresses out of the lock', () => {
    const all = JSON.parse(readText('package.json')) as Record<string, Record<string, string>>;
    const kinds = ['dependencies', 'optionalDependencies', 'devDependencies'];
    const loose = kinds.flatMap((kind) => Object.entries(all[kind] ?? {}).filter(([, v]) => !/^\d/.test(v)));
    assert.deepEqual(loose, []);
    assert.ok(!readText('package-lock.json').includes('"resolved": "http'));
  });
});
