import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LoserTree, type RunHeads } from './loser-tree.ts';

const SEED = Number(process.env.SEED ?? 20250218);
const ROUNDS = 600;

/** Reproducible integers (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

interface Row {
  readonly key: number;
  readonly sequence: number;
}

/**
 * Merges runs; `prefixOf` says how much of a key the tree may know without asking. Groups of `run:position`.
 */
function merge(runs: readonly (readonly Row[])[], prefixOf: (key: number) => number): string[] {
  const positions = runs.map(() => 0);
  const rowOf = (run: number): Row => runs[run]?.[positions[run] as number] as Row;
  const hasHead = (run: number): boolean => rowOf(run) !== undefined;
  const headPrefix = new Float64Array(runs.length);
  const look = (run: number): void => {
    headPrefix[run] = hasHead(run) ? prefixOf(rowOf(run).key) : Number.NaN;
  };
  for (const run of runs.keys()) look(run);
  const heads: RunHeads = {
    headPrefix,
    hasHead,
    compareKeys: (a, b) => rowOf(a).key - rowOf(b).key,
    compareSequence: (a, b) => rowOf(a).sequence - rowOf(b).sequence,
  };
  const tree = new LoserTree(heads, runs.length);
  for (let run = runs.length - 1; run >= 0; run--) tree.insert(run);
  const groups: string[] = [];
  for (;;) {
    for (let run = tree.popped(); run >= 0; run = tree.popped()) {
      positions[run] = (positions[run] as number) + 1;
      look(run);
      tree.advanced(run);
    }
    const group: string[] = [];
    for (let run = tree.pop(); run >= 0; run = tree.pop()) group.push(`${run}:${positions[run]}`);
    if (group.length === 0) return groups;
    groups.push(group.join(' '));
  }
}

describe('LoserTree', () => {
  it(`gives the same groups whatever prefixes it knows (SEED=${SEED})`, () => {
    let tied = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const next = random(SEED + round);
      const keys = 1 + next(60);
      // Few sequence numbers: many rows tie in everything, and only the shape of the tree decides.
      const sequences = 1 + next(4);
      const runs = Array.from({ length: 1 + next(9) }, () =>
        Array.from({ length: keys }, (_, key): Row => ({ key, sequence: next(sequences) })).filter(
          () => next(3) > 0,
        ),
      );
      const expected = merge(runs, () => Number.NaN);
      assert.deepEqual(merge(runs, Number), expected, `SEED=${SEED + round}: exact prefixes`);
      const coarse = (key: number): number => Math.floor(key / 4);
      assert.deepEqual(merge(runs, coarse), expected, `SEED=${SEED + round}: coarse prefixes`);
      tied += expected.filter((group) => group.includes(' ')).length;
      const rows = runs.reduce((sum, run) => sum + run.length, 0);
      assert.equal(expected.join(' ').split(' ').filter(Boolean).length, rows);
    }
    assert.ok(tied > ROUNDS);
  });
});
