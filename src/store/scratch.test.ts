import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ScratchFile } from './scratch.ts';

let directory: string;
before(() => {
  directory = mkdtempSync(join(tmpdir(), 'spillway-scratch-'));
});
after(() => rmSync(directory, { recursive: true }));

describe('a scratch file', () => {
  it('gives back what was put at its end, in however many parts', async () => {
    await using file = await ScratchFile.create(directory);
    const parts = Array.from({ length: 3000 }, (_, i) => new Uint8Array(i % 7).fill(i));
    const first = await file.append([Uint8Array.of(1, 2, 3), new Uint8Array(0)]);
    const second = await file.append(parts);
    assert.deepEqual([first, second], [0, 3]);
    const bytes = Buffer.concat(parts);
    assert.equal(file.byteLength, 3 + bytes.length);
    const back = new Uint8Array(bytes.length);
    await file.read(3, back);
    assert.deepEqual(Buffer.from(back), bytes);
    const two = new Uint8Array(2);
    await file.read(1, two);
    assert.deepEqual([...two], [2, 3]);
  });

  it('is not read beyond its end', async () => {
    await using file = await ScratchFile.create(directory);
    await file.append([Uint8Array.of(1, 2, 3)]);
    await assert.rejects(file.read(2, new Uint8Array(5)), { code: 'FILE_CORRUPT' });
  });

  it('has no name while it is open, so that a killed process leaves none', async () => {
    await using file = await ScratchFile.create(directory);
    await file.append([Uint8Array.of(1)]);
    assert.equal(readdirSync(directory).length, process.platform === 'win32' ? 1 : 0);
  });

  it('is gone when it is closed', async () => {
    const file = await ScratchFile.create(directory);
    await file[Symbol.asyncDispose]();
    assert.deepEqual(readdirSync(directory), []);
    await assert.rejects(file.append([Uint8Array.of(1)]), { code: 'STORE_UNAVAILABLE' });
  });

  it('needs its directory', async () => {
    await assert.rejects(ScratchFile.create(join(directory, 'none')), { code: 'FILE_MISSING' });
  });
});
