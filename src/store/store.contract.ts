// What every Store must do. Test files call it with a way to make a store that holds given files.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ErrorCode, LakeError } from '../base/index.ts';
import type { Store, StoreEntry } from './store.ts';

/** A store that holds these files (relative path to content) below `root`. */
export type MakeStore = (
  files: Readonly<Record<string, string>>,
) => Promise<{ readonly store: Store; readonly root: string } & AsyncDisposable>;

export function storeContract(name: string, make: MakeStore): void {
  describe(`${name} keeps the contract of Store`, () => {
    it('lists names and kinds of one level, with sizes only when asked', async () => {
      await using made = await make({ 'a/x': 'hello', 'a/b/y': '1', z: '' });
      const { store, root } = made;
      assert.deepEqual(await sorted(store.list(root)), [
        { name: 'a', kind: 'directory' },
        { name: 'z', kind: 'file' },
      ]);
      assert.deepEqual(await sorted(store.list(`${root}/a`, { sizes: true })), [
        { name: 'b', kind: 'directory' },
        { name: 'x', kind: 'file', size: 5 },
      ]);
    });

    it('lists nothing where there is no directory', async () => {
      await using made = await make({ f: '1' });
      assert.deepEqual(await sorted(made.store.list(`${made.root}/nope`)), []);
    });

    it('stops listing when the caller does', async () => {
      await using made = await make(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`f${i}`, ''])));
      let count = 0;
      for await (const _ of made.store.list(made.root)) if (++count === 3) break;
      assert.equal(count, 3);
      assert.equal((await sorted(made.store.list(made.root))).length, 500);
    });

    it('says what is at a path', async () => {
      await using made = await make({ 'a/x': 'hello' });
      const { store, root } = made;
      const found = await store.stat(`${root}/a/x`);
      assert.equal(found?.kind, 'file');
      assert.equal(found.size, 5);
      assert.ok(Number.isSafeInteger(found.modifiedMs));
      assert.equal((await store.stat(`${root}/a`))?.kind, 'directory');
      assert.equal(await store.stat(`${root}/b`), undefined);
      assert.equal(await store.stat(`${root}/a/x/below-a-file`), undefined);
      assert.equal(await store.exists(`${root}/a/x`), true);
      assert.equal(await store.exists(`${root}/b`), false);
    });

    it('reads whole files up to a maximum', async () => {
      await using made = await make({ x: 'hello', empty: '' });
      const { store, root } = made;
      assert.equal(text(await store.readFile(`${root}/x`, { bytesMax: 5 })), 'hello');
      assert.equal((await store.readFile(`${root}/empty`, { bytesMax: 0 })).length, 0);
      await fails(store.readFile(`${root}/x`, { bytesMax: 4 }), 'LIMIT_EXCEEDED');
    });

    it('reads at any position and hands out arrays the caller owns', async () => {
      await using made = await make({ x: 'hello world' });
      await using file = await made.store.open(`${made.root}/x`);
      assert.equal(file.size, 11);
      const first = await file.read(6, 5);
      assert.equal(text(first), 'world');
      first.fill(0);
      assert.equal(text(await file.read(6, 5)), 'world');
      assert.equal((await file.read(11, 0)).length, 0);
      const both = await Promise.all([file.read(0, 5), file.read(6, 5)]);
      assert.deepEqual(both.map(text), ['hello', 'world']);
    });

    it('refuses ranges beyond the file', async () => {
      await using made = await make({ x: 'hello' });
      await using file = await made.store.open(`${made.root}/x`);
      for (const [offset, length] of [
        [0, 6],
        [6, 0],
        [-1, 1],
        [0, -1],
        [0, 2 ** 40],
        [0.5, 1],
        [Number.NaN, 1],
      ] as const) {
        await fails(file.read(offset, length), 'FILE_CORRUPT');
      }
    });

    it('names what is missing or no file', async () => {
      await using made = await make({ 'a/x': '1' });
      const { store, root } = made;
      await fails(store.open(`${root}/nope`), 'FILE_MISSING', 'nope');
      await fails(store.readFile(`${root}/a`, { bytesMax: 9 }), 'FILE_MISSING', 'is not a file');
    });

    it('takes absolute paths only', async () => {
      await using made = await make({ x: '1' });
      await fails(made.store.open('x'), 'ARGUMENT_INVALID');
      await fails(made.store.stat('./x'), 'ARGUMENT_INVALID');
      await fails(sorted(made.store.list('')), 'ARGUMENT_INVALID');
      await fails(made.store.open(`${made.root}/x\0y`), 'ARGUMENT_INVALID');
    });

    it('refuses reads after closing, and closes twice', async () => {
      await using made = await make({ x: '1' });
      const file = await made.store.open(`${made.root}/x`);
      await file[Symbol.asyncDispose]();
      await file[Symbol.asyncDispose]();
      await fails(file.read(0, 1), 'CLOSED');
    });
  });
}

async function sorted(list: AsyncIterable<StoreEntry>): Promise<StoreEntry[]> {
  const entries = await Array.fromAsync(list);
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

async function fails(work: Promise<unknown>, code: ErrorCode, words = ''): Promise<void> {
  await assert.rejects(work, (e) => e instanceof LakeError && e.code === code && e.message.includes(words));
}
