// What is synced, and when: the table of docs/durability.md.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { LakeError } from '../base/index.ts';
import { LocalStore } from './local-store.ts';
import { CHANGING_STEPS, type Step } from './steps.ts';

const bytes = new Uint8Array([1, 2, 3]);

describe('LocalStore syncs', { skip: process.platform === 'win32' }, () => {
  let root = '';
  /** Of each step that changes something: its name and path; of a sync, whether `watched` was there. */
  const steps: string[] = [];
  let watched = '';
  let fail: { readonly step: Step; readonly code: string } | undefined;
  const store = new LocalStore({
    before: (step, path) => {
      if (!CHANGING_STEPS.includes(step as never)) return undefined;
      const seen = step.startsWith('fsync')
        ? existsSync(watched)
          ? ', it is there'
          : ', it is not there'
        : '';
      steps.push(`${step} ${relative(root, path) || '.'}${seen}`);
      const failing = fail;
      if (failing?.step !== step) return undefined;
      return () => Promise.reject(Object.assign(new Error(failing.code), { code: failing.code }));
    },
  });

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'spillway-durability-'));
  });
  afterEach(() => {
    steps.length = 0;
    fail = undefined;
  });
  after(() => rm(root, { recursive: true }));

  const watch = (name: string): string => {
    watched = join(root, name);
    return watched;
  };

  it('a published file before it has its name, and its directory after', async () => {
    await store.publish(watch('published'), bytes);
    assert.deepEqual(steps, [
      'create published',
      'write published',
      'fsync published, it is not there',
      'link published',
      'unlink-temporary published',
      'fsync-names ., it is there',
    ]);
  });

  it('a created file, but not its directory', async () => {
    await store.create(watch('created'), bytes);
    assert.deepEqual(steps, ['create created', 'write created', 'fsync created, it is there']);
  });

  it('no hint', async () => {
    await store.writeHint(watch('LATEST'), '1');
    assert.deepEqual(steps, ['create LATEST', 'write LATEST', 'rename LATEST']);
  });

  it('a hint that shall be durable: before it has its name, and its directory after', async () => {
    await store.writeHint(watch('consumer'), '1', { durable: true });
    assert.deepEqual(steps, [
      'create consumer',
      'write consumer',
      'fsync consumer, it is not there',
      'rename consumer',
      'fsync-names ., it is there',
    ]);
  });

  it('a file of somebody else and its directory', async () => {
    await writeFile(watch('foreign'), bytes);
    await store.sync(watched);
    assert.deepEqual(steps, ['fsync foreign, it is there', 'fsync-names ., it is there']);
  });

  it('the parent of every new directory', async () => {
    await store.makeDirectory(watch('a/b/c'));
    const there = ', it is there';
    const wanted = [
      'mkdir a/b/c',
      `fsync-names a/b${there}`,
      `fsync-names a${there}`,
      `fsync-names .${there}`,
    ];
    assert.deepEqual(steps, wanted);
  });

  it('both parents of what has another name, and the parent of a tree that is gone', async () => {
    await mkdir(join(root, 'x/t'), { recursive: true });
    await mkdir(join(root, 'y'));
    await store.rename(join(root, 'x/t'), watch('y/t'));
    assert.deepEqual(steps, ['rename y/t', 'fsync-names y, it is there', 'fsync-names x, it is there']);
    steps.length = 0;
    await store.removeTree(watched);
    assert.deepEqual(steps, ['remove-tree y/t', 'fsync-names y, it is not there']);
  });

  for (const [step, code, expected, left] of [
    ['create', 'EACCES', 'FILE_DENIED', []],
    ['write', 'ENOSPC', 'DISK_EXHAUSTED', []],
    ['write', 'EFBIG', 'LIMIT_EXCEEDED', []],
    ['fsync', 'EIO', 'SYNC_FAILED', []],
    ['fsync', 'ENOSPC', 'SYNC_FAILED', []],
    ['link', 'EIO', 'STORE_UNAVAILABLE', []],
    ['link', 'EROFS', 'FILE_DENIED', []],
    // Whole and visible: the error says that it may not stay.
    ['fsync-names', 'EIO', 'SYNC_FAILED', ['x']],
    // A name that could not be removed is an orphan; the file is published.
    ['unlink-temporary', 'EIO', undefined, ['.x.', 'x']],
  ] as const) {
    it(`or tells: publishing where ${step} fails with ${code}`, async () => {
      const directory = join(root, `${step}-${code}`);
      await mkdir(directory);
      fail = { step, code };
      const work = store.publish(watch(`${step}-${code}/x`), bytes);
      if (expected === undefined) assert.equal(await work, true);
      else {
        await assert.rejects(
          work,
          (e) => e instanceof LakeError && e.code === expected && e.message.includes(directory),
        );
      }
      assert.deepEqual(
        readdirSync(directory).map((name) => name.slice(0, 3)),
        left,
      );
    });
  }
});
