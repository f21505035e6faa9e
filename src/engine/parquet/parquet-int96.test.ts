import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { LakeError } from '../../base/index.ts';
import { decodeParquetFooter } from '../../codec/index.ts';
import { goldenFiles } from '../engine-fixture.ts';
import { int96Leaves, withInt96AsBytes } from './parquet-int96.ts';

const { paths, fields } = await goldenFiles('types_append_parquet');
const file = await readFile(paths[0] as string);
const length = file.readUInt32LE(file.length - 8);
const bytes = Uint8Array.from(file.subarray(file.length - 8 - length, file.length - 8));

describe('Parquet footer', () => {
  it('names the columns and leaves of what Java wrote', () => {
    const footer = decodeParquetFooter(bytes, 'f');
    assert.deepEqual(
      footer.columns,
      fields.map((f) => f.name),
    );
    const paths = footer.leaves.map((leaf) => leaf.path.join('.'));
    assert.ok(paths.includes('c_row.b') && paths.includes('c_map.key_value.key'), paths.join(' '));
    assert.equal(footer.chunks.length, footer.leaves.length, 'one row group: one chunk a leaf');
    for (const chunk of footer.chunks)
      assert.ok(chunk.start >= 4 && chunk.start + chunk.length <= file.length);
  });

  it('turns INT96 into 12-byte binaries and changes nothing else', () => {
    const footer = decodeParquetFooter(bytes, 'f');
    const leaves = int96Leaves(footer, new Set(['c_ts9']));
    assert.deepEqual(
      leaves.map((l) => [l.path, l.type]),
      [[['c_ts9'], 3]],
    );
    const changed = decodeParquetFooter(withInt96AsBytes(footer, leaves), 'f');
    assert.deepEqual(int96Leaves(changed, new Set(['c_ts9'])), []);
    const leaf = changed.leaves.find((l) => l.path[0] === 'c_ts9');
    assert.equal(leaf?.type, 7);
    assert.ok(leaf?.lengthAt !== undefined);
    // zigzag(12) = 24
    assert.equal(changed.bytes[leaf.lengthAt], 24);
    const plain = (f: typeof footer) =>
      f.leaves.filter((l) => l.path[0] !== 'c_ts9').map((l) => [l.path, l.type]);
    assert.deepEqual(plain(changed), plain(footer));
    assert.deepEqual(
      changed.chunks.map((c) => [c.path, c.start, c.length]),
      footer.chunks.map((c) => [c.path, c.start, c.length]),
    );
    assert.deepEqual(withInt96AsBytes(changed, []), changed.bytes);
  });

  it('sets a length that is already there', () => {
    const footer = decodeParquetFooter(bytes, 'f');
    const once = decodeParquetFooter(withInt96AsBytes(footer, int96Leaves(footer, new Set(['c_ts9']))), 'f');
    const leaf = once.leaves.filter((l) => l.path[0] === 'c_ts9');
    assert.deepEqual(withInt96AsBytes(once, leaf), once.bytes);
  });

  it('refuses damaged bytes with an error that names the file, never otherwise', () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
    let state = seed;
    const random = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return Math.floor((state / 4294967296) * below);
    };
    for (let round = 0; round < 3000; round++) {
      const damaged = bytes.slice(0, round % 3 === 0 ? random(bytes.length) : bytes.length);
      for (let i = random(4); i >= 0 && damaged.length > 0; i--)
        damaged[random(damaged.length)] = random(256);
      try {
        const footer = decodeParquetFooter(damaged, 'f');
        withInt96AsBytes(footer, int96Leaves(footer, new Set(footer.columns)));
      } catch (error) {
        assert.ok(error instanceof LakeError && error.kind === 'corrupt', `SEED=${seed}: ${error}`);
        assert.match(error.message, /^f/);
      }
    }
  });
});
