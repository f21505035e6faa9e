import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

const directory = mkdtempSync(join(tmpdir(), 'spillway-memo-'));
after(() => rmSync(directory, { recursive: true, force: true }));

const SCRIPT = `
  const { openEngine } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
  const engine = await openEngine({ memoryBytes: 64 << 20, tempDirectory: ${JSON.stringify(directory)} });
  console.log(engine.native);
  await engine[Symbol.asyncDispose]();
`;

function open(cache: string | undefined): string {
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', SCRIPT], {
    env: cache === undefined ? env : { ...env, NODE_COMPILE_CACHE: cache },
    encoding: 'utf8',
  });
  assert.equal(run.status, 0, run.stderr);
  return run.stdout.trim();
}

function memos(cache: string): string[] {
  return readdirSync(cache, { recursive: true })
    .map(String)
    .filter((name) => name.includes('native-bridge-'));
}

describe('the memo of the native self-test', () => {
  it('is kept beside compiled code, and believed only as it was written', () => {
    const cache = join(directory, 'cache');
    const first = open(cache);
    if (first !== 'true') return; // This platform has no native bridge: nothing is remembered.
    const [memo, ...more] = memos(cache);
    assert.ok(memo !== undefined && more.length === 0);
    assert.equal(readFileSync(join(cache, memo), 'utf8'), 'passed\n');
    assert.equal(open(cache), 'true');
    writeFileSync(join(cache, memo), 'something else\n');
    assert.equal(open(cache), 'true');
    assert.equal(readFileSync(join(cache, memo), 'utf8'), 'passed\n');
  });

  it('is not kept where there is no such place', () => {
    const first = open(undefined);
    assert.equal(first, open(undefined));
  });
});
