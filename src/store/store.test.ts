import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { LakeError } from '../base/index.ts';
import { fileError } from './failures.ts';
import { LocalStore } from './local-store.ts';
import { MemoryStore } from './memory-store.ts';
import { type MakeStore, storeContract } from './store.contract.ts';

const makeLocal: MakeStore = async (files) => {
  const root = await mkdtemp(join(tmpdir(), 'spillway-store-'));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return {
    store: new LocalStore(),
    root,
    [Symbol.asyncDispose]: async () => await rm(root, { recursive: true, force: true }),
  };
};

const makeMemory: MakeStore = async (files) => {
  const store = new MemoryStore();
  for (const [path, content] of Object.entries(files)) store.put(`/lake/${path}`, content);
  return { store, root: '/lake', [Symbol.asyncDispose]: async () => {} };
};

storeContract('LocalStore', makeLocal);
storeContract('MemoryStore', makeMemory);

describe('LocalStore', () => {
  it('follows links and shows what they lead to', async () => {
    await using made = await makeLocal({ 'a/x': 'hello' });
    await symlink(join(made.root, 'a'), join(made.root, 'dir'));
    await symlink(join(made.root, 'a/x'), join(made.root, 'file'));
    await symlink(join(made.root, 'gone'), join(made.root, 'broken'));
    const entries = await Array.fromAsync(made.store.list(made.root, { sizes: true }));
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    assert.deepEqual(entries, [
      { name: 'a', kind: 'directory' },
      { name: 'dir', kind: 'directory' },
      { name: 'file', kind: 'file', size: 5 },
    ]);
    assert.equal((await made.store.readFile(join(made.root, 'file'), { bytesMax: 9 })).length, 5);
  });

  it('does not wait on a pipe', { skip: process.platform === 'win32' }, async () => {
    await using made = await makeLocal({});
    const pipe = join(made.root, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await assert.rejects(made.store.open(pipe), /is not a file/);
    assert.deepEqual(await Array.fromAsync(made.store.list(made.root)), [{ name: 'pipe', kind: 'other' }]);
  });

  it('reports a file it may not read', { skip: process.getuid?.() === 0 }, async () => {
    await using made = await makeLocal({ x: '1' });
    await chmod(join(made.root, 'x'), 0);
    await assert.rejects(
      made.store.open(join(made.root, 'x')),
      (e) => e instanceof LakeError && e.code === 'FILE_DENIED',
    );
  });

  it('maps the errors of the file system', () => {
    const mapped = ['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM', 'EIO', 'EMFILE'].map(
      (code) => fileError('/x', Object.assign(new Error(code), { code })).code,
    );
    const missing = ['FILE_MISSING', 'FILE_MISSING', 'FILE_MISSING'];
    assert.deepEqual(mapped, [
      ...missing,
      'FILE_DENIED',
      'FILE_DENIED',
      'STORE_UNAVAILABLE',
      'STORE_UNAVAILABLE',
    ]);
  });
});
