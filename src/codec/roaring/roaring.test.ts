import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeRoaring, encodeRoaring, type RoaringBitmap, roaringOf, uniteRoaring } from './bitmap.ts';
import { decodeRoaringMap } from './bitmap64-map.ts';

function valuesOf(bitmap: { forEach(visit: (value: number) => void): void }): readonly number[] {
  const values: number[] = [];
  bitmap.forEach((value) => {
    values.push(value);
  });
  return values;
}

function range(from: number, to: number, step = 1): readonly number[] {
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step);
}

const SETS: Readonly<Record<string, readonly number[]>> = {
  empty: [],
  'one value': [4294967295],
  'an array': range(5, 4000, 7),
  'a bitmap': range(0, 65536, 3),
  'a run': range(100, 60000),
  'a full container': range(65536, 131072),
  'many containers of all forms': [
    ...range(0, 40, 5),
    ...range(65536, 131072),
    ...range(131072, 196608, 2),
    ...range(262144, 262150),
    ...range(0xffff0000, 0xffff0100, 31),
  ],
};

describe('roaring bitmaps', () => {
  for (const [name, values] of Object.entries(SETS)) {
    it(`keeps ${name}`, () => {
      const bytes = encodeRoaring(roaringOf(values));
      const { bitmap, end } = decodeRoaring(Buffer.concat([Buffer.from(bytes), Buffer.alloc(9)]), 'f');
      assert.equal(end, bytes.length);
      assert.deepEqual(valuesOf(bitmap), values);
      assert.equal(bitmap.cardinality, values.length);
      checkHas(bitmap, values);
    });
  }

  it('unites as sets do', () => {
    for (const a of Object.values(SETS)) {
      for (const b of Object.values(SETS)) {
        const united = [...new Set([...a, ...b])].sort((x, y) => x - y);
        assert.ok(valuesOf(uniteRoaring(roaringOf(a), roaringOf(b))).join() === united.join());
      }
    }
  });

  it('decodes the portable format byte for byte', () => {
    // Cookie 12346, one container: key 2, three values 1, 5, 65535 at offset 16.
    const array = Buffer.from('3a300000' + '01000000' + '02000200' + '10000000' + '01000500ffff', 'hex');
    assert.deepEqual(valuesOf(decodeRoaring(array, 'f').bitmap), [131073, 131077, 196607]);
    // Cookie 12347, one container of runs: key 0, 6 values: 10 and 2 further, 20 and 2 further. No offsets.
    const runs = Buffer.from('3b300000' + '01' + '00000500' + '0200' + '0a000200' + '14000200', 'hex');
    assert.deepEqual(valuesOf(decodeRoaring(runs, 'f').bitmap), [10, 11, 12, 20, 21, 22]);
  });

  it('refuses what does not hold together, naming the file and the byte', () => {
    const bad: Readonly<Record<string, string>> = {
      'nothing at all': '',
      'another cookie': '39300000' + '01000000',
      'more containers than there are keys': '3a300000' + '01000100',
      'containers beyond the bytes': '3a300000' + '00000100',
      'keys out of order':
        '3a300000' + '02000000' + '02000000' + '01000000' + '18000000' + '1a000000' + '01000100',
      'values out of order': '3a300000' + '01000000' + '00000100' + '10000000' + '05000100',
      'another offset': '3a300000' + '01000000' + '00000000' + '11000000' + '0100',
      'overlapping runs': '3b300000' + '01' + '00000500' + '0200' + '0a000200' + '0b000200',
      'runs of another number of values': '3b300000' + '01' + '00000600' + '0200' + '0a000200' + '14000200',
      'a run beyond 65535': '3b300000' + '01' + '00000200' + '0100' + 'feff0200',
    };
    for (const [name, hex] of Object.entries(bad)) {
      const decode = (): unknown => decodeRoaring(Buffer.from(hex, 'hex'), 'index-1', 1000);
      assert.throws(decode, { kind: 'corrupt', message: /^index-1 at byte 10\d\d: / }, name);
    }
  });

  it('decodes maps of bitmaps as 64-bit sets', () => {
    const low = Buffer.from(encodeRoaring(roaringOf([3, 4, 70000])));
    const high = Buffer.from(encodeRoaring(roaringOf([0, 4294967295])));
    const map = Buffer.concat([
      Buffer.from('0200000000000000' + '00000000', 'hex'),
      low,
      Buffer.from('05000000', 'hex'),
      high,
    ]);
    const { bitmap, end } = decodeRoaringMap(map, 'f');
    assert.equal(end, map.length);
    const base = 5 * 2 ** 32;
    assert.deepEqual(valuesOf(bitmap), [3, 4, 70000, base, base + 4294967295]);
    assert.equal(bitmap.cardinality, 5);
    assert.ok(bitmap.has(base) && bitmap.has(70000) && !bitmap.has(base + 1) && !bitmap.has(2 ** 40));
    for (const hex of ['ffffffffffffffff', 'ffffff0000000000', '01000000000000000000200000']) {
      assert.throws(() => decodeRoaringMap(Buffer.from(hex, 'hex'), 'f'), { kind: 'corrupt' });
    }
  });

  it('takes ascending values only', () => {
    for (const values of [[2, 1], [1, 1], [-1], [0.5], [2 ** 32]]) {
      assert.throws(() => roaringOf(values), { kind: 'invalid' });
    }
  });
});

function checkHas(bitmap: RoaringBitmap, values: readonly number[]): void {
  const set = new Set(values);
  for (const value of [...values.slice(0, 200), ...values.slice(-200)]) {
    for (const near of [value - 1, value, value + 1])
      assert.equal(bitmap.has(near), set.has(near), String(near));
  }
  for (const never of [-1, 0.5, 2 ** 32, Number.NaN]) assert.equal(bitmap.has(never), false);
}
