import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type DataType, LakeError } from '../../base/index.ts';
import type { Value } from '../arrow/index.ts';
import { decodeCell, decodeRow, encodeRow } from './index.ts';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);

/** mulberry32 */
function randomOf(start: number): (below: number) => number {
  let state = start | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

type Random = ReturnType<typeof randomOf>;

const LEAVES: readonly DataType[] = [
  ...(['BOOLEAN', 'TINYINT', 'SMALLINT', 'INT', 'BIGINT', 'FLOAT', 'DOUBLE', 'DATE'] as const).map(
    (kind) => ({ kind, nullable: true }),
  ),
  ...(['CHAR', 'VARCHAR', 'BINARY', 'VARBINARY'] as const).map((kind) => ({
    kind,
    nullable: true,
    length: 100,
  })),
  ...[1, 18, 19, 38].map((precision) => ({ kind: 'DECIMAL' as const, nullable: true, precision, scale: 1 })),
  ...[0, 3, 4, 6, 7, 9].map((precision) => ({ kind: 'TIMESTAMP' as const, nullable: true, precision })),
  { kind: 'TIMESTAMP_LTZ', nullable: true, precision: 6 },
  { kind: 'TIME', nullable: true, precision: 3 },
];

function randomType(random: Random, depth: number): DataType {
  const nested = depth < 3 ? random(10) : 9;
  if (nested === 0) return { kind: 'ARRAY', nullable: true, element: randomType(random, depth + 1) };
  if (nested === 1) return { kind: 'MULTISET', nullable: true, element: randomType(random, depth + 1) };
  if (nested === 2)
    return {
      kind: 'MAP',
      nullable: true,
      key: randomType(random, depth + 1),
      value: randomType(random, depth + 1),
    };
  if (nested === 3) {
    const fields = Array.from({ length: random(5) }, (_, id) => ({
      id,
      name: `f${id}`,
      type: randomType(random, depth + 1),
    }));
    return { kind: 'ROW', nullable: true, fields };
  }
  return LEAVES[random(LEAVES.length)] as DataType;
}

function randomBits(random: Random, bits: number): bigint {
  let value = 0n;
  for (let i = 0; i < bits; i += 16) value = (value << 16n) | BigInt(random(65536));
  return BigInt.asIntN(bits, value >> BigInt(random(bits)));
}

function randomCell(random: Random, type: DataType): Value {
  if (random(5) === 0) return null;
  const list = (make: () => Value): Value[] => Array.from({ length: random(6) }, make);
  switch (type.kind) {
    case 'BOOLEAN':
      return random(2) === 1;
    case 'TINYINT':
      return random(256) - 128;
    case 'SMALLINT':
      return random(65536) - 32768;
    case 'INT':
    case 'DATE':
    case 'TIME':
      return random(2 ** 32) - 2 ** 31;
    case 'FLOAT':
      return Math.fround((random(2 ** 30) - 2 ** 29) / 1000);
    case 'DOUBLE':
      return (random(2 ** 30) - 2 ** 29) / 1000;
    case 'BIGINT':
      return randomBits(random, 64);
    case 'DECIMAL':
      return type.precision <= 18 ? randomBits(random, 59) : randomBits(random, 126);
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      const millis = randomBits(random, 44);
      if (type.precision <= 3) return millis * 1000n;
      return type.precision <= 6
        ? millis * 1000n + BigInt(random(1000))
        : millis * 1000000n + BigInt(random(1000000));
    }
    case 'CHAR':
    case 'VARCHAR':
      return Array.from({ length: random(12) }, () => ['a', 'ß', '中', '😀'][random(4)]).join('');
    case 'BINARY':
    case 'VARBINARY':
      return Uint8Array.from({ length: random(20) }, () => random(256));
    case 'ARRAY':
      return list(() => randomCell(random, type.element));
    case 'MULTISET':
      return list(() => [randomCell(random, type.element), random(100)]);
    case 'MAP':
      return list(() => [randomCell(random, type.key), randomCell(random, type.value)]);
    case 'ROW':
      return type.fields.map((field) => randomCell(random, field.type));
  }
}

it(`rows written are read back, and damaged ones never crash (SEED=${seed})`, () => {
  const random = randomOf(seed);
  for (let round = 0; round < 3000; round++) {
    const types = Array.from({ length: random(70) < 60 ? random(8) : random(130) }, () =>
      randomType(random, 0),
    );
    const cells = types.map((type) => randomCell(random, type));
    const bytes = encodeRow(types, cells);
    assert.equal((bytes.length - 4) % 8, 0);
    assert.deepEqual(decodeRow(types, bytes, 'f'), cells);
    const at = random(types.length + 1);
    const single = types[at] ?? { kind: 'INT', nullable: true };
    assert.deepEqual(decodeCell(single, at, bytes, 'f'), cells[at]);
    const damaged = bytes.slice(0, random(2) === 0 ? bytes.length : random(bytes.length + 1));
    for (let i = 0; i <= random(4) && damaged.length > 0; i++) damaged[random(damaged.length)] = random(256);
    try {
      decodeRow(types, damaged, 'f');
    } catch (error) {
      assert.ok(error instanceof LakeError && error.code === 'FILE_CORRUPT', String(error));
    }
  }
});
