import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { decodeRoaringTree, rbm32Or, rbm64Or, visitRoaringTree } from '../roaring/index.ts';
import { hllUnion } from './hll-bytes.ts';
import { thetaUnion } from './theta.ts';

const DATA = new URL('../../../test/data/', import.meta.url);

interface Union {
  readonly kind: 'rbm32' | 'rbm64' | 'hll' | 'theta';
  readonly a: string;
  readonly b: string;
  readonly or: string;
}
type Unite = (a: Uint8Array, b: Uint8Array) => Uint8Array;
const UNITE: Readonly<Record<Union['kind'], Unite>> = {
  rbm32: rbm32Or,
  rbm64: rbm64Or,
  hll: hllUnion,
  theta: thetaUnion,
};

function javaUnions(kind: Union['kind']): readonly Union[] {
  const text = gunzipSync(readFileSync(new URL('codec/java-unions.jsonl.gz', DATA))).toString();
  const unions = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Union);
  return unions.filter((union) => union.kind === kind);
}

function unite(kind: Union['kind'], a: string, b: string): string {
  return Buffer.from(UNITE[kind](Buffer.from(a, 'hex'), Buffer.from(b, 'hex'))).toString('hex');
}

function valuesOf(hex: string): readonly bigint[] {
  const values: bigint[] = [];
  visitRoaringTree(decodeRoaringTree(Buffer.from(hex, 'hex'), 'test'), (value) => values.push(value));
  return values;
}

describe('unions of serialized sets and sketches', () => {
  for (const kind of ['rbm32', 'hll', 'theta'] as const) {
    it(`gives Java's bytes for ${kind}`, () => {
      const unions = javaUnions(kind);
      assert.ok(unions.length > 40);
      for (const [i, union] of unions.entries())
        assert.equal(unite(kind, union.a, union.b), union.or, `union ${i}`);
    });
  }

  it("gives Java's values for rbm64, and its bytes where no node has 17 to 48 children", () => {
    let same = 0;
    const unions = javaUnions('rbm64');
    for (const { a, b, or } of unions) {
      const result = unite('rbm64', a, b);
      assert.deepEqual(valuesOf(result), valuesOf(or));
      assert.equal(result.length, or.length);
      if (result === or) same++;
    }
    assert.ok(same > 0.8 * unions.length);
  });

  it('gives the rows Java reads from agg_sketches', () => {
    const written = JSON.parse(readFileSync(new URL('codec/agg-sketches.json', DATA), 'utf8')) as Record<
      string,
      readonly string[]
    >[];
    const expected = readFileSync(new URL('golden/expected/agg_sketches/latest.jsonl', DATA), 'utf8');
    const merged = written.map((row) => {
      const fold = (kind: Union['kind'], column: string) =>
        row[column]!.reduce((acc, value) => unite(kind, acc, value));
      return JSON.stringify({
        id: row.id,
        r32: fold('rbm32', 'r32'),
        r64: fold('rbm64', 'r64'),
        hll: fold('hll', 'hll'),
        th: fold('theta', 'th'),
      });
    });
    assert.equal(merged.length, 10);
    assert.deepEqual(merged.sort(), expected.trimEnd().split('\n').sort());
  });

  it('refuses damaged values, never with anything but corrupt or unsupported', () => {
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
    let state = seed;
    const random = (n: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * n);
    };
    for (const kind of ['rbm32', 'rbm64', 'hll', 'theta'] as const) {
      const unions = javaUnions(kind).filter(({ a, b }) => a.length + b.length < 10_000);
      for (let round = 0; round < 1500; round++) {
        const { a, b } = unions[random(unions.length)]!;
        const damaged = Buffer.from(a, 'hex');
        for (let flips = 1 + random(3); flips > 0; flips--)
          damaged[random(damaged.length)]! ^= 1 << random(8);
        const cut = random(3) === 0 ? damaged.subarray(0, random(damaged.length)) : damaged;
        try {
          UNITE[kind](cut, Buffer.from(b, 'hex'));
          UNITE[kind](Buffer.from(b, 'hex'), cut);
        } catch (error) {
          const { kind: found, stack } = error as { readonly kind?: string; readonly stack?: string };
          assert.ok(
            found === 'corrupt' || found === 'unsupported',
            `SEED=${seed} ${kind} ${round}: ${stack}`,
          );
        }
      }
    }
  });
});
