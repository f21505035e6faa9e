// A streaming reader of Java's with a consumer id: it sees every change we commit, once, goes on where it
// was, and what it has not read yet survives our expiry.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type LakeTable, parseType, type WriteRow } from '../../../src/index.ts';
import { openPlace, type Place } from '../alternate/alternate.ts';
import { findJava, skipWithout } from '../tools.ts';

const FIELDS = [
  { name: 'k', type: parseType('INT') },
  { name: 'v', type: parseType('STRING') },
];
/** Rows of each commit, and what a stream gives of them without a changelog: the last row of each key. */
const COMMITS: readonly { readonly rows: readonly WriteRow[]; readonly folded: readonly WriteRow[] }[] = [
  {
    rows: [
      { k: 1, v: 'a' },
      { k: 2, v: 'b' },
    ],
    folded: [
      { k: 1, v: 'a' },
      { k: 2, v: 'b' },
    ],
  },
  {
    rows: [
      { _kind: '-U', k: 1, v: 'a' },
      { _kind: '+U', k: 1, v: 'aa' },
    ],
    folded: [{ _kind: '+U', k: 1, v: 'aa' }],
  },
  { rows: [{ _kind: '-D', k: 2, v: 'b' }], folded: [{ _kind: '-D', k: 2, v: 'b' }] },
  {
    rows: [
      { k: 3, v: 'c' },
      { k: 3, v: 'cc' },
    ],
    folded: [{ k: 3, v: 'cc' }],
  },
];

describe('a consumer of Java', { skip: skipWithout(findJava()) }, () => {
  let place: Place;
  before(async () => {
    place = await openPlace();
  });
  after(() => place[Symbol.asyncDispose]());

  for (const producer of ['none', 'input'] as const) {
    it(`sees each change once, across restarts and expiry: changelog-producer ${producer}`, async () => {
      const name = `d.consumed_${producer}`;
      const options = { bucket: '1', 'changelog-producer': producer };
      const table = await place.lake.createTable(name, { fields: FIELDS, primaryKeys: ['k'], options });
      const wanted = (i: number): readonly string[] => {
        const { rows, folded } = COMMITS[i] as (typeof COMMITS)[number];
        return (producer === 'input' ? rows : folded).map((row) => line(i + 1, row)).sort();
      };
      const follow = { 'consumer-id': 'job', 'scan.mode': 'latest' };
      await commit(table, 0);
      const first = await place.java.ask<number>('follow', { table: name, options: follow });
      assert.deepEqual(await poll(first), []);
      await commit(table, 1);
      assert.deepEqual(await poll(first), wanted(1));
      await place.java.ask('unfollow', { stream: first });

      // While it is away, more is committed, and all is expired that may be.
      await commit(table, 2);
      await commit(table, 3);
      const { snapshots } = await table.expire({ retainMin: 1, retainMax: 1, olderThanMs: Date.now() });
      assert.equal(snapshots, 2);
      const second = await place.java.ask<number>('follow', { table: name, options: follow });
      assert.deepEqual(await poll(second), [...wanted(2), ...wanted(3)].sort());
      assert.deepEqual(await poll(second), []);

      // It has read everything: nothing is kept for it any more.
      await commit(table, 0);
      assert.equal(
        (await table.expire({ retainMin: 1, retainMax: 1, olderThanMs: Date.now() })).snapshots,
        2,
      );
      assert.equal((await poll(second)).length, 2);
    });
  }

  async function commit(table: LakeTable, i: number): Promise<void> {
    await using write = await table.write();
    await write.writeRows((COMMITS[i] as (typeof COMMITS)[number]).rows);
    await write.commit();
  }

  async function poll(stream: number): Promise<readonly string[]> {
    return (await place.java.ask<string[]>('poll', { stream })).sort();
  }

  function line(snapshot: number, { _kind = '+I', k, v }: WriteRow): string {
    return JSON.stringify({ _snapshot: snapshot, _kind, k, v });
  }
});
