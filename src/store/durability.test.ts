// What is synced, and when: the table of docs/decisions/0008-publication.md.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { type FileHandle, mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { LakeError } from '../base/index.ts';
import { LocalStore } from './local-store.ts';

const bytes = new Uint8Array([1, 2, 3]);

describe('LocalStore syncs', { skip: process.platform === 'win32' }, () => {
  const store = new LocalStore();
  let root = '';
  let handles: { sync(this: FileHandle): Promise<void> };
  let original: (this: FileHandle) => Promise<void>;
  /** Of each sync: whether it was of a directory, and what `watched` was like. */
  const syncs: string[] = [];
  let watched = '';
  let fail: ((count: number) => boolean) | undefined;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'spillway-durability-'));
    const handle = await open(root, 'r');
    handles = Object.getPrototypeOf(handle);
    await handle.close();
    original = handles.sync;
    handles.sync = async function (this: FileHandle): Promise<void> {
      const kind = (await this.stat()).isDirectory() ? 'directory' : 'file';
      syncs.push(`${kind}, ${existsSync(watched) ? 'there' : 'not there'}`);
      if (fail?.(syncs.length)) throw Object.assign(new Error('EIO'), { code: 'EIO' });
      await original.call(this);
    };
  });
  afterEach(() => {
    syncs.length = 0;
    fail = undefined;
  });
  after(async () => {
    handles.sync = original;
    await rm(root, { recursive: true });
  });

  const watch = (name: string): string => {
    watched = join(root, name);
    return watched;
  };

  it('a published file before it has its name, and its directory after', async () => {
    await store.publish(watch('published'), bytes);
    assert.deepEqual(syncs, ['file, not there', 'directory, there']);
  });

  it('no hint', async () => {
    await store.writeHint(watch('LATEST'), '1');
    assert.deepEqual(syncs, []);
  });

  it('a file of somebody else and its directory', async () => {
    await writeFile(watch('foreign'), bytes);
    await store.sync(watched);
    assert.deepEqual(syncs, ['file, there', 'directory, there']);
  });

  it('the parent of every new directory', async () => {
    await store.makeDirectory(watch('a/b/c'));
    assert.deepEqual(syncs, ['directory, there', 'directory, there', 'directory, there']);
  });

  it('both parents of what has another name, and the parent of a tree that is gone', async () => {
    await mkdir(join(root, 'x/t'), { recursive: true });
    await mkdir(join(root, 'y'));
    await store.rename(join(root, 'x/t'), watch('y/t'));
    assert.deepEqual(syncs, ['directory, there', 'directory, there']);
    syncs.length = 0;
    await store.removeTree(watched);
    assert.deepEqual(syncs, ['directory, not there']);
  });

  it('or leaves nothing behind: no name and no temporary file', async () => {
    await mkdir(join(root, 'failing'));
    fail = (count) => count === 1;
    await assert.rejects(
      store.publish(watch('failing/x'), bytes),
      (e) => e instanceof LakeError && e.code === 'STORE_UNAVAILABLE',
    );
    assert.deepEqual(readdirSync(join(root, 'failing')), []);
    // The directory could not be synced: the file is whole and visible, and the error says so to the caller.
    fail = (count) => count === 3;
    await assert.rejects(store.publish(watched, bytes));
    assert.deepEqual(readdirSync(join(root, 'failing')), ['x']);
    assert.equal((await store.stat(watched))?.size, 3);
  });
});
