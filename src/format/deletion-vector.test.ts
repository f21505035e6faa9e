import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { LakeError } from '../base/index.ts';
import { decodeDeletionVector } from './deletion-vector.ts';
import { decodeIndexManifest } from './manifest/index.ts';

const warehouse = new URL('../../test/data/golden/warehouse/golden.db/', import.meta.url);

// Written by Paimon 1.4.2: positions {2, 3} and {1}, in both forms.
const from = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

interface Vector {
  readonly bytes: Uint8Array;
  readonly place: Parameters<typeof decodeDeletionVector>[1];
  readonly wide: boolean;
}

function goldenVectors(table: string): Vector[] {
  const folder = new URL(`${table}/manifest/`, warehouse);
  const vectors: Vector[] = [];
  for (const name of readdirSync(folder).filter((n) => n.startsWith('index-manifest-'))) {
    for (const entry of decodeIndexManifest(readFileSync(new URL(name, folder)), name)) {
      const file = new URL(`${table}/index/${entry.fileName}`, warehouse);
      if (!existsSync(file)) continue;
      const bytes = new Uint8Array(readFileSync(file));
      assert.equal(bytes[0], 1);
      for (const { offset, length, cardinality } of entry.deletionVectors ?? []) {
        const place = { file: entry.fileName, offset, length, cardinality };
        vectors.push({ bytes: bytes.subarray(offset), place, wide: bytes[offset + 4] === 0xd1 });
      }
    }
  }
  return vectors;
}

describe('deletion vectors', () => {
  for (const [table, wide] of [
    ['dv_pk', false],
    ['dv_append', false],
    ['dv_pk_bitmap64', true],
    ['v131_dv', false],
  ] as const) {
    it(`of ${table} hold as many rows as metadata says`, () => {
      const vectors = goldenVectors(table);
      assert.ok(vectors.length > 0);
      for (const { bytes, place, wide: isWide } of vectors) {
        assert.equal(isWide, wide);
        const vector = decodeDeletionVector(bytes, place);
        const positions: number[] = [];
        vector.forEach((p) => {
          positions.push(p);
        });
        assert.equal(BigInt(positions.length), place.cardinality);
        assert.ok(positions.every((p) => vector.has(p)));
        assert.equal(vector.has(1_000_000), false);
      }
    });
  }

  it('refuses any byte that is not what was written', () => {
    for (const table of ['dv_pk', 'dv_pk_bitmap64']) {
      const { bytes, place } = goldenVectors(table)[0] as Vector;
      const end = Number(place.length) + (table === 'dv_pk' ? 8 : 0);
      for (let i = 0; i < end; i++) {
        const damaged = bytes.slice();
        damaged[i] = (damaged[i] as number) ^ 0x10;
        assert.throws(() => decodeDeletionVector(damaged, place), corrupt, `${table} byte ${i}`);
      }
      for (let length = 0; length < end; length++) {
        assert.throws(() => decodeDeletionVector(bytes.subarray(0, length), place), corrupt);
      }
      assert.throws(
        () => decodeDeletionVector(bytes, { ...place, length: Number(place.length) + 1 }),
        corrupt,
      );
      assert.throws(() => decodeDeletionVector(bytes, { ...place, cardinality: 12345n }), corrupt);
    }
  });

  it('knows the two forms by their magic', () => {
    const wrong = from('00000004 00000000 00000000');
    assert.throws(
      () => decodeDeletionVector(wrong, { file: 'i', offset: 1, length: 4 }),
      /byte 5: not a deletion vector/,
    );
  });
});

function corrupt(error: unknown): boolean {
  return error instanceof LakeError && error.code === 'FILE_CORRUPT';
}
