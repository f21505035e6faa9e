// Hash codes and hash map order as Java printed them (interop/, spillway.tree.HashOrder).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { DataType } from '../../base/index.ts';
import type { Value } from '../arrow/index.ts';
import { javaHash, javaRowHash } from './java-hash.ts';
import { JavaMap } from './java-map.ts';

interface JavaHashes {
  readonly hashes: Readonly<Record<string, readonly (readonly [string, number])[]>>;
  readonly maps: readonly {
    readonly operations: readonly (readonly ['p' | 'c' | 'r', number])[];
    readonly keys: readonly number[];
  }[];
}
const java = JSON.parse(
  readFileSync(new URL('../../../test/data/tree/hash-1.4.2.json', import.meta.url), 'utf8'),
) as JavaHashes;

const utf8 = new TextEncoder();
const TYPES: readonly (readonly [DataType, (text: string) => Value])[] = [
  [{ kind: 'VARCHAR', nullable: true, length: 2147483647 }, (text) => utf8.encode(text)],
  [{ kind: 'BIGINT', nullable: true }, BigInt],
  [{ kind: 'DOUBLE', nullable: true }, Number],
  [{ kind: 'FLOAT', nullable: true }, (text) => Math.fround(Number(text))],
  [{ kind: 'DECIMAL', nullable: true, precision: 38, scale: 3 }, BigInt],
  [{ kind: 'TIMESTAMP', nullable: true, precision: 6 }, BigInt],
];

describe('javaHash', () => {
  for (const [type, parse] of TYPES) {
    it(`is Java's for ${type.kind}`, () => {
      const cases = java.hashes[type.kind] ?? [];
      assert.ok(cases.length > 0);
      for (const [text, hash] of cases) assert.equal(javaHash(type, parse(text)), hash, text);
    });
  }

  it("is Java's for a BinaryRow", () => {
    const types: DataType[] = [
      { kind: 'INT', nullable: true },
      { kind: 'VARCHAR', nullable: true, length: 2147483647 },
    ];
    for (const [i, hash] of (java.hashes.ROW ?? []) as unknown as readonly [number, number][]) {
      assert.equal(javaRowHash(types, [i, i === 3 ? null : utf8.encode(`row number ${i}`)]), hash);
    }
  });
});

describe('JavaMap', () => {
  it('keeps keys in the order of java.util.HashMap', () => {
    for (const { operations, keys } of java.maps) {
      const map = new JavaMap<number>();
      for (const [operation, key] of operations) {
        if (operation === 'r') map.delete(String(key));
        else if (operation === 'p') map.put(String(key), key, key);
        else map.computeIfAbsent(String(key), key, () => key);
      }
      assert.deepEqual(map.values(), keys);
    }
  });
});
