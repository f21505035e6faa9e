// What Java once did with some random scripts of files and compactions: ours does the same.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { LakeError } from '../../src/base/index.ts';
import { RECORDED } from './java-outcomes.ts';
import { type Outcome, playScript } from './play-script.ts';
import type { Script, ScriptFile } from './random-script.ts';

interface Recorded {
  readonly script: Script;
  readonly outcomes: readonly Outcome[];
}

const recorded = gunzipSync(readFileSync(RECORDED))
  .toString()
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);

describe('picks of compactions', () => {
  it('are those Java recorded', () => {
    assert.equal(recorded.length, 200);
    for (const { script, outcomes } of recorded) assert.deepEqual(playScript(script), outcomes);
  });

  it('are refused where the files of a level overlap', () => {
    const [{ script }] = recorded as [Recorded];
    const file = (name: string, min: number): ScriptFile => {
      return { name, bytes: 1, level: 2, min, max: min + 5, minSeq: 0, maxSeq: 0, made: 0 };
    };
    const overlapping = { ...script, files: [file('a', 0), file('b', 5)] };
    assert.throws(
      () => playScript(overlapping),
      (error) => error instanceof LakeError && error.kind === 'corrupt' && /overlap/.test(error.message),
    );
  });
});
