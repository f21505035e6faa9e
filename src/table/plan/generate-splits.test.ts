// The cases and expected splits are those of Paimon 1.4.2, table/source/SplitGeneratorTest.java.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DataFileMeta, SimpleStats } from '../../format/index.ts';
import { sections } from '../../tree/index.ts';
import { appendSplits, mergeTreeSplits, type Sections, type SplitGroup } from './generate-splits.ts';

const NO_BYTES = new Uint8Array(0);
const NO_STATS: SimpleStats = { minValues: NO_BYTES, maxValues: NO_BYTES, nullCounts: undefined };

/** A file whose key range is kept beside it, since these tests need no real key bytes. */
interface RangedFile extends DataFileMeta {
  readonly range: readonly [number, number];
}

function file(name: string, size: number, parts: Partial<RangedFile> = {}): RangedFile {
  return {
    fileName: name,
    fileSize: BigInt(size),
    rowCount: 1n,
    minKey: NO_BYTES,
    maxKey: NO_BYTES,
    keyStats: NO_STATS,
    valueStats: NO_STATS,
    minSequenceNumber: 0n,
    maxSequenceNumber: 0n,
    schemaId: 0,
    level: 0,
    extraFiles: [],
    deleteRowCount: 0n,
    range: [0, 0],
    ...parts,
  };
}

/**
 * Java's `newFile(name, level, minKey, maxKey, maxSequence)`: its size is the width of its range plus one.
 */
function keyed(
  name: string,
  level: number,
  range: readonly [number, number],
  deleteRowCount: bigint | undefined = 0n,
): RangedFile {
  return { ...file(name, range[1] - range[0] + 1, { level, range }), deleteRowCount };
}

const byRange: Sections = (files) =>
  sections(
    files.map((f) => ({ f, minKey: (f as RangedFile).range[0], maxKey: (f as RangedFile).range[1] })),
    (a: number, b: number) => a - b,
  ).map((runs) => runs.map((run) => run.map(({ f }) => f)));

function options(splitTargetBytes: number, openFileCostBytes: number) {
  return { splitTargetBytes, openFileCostBytes, deletionVectors: false, mergeEngine: 'deduplicate' as const };
}

const names = (groups: readonly SplitGroup[]): string[][] =>
  groups.map((group) => group.files.map((f) => f.fileName));
const ways = (groups: readonly SplitGroup[]): [string, string][] =>
  groups.map((group) => [
    group.files
      .map((f) => f.fileName)
      .sort()
      .join(''),
    group.way,
  ]);

describe('splits of append tables', () => {
  const files = [
    file('1', 11, { minSequenceNumber: 0n }),
    file('2', 13, { minSequenceNumber: 21n }),
    file('3', 46, { minSequenceNumber: 31n }),
    file('4', 23, { minSequenceNumber: 41n }),
    file('5', 4, { minSequenceNumber: 51n }),
    file('6', 101, { minSequenceNumber: 61n }),
  ];

  it('pack files in order up to the target', () => {
    assert.deepEqual(names(appendSplits(files, options(40, 2), 'raw')), [
      ['1', '2'],
      ['3'],
      ['4', '5'],
      ['6'],
    ]);
    assert.deepEqual(names(appendSplits(files, options(70, 2), 'raw')), [['1', '2', '3'], ['4', '5'], ['6']]);
  });

  it('count every file at least as the cost of opening it', () => {
    const groups = names(appendSplits(files, options(40, 20), 'raw'));
    assert.deepEqual(groups, [['1', '2'], ['3'], ['4'], ['5'], ['6']]);
  });

  it('come in the order of sequence numbers', () => {
    const groups = appendSplits([...files].reverse(), options(1000, 2), 'raw');
    assert.deepEqual(names(groups), [['1', '2', '3', '4', '5', '6']]);
  });
});

describe('splits of primary-key tables', () => {
  it('keep files that overlap together', () => {
    const files = [
      keyed('1', 0, [0, 10]),
      keyed('2', 0, [0, 12]),
      keyed('3', 0, [15, 60]),
      keyed('4', 0, [18, 40]),
      keyed('5', 0, [82, 85]),
      keyed('6', 0, [100, 200]),
    ];
    const merged = names(mergeTreeSplits(files, options(100, 2), byRange));
    assert.deepEqual(merged, [['1', '2', '4', '3', '5'], ['6']]);
    const costly = names(mergeTreeSplits(files, options(100, 30), byRange));
    assert.deepEqual(costly, [['1', '2', '4', '3'], ['5'], ['6']]);
  });

  it('are read raw only when no row can be newer than another', () => {
    const two = (a: RangedFile, b: RangedFile, more = {}) =>
      ways(mergeTreeSplits([a, b], { ...options(100, 2), ...more }, byRange));
    const [low, high] = [keyed('1', 1, [0, 10]), keyed('2', 1, [10, 20])];
    assert.deepEqual(two(keyed('1', 0, [0, 10]), keyed('2', 0, [10, 20])), [['12', 'merge']]);
    assert.deepEqual(two(keyed('1', 1, [0, 10], 1n), high), [['12', 'merge']]);
    assert.deepEqual(two(low, high), [['12', 'raw']]);
    assert.deepEqual(two(low, keyed('2', 2, [10, 20])), [['12', 'merge']]);
    assert.deepEqual(two(low, keyed('2', 2, [10, 20]), { deletionVectors: true }), [['12', 'raw']]);
    assert.deepEqual(two(low, keyed('2', 2, [10, 20]), { mergeEngine: 'first-row' }), [['12', 'raw']]);
  });

  it('read a lone file raw', () => {
    const mixed = [
      keyed('1', 1, [0, 10]),
      keyed('2', 2, [0, 12]),
      keyed('3', 3, [15, 60]),
      keyed('4', 4, [18, 40]),
      keyed('5', 5, [82, 85]),
      keyed('6', 6, [100, 200]),
    ];
    assert.deepEqual(ways(mergeTreeSplits(mixed, options(100, 2), byRange)), [
      ['12345', 'merge'],
      ['6', 'raw'],
    ]);
    const fresh = [
      keyed('1', 0, [0, 10]),
      keyed('2', 0, [0, 12]),
      keyed('3', 0, [13, 20]),
      keyed('4', 0, [21, 200]),
      keyed('5', 0, [201, 210]),
      keyed('6', 0, [211, 220]),
    ];
    assert.deepEqual(ways(mergeTreeSplits(fresh, options(100, 2), byRange)), [
      ['123', 'merge'],
      ['4', 'raw'],
      ['56', 'merge'],
    ]);
  });

  // Java calls these raw-convertible and merges them all the same
  // (PrimaryKeyTableRawFileSplitReadProvider.java).
  it('merge files of old versions, whose deleted rows nobody counted', () => {
    const files = [keyed('1', 1, [0, 10], undefined), keyed('2', 1, [10, 20], undefined)].map((f) => {
      const { deleteRowCount: _, ...rest } = f;
      return rest;
    });
    assert.deepEqual(ways(mergeTreeSplits(files, options(100, 2), byRange)), [['12', 'merge']]);
  });
});
