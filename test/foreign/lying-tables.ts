// A warehouse of tables whose metadata lies, and the ways they are read.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { jsonLines } from '../../src/codec/index.ts';
import { type Lake, openLake, type Problem } from '../../src/index.ts';
import type { DamagedTable } from '../check/damaged-table.ts';

/** A directory of the test file that asks for it, gone when its tests have ended. */
export const root = mkdtempSync(join(tmpdir(), 'foreign-bytes-'));
export const warehouse = join(root, 'warehouse');
export let lake: Lake;
before(async () => {
  mkdirSync(warehouse);
  lake = await openLake({ warehouse, memory: '384mb', tempDirectory: join(root, 'temp') });
});
after(async () => {
  await lake.close();
  rmSync(root, { recursive: true, force: true });
});

/** Text of an error a read must end with. `message` may name any part of it. */
export interface Refusal {
  readonly code: string | RegExp;
  readonly message?: RegExp;
}

export type Json = Record<string, unknown>;

export async function linesOf(name: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const batch of await (await lake.table(`golden.${name}`)).scan()) {
    for (const text of jsonLines(batch)) lines.push(...text.split('\n').filter((line) => line !== ''));
  }
  return lines.sort();
}

export async function sqlOf(name: string): Promise<number> {
  let rows = 0;
  for await (const batch of await lake.sql(`SELECT * FROM golden."${name}"`)) rows += batch.rowCount;
  return rows;
}

/** Both ways of reading refuse the table, and check finds an error in it without failing. */
export async function refused(name: string, refusal: Refusal): Promise<void> {
  await assert.rejects(linesOf(name), refusal);
  await assert.rejects(sqlOf(name), refusal);
}

export async function findings(name: string): Promise<Problem[]> {
  const found: Problem[] = [];
  const table = await lake.table(`golden.${name}`);
  await table.check({ data: true, onProblem: (problem) => found.push(problem) });
  return found.filter((problem) => problem.severity === 'error');
}

/** The manifest of a table's newest snapshot with its first added file changed. */
export function changeFile(table: DamagedTable, change: (file: Json, entry: Json) => void): void {
  for (const name of table.files('manifest/manifest-[!l]*')) {
    table.manifest(name, (entries) => {
      for (const entry of entries) {
        if (entry.kind === 'ADD') change(entry.file as unknown as Json, entry as unknown as Json);
      }
      return undefined;
    });
  }
}

export function newestSnapshot(table: DamagedTable): string {
  const ids = table.files('snapshot/snapshot-*').map((name) => Number(name.split('-').at(-1)));
  return `snapshot/snapshot-${Math.max(...ids)}`;
}

export const OUTSIDE: Refusal = { code: 'PATH_OUTSIDE_TABLE' };
export const CORRUPT: Refusal = { code: /^FILE_(CORRUPT|MISSING)$/ };
