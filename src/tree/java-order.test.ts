// Order as Java 1.4.2 printed it (interop/, spillway.tree.MergeOrder): ties in the loser tree, sections,
// comparators.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { DataType, Field } from '../base/index.ts';
import { batchOf, type Value, vectorOf } from '../codec/index.ts';
import { keyCompare, rowCompare } from './key-compare.ts';
import { keyPrefix } from './key-prefix.ts';
import { KwayMerge } from './kway.ts';
import { type MergeSpec, mergedFields } from './merge-spec.ts';
import type { RunSource } from './run-source.ts';
import { sections } from './sections.ts';

interface JavaOrder {
  readonly merges: readonly { readonly runs: [number, number][][]; readonly groups: [number, number][][] }[];
  readonly sections: readonly { readonly files: [number, number][]; readonly sections: number[][][] }[];
  readonly orders: Readonly<Record<string, readonly [number[][], number[][]]>>;
}
const java = JSON.parse(
  readFileSync(new URL('../../test/data/tree/order-1.4.2.json', import.meta.url), 'utf8'),
) as JavaOrder;

const FIELDS: readonly Field[] = [{ id: 0, name: 'k', type: { kind: 'INT', nullable: false } }];
const SPEC: MergeSpec = {
  fields: FIELDS,
  key: [0],
  userSequence: [],
  sequenceDescending: false,
  lookup: false,
  keepDeletes: true,
  engine: { kind: 'deduplicate', ignoreDelete: false },
};

/** Batches of `size` rows; the level carries the first row's number. */
function sourceOf(run: readonly [number, number][], size: number): RunSource {
  let at = 0;
  return {
    async next() {
      if (at >= run.length) return undefined;
      const rows = run.slice(at, at + size).map(([key, sequence]): Value[] => [key, BigInt(sequence), 0]);
      const level = at;
      at += rows.length;
      return { ...batchOf(mergedFields(SPEC), rows), level };
    },
    async close() {},
  };
}

async function groupsOf(runs: readonly [number, number][][], size: number): Promise<[number, number][][]> {
  const merge = new KwayMerge(
    runs.map((run) => sourceOf(run, size)),
    SPEC,
  );
  const result: [number, number][][] = [];
  for (;;) {
    const groups = await merge.next();
    if (groups === undefined) return result;
    for (let g = 0; g < groups.count; g++) {
      const members: [number, number][] = [];
      for (let m = groups.starts[g] as number; m < (groups.starts[g + 1] as number); m++) {
        const run = groups.runs[m] as number;
        members.push([run, (groups.rows[m] as number) + (groups.batches[run]?.level ?? 0)]);
      }
      result.push(members);
    }
  }
}

describe('KwayMerge', () => {
  for (const size of [1, 3, 100]) {
    it(`groups and orders rows that tie as Java does, ${size} rows a batch`, async () => {
      for (const { runs, groups } of java.merges) assert.deepEqual(await groupsOf(runs, size), groups);
    });
  }
});

describe('sections', () => {
  it('cuts files as Java does, runs in the order of its queue', () => {
    for (const test of java.sections) {
      const files = test.files.map(([minKey, maxKey], index) => ({ minKey, maxKey, index }));
      const cut = sections(files, (a: number, b: number) => a - b);
      assert.deepEqual(
        cut.map((section) => section.map((run) => run.map((file) => file.index))),
        test.sections,
      );
    }
  });

  it('gives nothing for no files', () => {
    assert.deepEqual(
      sections([], () => 0),
      [],
    );
  });
});

const utf8 = new TextEncoder();
const VALUES: Readonly<Record<string, { readonly type: DataType; readonly values: readonly Value[] }>> = {
  DOUBLE: {
    type: { kind: 'DOUBLE', nullable: true },
    values: [null, Number.NaN, -0, 0, 1.5, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  },
  VARCHAR: {
    type: { kind: 'VARCHAR', nullable: true, length: 2147483647 },
    values: [null, ...['', 'a', 'ab', '\uFFFD', '\u{1F600}'].map((text) => utf8.encode(text))],
  },
  VARBINARY: {
    type: { kind: 'VARBINARY', nullable: true, length: 2147483647 },
    values: [
      null,
      ...[[], [1], [200], [1, 2, 3, 4, 5, 6, 7, 8, 129], [1, 2, 3, 4, 5, 6, 7, 8, 9]].map((bytes) =>
        Uint8Array.from(bytes),
      ),
    ],
  },
  BOOLEAN: { type: { kind: 'BOOLEAN', nullable: true }, values: [null, false, true] },
  DECIMAL: {
    type: { kind: 'DECIMAL', nullable: true, precision: 22, scale: 2 },
    values: [null, -9999999999999999999901n, -100n, 5n, 9999999999999999999901n],
  },
  TIMESTAMP: {
    type: { kind: 'TIMESTAMP', nullable: true, precision: 9 },
    values: [null, -1n, 1n, 253402300799999999999n, -62167219200000000000n],
  },
};

describe('key order', () => {
  for (const [name, { type, values }] of Object.entries(VALUES)) {
    it(`orders ${name} as Java's generated comparators, both ways`, () => {
      const vector = vectorOf(type, values);
      for (const [way, expected] of (java.orders[name] as [number[][], number[][]]).entries()) {
        const compare = rowCompare([type], [0], way === 1);
        const actual = values.map((_, i) =>
          values.map((__, j) => Math.sign(compare([vector], i, [vector], j))),
        );
        assert.deepEqual(actual, expected);
      }
      const single = keyCompare([type]);
      const actual = values.map((a) => values.map((b) => Math.sign(single([a], [b]))));
      assert.deepEqual(actual, java.orders[name]?.[0]);
    });

    it(`has prefixes of ${name} that never contradict that order`, () => {
      const { values: prefixes } = keyPrefix(vectorOf(type, values));
      const expected = java.orders[name]?.[0] as number[][];
      for (const [i, a] of prefixes.entries()) {
        for (const [j, b] of prefixes.entries()) if (a < b) assert.equal(expected[i]?.[j], -1, `${i} ${j}`);
      }
    });
  }
});
