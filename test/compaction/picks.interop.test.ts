// Random scripts of files and compactions, played by Java's compact manager and by ours: the same files are
// picked, merged and upgraded, step by step.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findJava, skipWithout } from '../interop/tools.ts';
import { javaOutcomes, scriptsOf } from './java-outcomes.ts';
import { playScript } from './play-script.ts';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const SCRIPTS = 4000;
const skip = skipWithout(findJava());

describe(`compactions as Java picks them (SEED=${SEED})`, { skip }, () => {
  it('picks, merges and upgrades the same files', () => {
    const scripts = scriptsOf(SEED, SCRIPTS);
    const outcomes = javaOutcomes(scripts);
    assert.equal(outcomes.length, scripts.length);
    const counts = { before: 0, rewrite: 0, upgrade: 0, drop: 0 };
    for (const [i, script] of scripts.entries()) {
      const java = outcomes[i] ?? [];
      assert.deepEqual(playScript(script), java, `script ${i}: ${JSON.stringify(script)}`);
      for (const did of java.flatMap((outcome) => outcome.did as readonly Record<string, unknown>[])) {
        if ('before' in did) counts.before++;
        if ('rewrite' in did) counts.rewrite++;
        if ('upgrade' in did) counts.upgrade++;
        if (did.dropDelete === true) counts.drop++;
      }
    }
    // Enough of everything happened for the comparison to mean something.
    assert.ok(Math.min(...Object.values(counts)) > SCRIPTS / 4, JSON.stringify(counts));
  });
});
