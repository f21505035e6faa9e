import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { inflateBrotli, inflateGzip, inflateZstd } from './stream.ts';

const raw = Buffer.from(Array.from({ length: 100_000 }, (_, i) => ((i * i) >> 5) & 63));
const CODECS = [
  { name: 'zstd', deflate: zstdCompressSync, inflate: inflateZstd, members: true },
  { name: 'gzip', deflate: gzipSync, inflate: inflateGzip, members: true },
  { name: 'brotli', deflate: brotliCompressSync, inflate: inflateBrotli, members: false },
];

for (const { name, deflate, inflate, members } of CODECS) {
  describe(`${name} streams`, () => {
    const stream = deflate(raw);

    it('inflate to what was deflated', () => {
      assert.deepEqual(Buffer.from(inflate(stream, raw.length) as Uint8Array), raw);
      assert.equal(inflate(deflate(Buffer.alloc(0)), 0).length, 0);
    });

    it('never make more than asked for, and make less when there is less', () => {
      assert.match(inflate(stream, raw.length - 1) as string, /more than 99999 bytes/);
      assert.equal(inflate(stream, raw.length + 10).length, raw.length);
      const zeros = deflate(Buffer.alloc(30_000_000));
      assert.match(inflate(zeros, 20_000_000) as string, /more than/);
    });

    it('say when they end early or are something else', () => {
      assert.equal(typeof inflate(stream.subarray(0, stream.length - 5), raw.length), 'string');
      assert.equal(typeof inflate(new Uint8Array(0), 10), 'string');
      assert.equal(typeof inflate(raw, raw.length), 'string');
    });

    if (!members) return;
    it('may follow each other', () => {
      const parts = [
        raw.subarray(0, 10),
        raw.subarray(10, 10),
        raw.subarray(10, 70_000),
        raw.subarray(70_000),
      ];
      const together = Buffer.concat(parts.map((part) => deflate(part)));
      assert.deepEqual(Buffer.from(inflate(together, raw.length) as Uint8Array), raw);
      assert.equal(typeof inflate(together, raw.length - 1), 'string');
      assert.equal(typeof inflate(together.subarray(0, -3), raw.length), 'string');
    });
  });
}
