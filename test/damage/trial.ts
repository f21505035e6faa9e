// One trial: a copy of a table, one file of it damaged, and everything that can be read of it then.
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Lake } from '../../src/index.ts';
import { type Damage, mutate, randomOf } from './mutate.ts';
import { type Look, type Outcome, observe } from './observe.ts';

/**
 * What to do. `source`: the sound table's directory; `file`: below it, what is damaged; `swapWith`: the file
 * put in its place for `swap`. Without `damage` the table is read as it is.
 */
export interface Trial {
  readonly id: number;
  readonly source: string;
  readonly file?: string;
  readonly damage?: Damage;
  readonly swapWith?: string;
  readonly seed: number;
  readonly looks: readonly Look[];
}

/**
 * What came of it. `from`, `to`: the bytes that were changed. `same`: the damage changed nothing; `sameSize`:
 * not the size.
 */
export interface TrialResult {
  readonly id: number;
  readonly path: string;
  readonly seen: Readonly<Record<string, Outcome>>;
  readonly from: number;
  readonly to: number;
  readonly same: boolean;
  readonly sameSize: boolean;
}

/** Runs a trial in a lake whose warehouse is `warehouse`. The copy is removed after it. */
export async function runTrial(lake: Lake, warehouse: string, trial: Trial): Promise<TrialResult> {
  const name = `t${trial.id}`;
  const path = join(warehouse, 'golden.db', name);
  linkTree(trial.source, path);
  try {
    const changed = damageFile(path, trial);
    const seen = await observe(lake, `golden.${name}`, trial.looks, path);
    return { id: trial.id, path, seen, ...changed };
  } finally {
    if (process.env.KEEP === undefined) rmSync(path, { recursive: true, force: true });
  }
}

/** The tree again, its files being the same files: only the damaged one is copied. */
function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true, recursive: true })) {
    const source = join(entry.parentPath, entry.name);
    const target = join(to, source.slice(from.length + 1));
    if (entry.isDirectory()) mkdirSync(target, { recursive: true });
    else {
      mkdirSync(dirname(target), { recursive: true });
      linkSync(source, target);
    }
  }
}

function damageFile(path: string, trial: Trial): Omit<TrialResult, 'id' | 'path' | 'seen'> {
  const { file, damage, swapWith } = trial;
  if (file === undefined || damage === undefined) return { from: 0, to: 0, same: true, sameSize: true };
  const target = join(path, file);
  const sound = readFileSync(target);
  const whole = { from: 0, to: sound.length, same: false, sameSize: false };
  rmSync(target);
  if (damage === 'delete') return whole;
  if (damage === 'directory') {
    mkdirSync(target);
    return whole;
  }
  if (damage === 'swap') {
    const other = readFileSync(join(trial.source, swapWith ?? file));
    writeFileSync(target, other);
    return { ...whole, same: other.equals(sound), sameSize: other.length === sound.length };
  }
  const { bytes, from, to } = mutate(sound, damage, randomOf(trial.seed));
  writeFileSync(target, bytes);
  return { from, to, same: sound.equals(bytes), sameSize: sound.length === bytes.length };
}
