import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { loadZstd, loadZstdDeflate } from './zstd-native.ts';

describe('zstd of Node', async () => {
  const inflate = await loadZstd();
  const deflate = await loadZstdDeflate();

  it('deflates many pages at a time, at every level', async () => {
    assert.ok(deflate !== undefined);
    const pages = Array.from({ length: 40 }, (_, i) => Buffer.alloc(200 + i * 1000, `page ${i} `));
    const deflated = await Promise.all(
      pages.map(async (page, i) => {
        const into = new Uint8Array(page.length + 1024);
        return into.subarray(0, await deflate(page, into, 1 + (i % 19)));
      }),
    );
    for (const [i, frame] of deflated.entries()) assert.deepEqual(zstdDecompressSync(frame), pages[i]);
  });

  it('is there, and passes its self-test', () => {
    assert.ok(inflate !== undefined);
  });

  it('inflates several frames, and many pages at a time', async () => {
    assert.ok(inflate !== undefined);
    const pages = Array.from({ length: 40 }, (_, i) => Buffer.alloc(1 + i * 1000, `page ${i} `));
    const inflated = await Promise.all(
      pages.map(async (page) => {
        const half = page.length >> 1;
        const frames = [page.subarray(0, half), page.subarray(half)].map((part) => zstdCompressSync(part));
        const into = new Uint8Array(page.length + 10);
        const made = await inflate(Buffer.concat(frames), into);
        return into.subarray(0, made);
      }),
    );
    for (const [i, page] of inflated.entries()) assert.deepEqual(Buffer.from(page), pages[i]);
  });

  it('says of every changed byte that it is wrong, or makes as much as fits', async () => {
    assert.ok(inflate !== undefined);
    const frame = zstdCompressSync(Buffer.alloc(5000, 'some words, some words and others; '));
    for (let at = 0; at < frame.length; at++) {
      const changed = Uint8Array.from(frame);
      changed[at] = (changed[at] as number) ^ 0x41;
      const into = new Uint8Array(5000);
      const made = await inflate(changed, into);
      assert.ok(made >= -1 && made <= 5000, `${made}`);
    }
  });
});
