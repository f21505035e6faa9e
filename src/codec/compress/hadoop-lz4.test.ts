import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inflateHadoopLz4 } from './hadoop-lz4.ts';

/** Literals as one block. */
const stored = (text: string): Buffer => {
  const raw = Buffer.from(text);
  return raw.length < 15
    ? Buffer.from([raw.length << 4, ...raw])
    : Buffer.from([0xf0, raw.length - 15, ...raw]);
};
const u32 = (value: number): Buffer => {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value);
  return out;
};
const block = (body: Buffer): Buffer => Buffer.concat([u32(body.length), body]);
const text = (bytes: Uint8Array, size: number): string => {
  const out = inflateHadoopLz4(bytes, size);
  return typeof out === 'string' ? `wrong: ${out}` : Buffer.from(out).toString();
};

describe('LZ4 in frames', () => {
  it('inflates one frame of one block', () => {
    assert.equal(text(Buffer.concat([u32(5), block(stored('hello'))]), 5), 'hello');
  });

  it('inflates frames of several blocks, whose matches stay inside their block', () => {
    const match = Buffer.from([0x11, 0x78, 1, 0, 0x10, 0x79]); // x, four more of it and one, y
    const frames = [u32(12), block(stored('hello')), block(match), u32(3), block(stored('end'))];
    assert.equal(text(Buffer.concat(frames), 15), 'helloxxxxxxyend');
    const outside = Buffer.from([0x11, 0x78, 2, 0, 0x10, 0x79]);
    const bad = Buffer.concat([u32(12), block(stored('hello')), block(outside)]);
    assert.match(text(bad, 12), /^wrong: .*match offset/);
  });

  it('inflates a raw block without frames, as Arrow wrote it before 2020', () => {
    assert.equal(text(stored('a text of thirty and some bytes'), 31), 'a text of thirty and some bytes');
  });

  it('takes an empty page in any of its forms', () => {
    assert.equal(text(Buffer.alloc(0), 0), '');
    assert.equal(text(Buffer.alloc(1), 0), '');
    assert.equal(text(Buffer.alloc(8), 0), '');
  });

  it('says what is wrong, and makes no more than it should', () => {
    assert.match(
      text(Buffer.concat([u32(5), block(stored('hello'))]), 4),
      /^wrong: .*frame of 5 bytes where 4/,
    );
    assert.match(text(Buffer.concat([u32(5), block(stored('hello'))]), 6), /^wrong: .*end 1 bytes early/);
    assert.match(text(Buffer.concat([u32(4), block(stored('hello'))]), 4), /^wrong: .*more than 4 bytes/);
    assert.match(text(Buffer.concat([u32(5), u32(90), stored('hello')]), 5), /^wrong: .*block ends early/);
    assert.match(text(Buffer.from([0, 0, 0]), 5), /^wrong: .*frame ends early/);
    assert.match(text(stored('hello'), 4), /^wrong: .*more than 4 bytes/);
  });
});
