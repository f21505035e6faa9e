// The pages are true: their links lead somewhere, and the commands of README.md run.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const root = join(import.meta.dirname, '..');
const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/memory.md', 'docs/glossary.md'];

describe('the pages', () => {
  for (const page of pages) {
    it(`${page}: links and named files exist`, () => {
      const text = readFileSync(join(root, page), 'utf8');
      const links = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, link]) =>
        join(page, '..', link as string),
      );
      const named = [...text.matchAll(/`((?:src|scripts|docs|test|bench|bin)\/[\w./-]+\.\w+)`/g)];
      const missing = [...links, ...named.map(([, path]) => path as string)].filter(
        (path) => !existsSync(join(root, path)) && path !== 'bench/RESULTS.md',
      );
      assert.deepEqual(missing, []);
    });
  }

  it('README.md: every command runs on the example', () => {
    const text = readFileSync(join(root, 'README.md'), 'utf8');
    const commands = text.match(/^bin\/spillway .*$/gm) ?? [];
    assert.ok(commands.length >= 5);
    for (const command of commands) {
      const here = command.replaceAll('/data/warehouse', 'example/warehouse');
      const run = spawnSync('/bin/sh', ['-c', here], { cwd: root, encoding: 'utf8', timeout: 300_000 });
      assert.deepEqual([run.status, run.stderr], [0, ''], here);
      assert.notEqual(run.stdout, '', here);
    }
  });
});
