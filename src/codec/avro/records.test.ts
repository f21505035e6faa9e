import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { crc32, deflateRawSync, zstdCompressSync } from 'node:zlib';
import { inflateSnappy } from '../compress/index.ts';
import { bytesSource } from './container.ts';
import { decodeAvro, type RecordShape, readAvroRecords } from './records.ts';

const GOLDEN = new URL('../../../test/data/golden/', import.meta.url).pathname;
const SYNC = Buffer.from('0123456789abcdef');

/** Avro's zig-zag varint. */
function long(value: bigint | number): Buffer {
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
  const bytes: number[] = [];
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

function bytes(value: string | Uint8Array): Buffer {
  const content = Buffer.from(value as string);
  return Buffer.concat([long(content.length), content]);
}

interface Written {
  readonly schema: unknown;
  readonly blocks: readonly (readonly Buffer[])[];
  readonly codec?: string;
  readonly compress?: (block: Buffer) => Uint8Array;
}

function avroFile({ schema, blocks, codec = 'null', compress = (block) => block }: Written): Buffer {
  const head = [Buffer.from('Obj\u0001'), long(2), bytes('avro.schema'), bytes(JSON.stringify(schema))];
  const parts = [...head, bytes('avro.codec'), bytes(codec), long(0), SYNC];
  for (const records of blocks) {
    const stored = compress(Buffer.concat(records));
    parts.push(long(records.length), long(stored.length), Buffer.from(stored), SYNC);
  }
  return Buffer.concat(parts);
}

function decode(file: Uint8Array, shape: RecordShape): readonly unknown[] {
  const records: unknown[] = [];
  decodeAvro(file, { file: 'f.avro', shape, onRecord: (record) => records.push(record) });
  return records;
}

/** A Snappy block of one literal. */
function snappyLiteral(block: Buffer): Buffer {
  const length: number[] = [];
  let rest = block.length;
  for (; rest >= 0x80; rest >>= 7) length.push((rest & 0x7f) | 0x80);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(block));
  const n = block.length - 1;
  return Buffer.concat([Buffer.from([...length, rest, 61 << 2, n & 0xff, n >> 8]), block, crc]);
}

const record = (name: string, fields: readonly unknown[]) => ({ type: 'record', name, fields });

describe('Avro records', () => {
  const schema = record('r', [
    { name: 'id', type: 'long' },
    { name: 'name', type: ['null', 'string'] },
  ]);
  const rows = [0, 1, 2, 3].map((i) => Buffer.concat([long(i), long(1), bytes(`name ${i}`)]));
  const expected = [0, 1, 2, 3].map((i) => ({ id: i, name: `name ${i}` }));
  const shape = { id: 'safe-long', name: 'string' } as const;

  it('inflates every codec Paimon writes', () => {
    const codecs: Record<string, (block: Buffer) => Uint8Array> = {
      null: (block) => block,
      deflate: deflateRawSync,
      snappy: snappyLiteral,
      zstandard: zstdCompressSync,
    };
    for (const [codec, compress] of Object.entries(codecs)) {
      const file = avroFile({ schema, blocks: [rows.slice(0, 3), rows.slice(3)], codec, compress });
      assert.deepEqual(decode(file, shape), expected, codec);
    }
  });

  it('names a codec it cannot read', () => {
    for (const codec of ['bzip2', 'xz', 'lz4']) {
      const file = avroFile({ schema, blocks: [rows], codec });
      assert.throws(() => decode(file, shape), { kind: 'unsupported', message: new RegExp(codec) });
    }
  });

  it('refuses a Snappy block whose CRC-32 differs', () => {
    const compress = (block: Buffer): Buffer => {
      const stored = snappyLiteral(block);
      stored[stored.length - 1]! ^= 1;
      return stored;
    };
    const file = avroFile({ schema, blocks: [rows], codec: 'snappy', compress });
    assert.throws(() => decode(file, shape), { kind: 'corrupt', message: /CRC-32/ });
  });

  it('copies within Snappy blocks as the format says', () => {
    // "abcd", then 10 bytes from 4 back (overlapping), then 4 bytes from 14 back by a two-byte offset.
    const block = Uint8Array.of(18, 3 << 2, 97, 98, 99, 100, 1 | (6 << 2), 4, 2 | (3 << 2), 14, 0);
    assert.equal(Buffer.from(inflateSnappy(block, 100) as Uint8Array).toString(), 'abcdabcdabcdababcd');
    for (const bad of [[], [5], [1, 0], [4, 1, 4], [200, 1, 0, 97], [2, 0xfc, 0xff, 0xff, 0xff, 0xff, 1]]) {
      assert.equal(typeof inflateSnappy(Uint8Array.from(bad), 100), 'string', String(bad));
    }
  });

  it('keeps 64-bit integers exact and refuses to round them', () => {
    const values = [
      0n,
      -1n,
      63n,
      -64n,
      64n,
      2n ** 31n,
      -(2n ** 31n) - 1n,
      2n ** 53n + 1n,
      2n ** 63n - 1n,
      -(2n ** 63n),
    ];
    const file = avroFile({ schema: record('r', [{ name: 'v', type: 'long' }]), blocks: [values.map(long)] });
    assert.deepEqual(
      decode(file, { v: 'long' }),
      values.map((v) => ({ v })),
    );
    assert.throws(() => decode(file, { v: 'safe-long' }), { kind: 'corrupt', message: /beyond 2\^53/ });
  });

  it('reads nested, named, nullable and repeated types, and skips what is not asked for', () => {
    const inner = record('ns.inner', [
      { name: 'x', type: 'int' },
      { name: 'unused', type: { type: 'map', values: 'double' } },
      { name: 'bits', type: { type: 'fixed', name: 'four', size: 4 } },
    ]);
    const outer = record('outer', [
      { name: 'skip1', type: { type: 'array', items: { type: 'array', items: 'string' } } },
      { name: 'a', type: inner },
      { name: 'skip2', type: ['int', 'null', 'ns.inner'] },
      { name: 'list', type: ['null', { type: 'array', items: ['null', 'ns.inner'] }] },
      { name: 'e', type: { type: 'enum', name: 'color', symbols: ['RED', 'BLUE'] } },
      { name: 'm', type: { type: 'map', values: ['long', 'null'] } },
      { name: 'flag', type: 'boolean' },
      { name: 'f', type: 'float' },
      { name: 'tail', type: ['null', 'ns.inner'] },
    ]);
    const innerOf = (x: number) => {
      const double = Buffer.alloc(8);
      return Buffer.concat([long(x), long(1), bytes('k'), double, long(0), Buffer.of(x, 1, 2, 3)]);
    };
    const float = Buffer.alloc(4);
    float.writeFloatLE(1.5);
    const skipped = Buffer.concat([long(2), bytes('p'), bytes('q'), long(0)]);
    const value = Buffer.concat([
      long(1), // the record in the root union
      ...[long(-1), long(skipped.length), skipped, long(0)], // skip1: a block that says its size
      innerOf(7),
      ...[long(2), innerOf(9)],
      ...[
        long(1),
        long(2),
        long(0),
        long(1),
        innerOf(1),
        long(-1),
        long(1 + innerOf(2).length),
        long(1),
        innerOf(2),
      ],
      ...[long(0), long(1)],
      ...[long(2), bytes('p'), long(0), long(5), bytes('q'), long(1), long(0)],
      ...[Buffer.of(1), float, long(1), innerOf(3)],
    ]);
    const file = avroFile({ schema: ['null', outer], blocks: [[value, value]] });
    const shape = {
      a: { record: { x: 'int', bits: 'bytes', absent: 'string' } },
      list: { array: { record: { x: 'int' } } },
      e: 'string',
      m: { map: 'long' },
      flag: 'boolean',
      f: 'double',
      gone: { array: 'int' },
    } as const;
    const one = {
      a: { x: 7, bits: Uint8Array.of(7, 1, 2, 3), absent: null },
      list: [null, { x: 1 }, { x: 2 }],
      e: 'BLUE',
      m: new Map([
        ['p', 5n],
        ['q', null],
      ]),
      flag: true,
      f: 1.5,
      gone: null,
    };
    assert.deepEqual(decode(file, shape), [one, one]);
    assert.deepEqual(decode(file, {}), [{}, {}]);
  });

  it('refuses counts and sizes that the bytes do not hold, without allocating for them', () => {
    const list = { schema: record('r', [{ name: 'v', type: { type: 'array', items: 'null' } }]) };
    const bad: readonly Buffer[] = [
      avroFile({ ...list, blocks: [[Buffer.concat([long(2n ** 40n), long(0)])]] }),
      avroFile({ ...list, blocks: [[Buffer.concat([long(-(2n ** 63n)), long(0)])]] }),
      avroFile({ schema: record('r', []), blocks: [Array.from({ length: 1000 }, () => Buffer.alloc(0))] }),
      avroFile({ schema: record('r', [{ name: 'v', type: 'bytes' }]), blocks: [[long(2n ** 31n - 1n)]] }),
      avroFile({ schema: record('r', [{ name: 'v', type: 'bytes' }]), blocks: [[long(-1)]] }),
    ];
    for (const file of bad) {
      assert.throws(() => decode(file, { v: { array: 'int' } }), { kind: 'corrupt' });
      assert.throws(() => decode(file, {}), { kind: 'corrupt' });
    }
  });

  it('refuses schemas that are no schemas', () => {
    let doubled: unknown = 'null';
    for (let i = 0; i < 40; i++) {
      const type = doubled;
      doubled = record(`r${i}`, [
        { name: 'a', type },
        { name: 'b', type: i === 0 ? 'null' : `r${i - 1}` },
      ]);
    }
    let deep: unknown = 'int';
    for (let i = 0; i < 100; i++) deep = { type: 'array', items: deep };
    for (const schema of [7, [], {}, 'nothing', record('r', [{}]), ['null', ['int']], doubled, deep]) {
      assert.throws(() => decode(avroFile({ schema, blocks: [] }), {}), {
        kind: 'corrupt',
        message: /f\.avro/,
      });
    }
    const recursive = record('r', [{ name: 'next', type: ['null', 'r'] }]);
    assert.throws(() => decode(avroFile({ schema: recursive, blocks: [] }), {}), { kind: 'unsupported' });
  });

  it('notices a wrong sync marker, a cut file and bytes left in a block', () => {
    const file = avroFile({ schema, blocks: [rows] });
    const broken = Buffer.from(file);
    broken[file.length - 1]! ^= 1;
    assert.throws(() => decode(broken, shape), { kind: 'corrupt', message: /sync marker/ });
    for (const length of [0, 3, 20, 60, file.length - 1, file.length - 17]) {
      assert.throws(() => decode(file.subarray(0, length), shape), { kind: 'corrupt' }, String(length));
    }
    const long1 = avroFile({ schema, blocks: [[Buffer.concat([rows[0]!, Buffer.of(0)])]] });
    assert.throws(() => decode(long1, shape), { kind: 'corrupt', message: /after the last record/ });
  });

  it('reads a file piece by piece', async () => {
    const blocks = Array.from({ length: 200 }, (_, b) =>
      Array.from({ length: 10 }, (_, i) =>
        Buffer.concat([long(b * 10 + i), long(1), bytes('x'.repeat(997))]),
      ),
    );
    const file = avroFile({ schema, blocks });
    let most = 0;
    const source = {
      path: 'big.avro',
      size: file.length,
      read: async (offset: number, length: number) => {
        assert.ok(offset + length <= file.length);
        most = Math.max(most, length);
        return file.subarray(offset, offset + length);
      },
    };
    let next = 0;
    for await (const records of readAvroRecords(source, { id: 'safe-long' })) {
      for (const { id } of records) assert.equal(id, next++);
    }
    assert.equal(next, 2000);
    assert.ok(most < file.length / 2);
    const wide = record(
      'r',
      Array.from({ length: 5000 }, (_, i) => ({ name: `column_${i}`, type: ['null', 'int'] })),
    );
    const header = avroFile({ schema: wide, blocks: [] });
    for await (const _ of readAvroRecords(bytesSource('w', header), {})) assert.fail('no block');
  });

  it('reads every manifest and manifest list of the golden tables', () => {
    const files = globSync(`${GOLDEN}warehouse/golden.db/*/manifest/*`);
    assert.ok(files.length > 1000);
    let entries = 0;
    for (const file of files) {
      const isList = file.includes('manifest-list-');
      decodeAvro(readFileSync(file), {
        file,
        shape: { _VERSION: 'int', _FILE_NAME: 'string', _FILE: { record: { _FILE_NAME: 'string' } } },
        onRecord: (entry) => {
          if (isList) assert.match(entry._FILE_NAME ?? '', /^manifest-/);
          entries++;
        },
      });
    }
    assert.ok(entries > 2000);
  });
});
