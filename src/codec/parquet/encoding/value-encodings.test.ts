import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bitPackedSize, runsOfBitPacked } from './bit-packed.ts';
import { ByteStreamSplitReader } from './byte-stream-split.ts';
import { BytesSink } from './bytes-sink.ts';
import { DeltaBytesReader, DeltaLengthReader } from './delta-bytes.ts';
import { deltaBinary, fail, randomOf } from './encoding.sample.ts';
import { HybridReader } from './rle-hybrid.ts';

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

function deltaLength(values: readonly Buffer[]): Buffer {
  return Buffer.concat([
    Buffer.from(
      deltaBinary(
        values.map((v) => BigInt(v.length)),
        { bits: 32 },
      ),
    ),
    ...values,
  ]);
}

function deltaBytes(values: readonly Buffer[], before: Buffer = Buffer.alloc(0)): Buffer {
  const prefixes = values.map((value, i) => {
    const last = i === 0 ? before : (values[i - 1] as Buffer);
    let same = 0;
    while (same < Math.min(value.length, last.length) && value[same] === last[same]) same++;
    return same;
  });
  const lengths = Buffer.from(deltaBinary(prefixes.map(BigInt), { bits: 32 }));
  return Buffer.concat([lengths, deltaLength(values.map((v, i) => v.subarray(prefixes[i])))]);
}

function valuesOf(sink: BytesSink): Buffer[] {
  return Array.from({ length: sink.count }, (_, i) =>
    Buffer.from(sink.values.subarray(sink.offsets[i], sink.offsets[i + 1])),
  );
}

/** Values that begin alike. */
function someValues(random: (n: number) => number, count: number): Buffer[] {
  let last = Buffer.alloc(0);
  return Array.from({ length: count }, () => {
    const fresh = Buffer.from(Array.from({ length: random(random(5) === 0 ? 90 : 9) }, () => random(256)));
    last = Buffer.concat([last.subarray(0, random(last.length + 1)), fresh]);
    return last;
  });
}

describe('DELTA_LENGTH_BYTE_ARRAY and DELTA_BYTE_ARRAY', () => {
  it('decode the examples of the specification', () => {
    const words = ['Hello', 'World', 'Foobar', 'ABCDEF'];
    const lengths = Buffer.from(deltaBinary([5n, 5n, 6n, 6n]));
    const sink = new BytesSink(1);
    const page = Buffer.concat([lengths, Buffer.from('HelloWorldFoobarABCDEF')]);
    assert.equal(new DeltaLengthReader(page, fail).readBytes(sink, 4, 1000), 4);
    assert.deepEqual(valuesOf(sink).map(String), words);
    const prefixes = Buffer.from(deltaBinary([0n, 2n, 0n, 3n]));
    const suffixes = Buffer.from(deltaBinary([4n, 2n, 6n, 5n]));
    const other = new BytesSink(0);
    const bytes = Buffer.concat([prefixes, suffixes, Buffer.from('axislebabbleyhood')]);
    assert.equal(new DeltaBytesReader(bytes, fail).readBytes(other, 4, 1000), 4);
    assert.deepEqual(valuesOf(other).map(String), ['axis', 'axle', 'babble', 'babyhood']);
  });

  it(`decode what was encoded, in portions of any size (SEED=${SEED})`, () => {
    const random = randomOf(SEED);
    for (let round = 0; round < 200; round++) {
      const values = someValues(random, random(3000 / (1 + random(100))));
      const before = values[values.length - 1] ?? Buffer.alloc(0);
      const plain = new DeltaLengthReader(deltaLength(values), fail);
      const front = new DeltaBytesReader(deltaBytes(values, before), fail, before);
      const sinks = [new BytesSink(random(50)), new BytesSink(random(50))] as const;
      for (const [i, reader] of [plain, front].entries()) {
        const sink = sinks[i] as BytesSink;
        for (let left = values.length; left > 0; ) {
          const bytesMax = random(2) === 0 ? random(200) : 1e9;
          const { size, count } = sink;
          const read = reader.readBytes(sink, Math.min(left, 1 + random(1500)), bytesMax);
          assert.ok(read > 0 && sink.count === count + read);
          assert.ok(read === 1 || sink.size - size <= bytesMax);
          left -= read;
        }
      }
      assert.deepEqual(valuesOf(sinks[0]), values, `round ${round}`);
      assert.deepEqual(valuesOf(sinks[1]), values, `round ${round}`);
      assert.deepEqual(Buffer.from(front.last), before);
    }
  });

  it('refuse lengths that are negative, too long, or more than there are', () => {
    const read = (lengths: bigint[], data: string, count: number) => () => {
      const page = Buffer.concat([Buffer.from(deltaBinary(lengths, { bits: 32 })), Buffer.from(data)]);
      const reader = new DeltaLengthReader(page, fail);
      for (let left = count; left > 0; ) left -= reader.readBytes(new BytesSink(0), left, 1000);
    };
    assert.throws(read([1n, -1n], 'ab', 2), /negative length/);
    assert.throws(read([2n, 2n], 'abc', 2), /values end early/);
    assert.throws(read([1n, 1n], 'ab', 3), /2 delta values/);
    const front = (prefixes: bigint[], suffixes: bigint[], data: string) => () => {
      const lengths = [...deltaBinary(prefixes, { bits: 32 }), ...deltaBinary(suffixes, { bits: 32 })];
      const page = Buffer.concat([Buffer.from(lengths), Buffer.from(data)]);
      new DeltaBytesReader(page, fail).readBytes(new BytesSink(0), 2, 1000);
    };
    assert.throws(front([1n, 0n], [1n, 1n], 'ab'), /begins with 1 bytes of 0/);
    assert.throws(front([0n, 3n], [2n, 1n], 'abc'), /begins with 3 bytes of 2/);
    assert.throws(front([0n, -1n], [2n, 1n], 'abc'), /begins with -1 bytes/);
    assert.throws(front([0n, 2n ** 31n - 1n], [2n, 1n], 'abc'), /begins with 2147483647 bytes of 2/);
    assert.throws(front([0n, 1n], [2n, 2n], 'abc'), /values end early/);
  });
});

describe('BYTE_STREAM_SPLIT', () => {
  it('decodes the example of the specification', () => {
    const out = new Uint8Array(12);
    new ByteStreamSplitReader(Buffer.from('AA00A3BB11B4CC22C5DD33D6', 'hex'), 4, fail).readFixed(out, 0, 3);
    assert.equal(Buffer.from(out).toString('hex').toUpperCase(), 'AABBCCDD00112233A3B4C5D6');
  });

  it(`decodes values of every width, in portions (SEED=${SEED})`, () => {
    const random = randomOf(SEED + 2);
    for (let width = 1; width <= 20; width++) {
      const count = 1 + random(300);
      const raw = Buffer.from(Array.from({ length: count * width }, () => random(256)));
      const page = Buffer.from(raw.map((_, i) => raw[(i % count) * width + Math.floor(i / count)] as number));
      const reader = new ByteStreamSplitReader(page, width, fail);
      const out = new Uint8Array(raw.length);
      for (let at = 0; at < count; ) {
        const step = Math.min(count - at, 1 + random(80));
        if (random(4) === 0) {
          reader.skip(step);
          out.set(raw.subarray(at * width, (at + step) * width), at * width);
        } else reader.readFixed(out, at, step);
        at += step;
      }
      assert.deepEqual(Buffer.from(out), raw);
      assert.throws(() => reader.skip(1), /end early/);
    }
    assert.throws(() => new ByteStreamSplitReader(new Uint8Array(7), 4, fail), /7 bytes/);
  });
});

describe('BIT_PACKED levels', () => {
  const levels = (bytes: Uint8Array, maximum: number, count: number): number[] => {
    const out = new Uint8Array(count);
    const width = 32 - Math.clz32(maximum);
    new HybridReader(runsOfBitPacked(bytes, maximum, count, fail), width, fail).readBytes(out, 0, count);
    return [...out];
  };

  it('become runs: the example of the specification', () => {
    const bytes = Uint8Array.of(0b00000101, 0b00111001, 0b01110111);
    assert.equal(bitPackedSize(7, 8), 3);
    assert.deepEqual(levels(bytes, 7, 8), [0, 1, 2, 3, 4, 5, 6, 7]);
    // 30 levels of two bits, as the specification counts them.
    assert.equal(bitPackedSize(3, 30), 8);
  });

  it(`become runs, whatever their width (SEED=${SEED})`, () => {
    const random = randomOf(SEED + 3);
    for (let width = 1; width <= 8; width++) {
      const values = Array.from({ length: 1 + random(2000) }, () => random(2 ** width));
      const bits = values.map((v) => v.toString(2).padStart(width, '0')).join('');
      const bytes = bits.match(/.{1,8}/g)?.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)) ?? [];
      const maximum = 2 ** width - 1;
      assert.equal(bitPackedSize(maximum, values.length), bytes.length);
      assert.deepEqual(levels(Uint8Array.from(bytes), maximum, values.length), values);
    }
  });
});
