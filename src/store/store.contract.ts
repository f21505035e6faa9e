// What every Store must do. Test files call it with a way to make a store that holds given files.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ErrorCode, LakeError } from '../base/index.ts';
import type { Store, StoreEntry } from './store.ts';

const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);
const WIDE = { bytesMax: 1000 };

/** A store that holds these files (relative path to content) below `root`. */
export type MakeStore = (
  files: Readonly<Record<string, string>>,
) => Promise<{ readonly store: Store; readonly root: string } & AsyncDisposable>;

export function storeContract(name: string, make: MakeStore): void {
  readContract(name, make);
  writeContract(name, make);
}

function readContract(name: string, make: MakeStore): void {
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

function writeContract(name: string, make: MakeStore): void {
  describe(`${name} keeps the contract of Store for writing`, () => {
    it('publishes a file once and never over another', async () => {
      await using made = await make({});
      const { store, root } = made;
      const path = `${root}/a/b/x`;
      assert.equal(await store.publish(path, bytes('first')), true);
      assert.equal(await store.publish(path, bytes('second')), false);
      assert.equal(await store.publish(`${root}/a/b`, bytes('over a directory')), false);
      assert.equal(text(await store.readFile(path, WIDE)), 'first');
      assert.deepEqual(await sorted(store.list(`${root}/a/b`)), [{ name: 'x', kind: 'file' }]);
      await fails(store.publish(`${path}/below`, bytes('')), 'FILE_MISSING');
    });

    it('lets one of many publishers win, and shows its bytes whole', async () => {
      await using made = await make({});
      const { store, root } = made;
      const contents = Array.from({ length: 20 }, (_, i) => String(i).repeat(40));
      const won = await Promise.all(contents.map((content) => store.publish(`${root}/x`, bytes(content))));
      assert.equal(won.filter(Boolean).length, 1);
      assert.equal(text(await store.readFile(`${root}/x`, WIDE)), contents[won.indexOf(true)]);
      assert.equal((await sorted(store.list(root))).length, 1);
    });

    it('keeps no hold of the bytes it was given', async () => {
      await using made = await make({});
      const given = bytes('hello');
      await made.store.publish(`${made.root}/x`, given);
      given.fill(0);
      assert.equal(text(await made.store.readFile(`${made.root}/x`, WIDE)), 'hello');
    });

    it('publishes only after what has to be done before', async () => {
      await using made = await make({});
      const { store, root } = made;
      const path = `${root}/a/x`;
      const given = bytes('hello');
      const after = async (): Promise<void> => {
        given.fill(0);
        assert.equal(await store.exists(path), false);
      };
      assert.equal(await store.publish(path, given.slice(), { after }), true);
      assert.equal(await store.publish(path, given, { after: () => assert.fail() }), false);
      const failing = () => Promise.reject(new LakeError('SYNC_FAILED', 'x'));
      await fails(store.publish(`${root}/a/y`, given, { after: failing }), 'SYNC_FAILED');
      assert.deepEqual(await sorted(store.list(`${root}/a`)), [{ name: 'x', kind: 'file' }]);
      assert.equal(text(await store.readFile(path, WIDE)), 'hello');
    });

    it('creates a file once, and makes its name durable when asked', async () => {
      await using made = await make({});
      const { store, root } = made;
      assert.equal(await store.create(`${root}/a/b/x`, bytes('first')), true);
      assert.equal(await store.create(`${root}/a/b/x`, bytes('second')), false);
      assert.equal(await store.create(`${root}/a/b`, bytes('over a directory')), false);
      await store.syncNames(`${root}/a/b`);
      assert.equal(text(await store.readFile(`${root}/a/b/x`, WIDE)), 'first');
      await fails(store.create(`${root}/a/b/x/below`, bytes('')), 'FILE_MISSING');
      await fails(store.syncNames(`${root}/none`), 'FILE_MISSING', 'none');
    });

    it('fills a new file part by part, whatever their sizes', async () => {
      await using made = await make({ x: 'hello' });
      const { store, root } = made;
      const path = `${root}/a/b/new`;
      const part = Uint8Array.from({ length: 700_000 }, (_, i) => i % 251);
      const huge = Uint8Array.from({ length: 3_000_000 }, (_, i) => i % 241);
      const sizes: number[] = [];
      {
        await using output = await store.openNew(path);
        for (const parts of [[], [bytes('head')], [part, part, part], [huge, bytes('tail')]]) {
          await output.append(parts);
          sizes.push(output.size);
        }
        await output.finish();
        await fails(output.append([part]), 'CLOSED');
      }
      assert.deepEqual(sizes, [0, 4, 2_100_004, 5_100_008]);
      const all = Buffer.concat([bytes('head'), part, part, part, huge, bytes('tail')]);
      assert.ok(all.equals(await store.readFile(path, { bytesMax: all.length })));
      await fails(store.openNew(`${root}/x`), 'STORE_UNAVAILABLE');
      assert.equal(text(await store.readFile(`${root}/x`, WIDE)), 'hello');
    });

    it('removes a new file that was not finished', async () => {
      await using made = await make({});
      const { store, root } = made;
      {
        await using output = await store.openNew(`${root}/a/new`);
        await output.append([bytes('some')]);
      }
      assert.equal(await store.exists(`${root}/a/new`), false);
    });

    it('replaces hints', async () => {
      await using made = await make({});
      const { store, root } = made;
      await store.writeHint(`${root}/snapshot/LATEST`, '1');
      await store.writeHint(`${root}/snapshot/LATEST`, '22');
      assert.equal(text(await store.readFile(`${root}/snapshot/LATEST`, WIDE)), '22');
      assert.deepEqual(await sorted(store.list(`${root}/snapshot`)), [{ name: 'LATEST', kind: 'file' }]);
    });

    it('syncs what is there and names what is missing', async () => {
      await using made = await make({ 'a/x': '1' });
      await made.store.sync(`${made.root}/a/x`);
      await fails(made.store.sync(`${made.root}/a/y`), 'FILE_MISSING', 'a/y');
      await fails(made.store.sync(`${made.root}/a`), 'FILE_MISSING', 'is not a file');
    });

    it('removes files, not directories, and says whether there was one', async () => {
      await using made = await make({ 'a/x': '1' });
      const { store, root } = made;
      await fails(store.remove(`${root}/a`), 'FILE_MISSING', 'is not a file');
      assert.equal(await store.remove(`${root}/a/x`), true);
      assert.equal(await store.remove(`${root}/a/x`), false);
      assert.equal(await store.remove(`${root}/none/x`), false);
      assert.equal((await store.stat(`${root}/a`))?.kind, 'directory');
    });

    it('removes trees, not files', async () => {
      await using made = await make({ 'a/b/x': '1', 'a/y': '2', 'ab/z': '3', f: '4' });
      const { store, root } = made;
      assert.equal(await store.removeTree(`${root}/a`), true);
      assert.equal(await store.removeTree(`${root}/a`), false);
      await fails(store.removeTree(`${root}/f`), 'ARGUMENT_INVALID');
      assert.deepEqual(await sorted(store.list(root)), [
        { name: 'ab', kind: 'directory' },
        { name: 'f', kind: 'file' },
      ]);
    });

    it('removes directories with nothing in them', async () => {
      await using made = await make({ 'a/b/x': '1', f: '4' });
      const { store, root } = made;
      assert.equal(await store.removeDirectory(`${root}/a/b`), false);
      await store.remove(`${root}/a/b/x`);
      assert.equal(await store.removeDirectory(`${root}/a`), false);
      assert.equal(await store.removeDirectory(`${root}/a/b`), true);
      assert.equal(await store.removeDirectory(`${root}/a/b`), false);
      assert.equal(await store.removeDirectory(`${root}/f`), false);
      assert.equal(await store.removeDirectory(`${root}/a`), true);
      assert.deepEqual(await sorted(store.list(root)), [{ name: 'f', kind: 'file' }]);
    });

    it('makes directories and those above', async () => {
      await using made = await make({ f: '1' });
      const { store, root } = made;
      assert.equal(await store.makeDirectory(`${root}/a/b`), true);
      assert.equal(await store.makeDirectory(`${root}/a/b`), false);
      assert.equal(await store.makeDirectory(`${root}/a`), false);
      assert.deepEqual(await sorted(store.list(`${root}/a`)), [{ name: 'b', kind: 'directory' }]);
      await fails(store.makeDirectory(`${root}/f/b`), 'FILE_MISSING');
    });

    it('renames files and directories, never onto a name that is taken', async () => {
      await using made = await make({ 'a/x': '1', 'b/y': '2', f: '3' });
      const { store, root } = made;
      for (const to of ['b', 'f']) assert.equal(await store.rename(`${root}/a`, `${root}/${to}`), false);
      for (const to of ['b', 'a/x']) assert.equal(await store.rename(`${root}/f`, `${root}/${to}`), false);
      assert.equal(await store.rename(`${root}/a`, `${root}/b/c`), true);
      assert.equal(await store.rename(`${root}/f`, `${root}/g`), true);
      assert.equal(text(await store.readFile(`${root}/b/c/x`, WIDE)), '1');
      assert.equal(text(await store.readFile(`${root}/g`, WIDE)), '3');
      assert.equal(await store.exists(`${root}/a`), false);
      await fails(store.rename(`${root}/a`, `${root}/h`), 'FILE_MISSING');
      await fails(store.rename(`${root}/g`, `${root}/none/h`), 'FILE_MISSING');
    });

    it('writes to absolute paths only', async () => {
      await using made = await make({});
      await fails(made.store.publish('x', bytes('')), 'ARGUMENT_INVALID');
      await fails(made.store.writeHint('x', ''), 'ARGUMENT_INVALID');
      await fails(made.store.removeTree('x'), 'ARGUMENT_INVALID');
      await fails(made.store.rename(`${made.root}/x`, 'y'), 'ARGUMENT_INVALID');
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
