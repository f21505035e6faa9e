// One commit of many rows, in a process of its own whose memory is looked at from outside its heap.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const CHILD = new URL('append-child.ts', import.meta.url).pathname;
const ROWS = 8192 * 250;

describe('a commit of two million rows', () => {
  it('into one bucket without keys stays inside the memory number', { timeout: 300_000 }, () => {
    const warehouse = mkdtempSync(join(tmpdir(), 'spillway-append-'));
    try {
      const flags = ['--max-semi-space-size=8', '--disable-warning=ExperimentalWarning'];
      const printed = execFileSync(process.execPath, [...flags, CHILD, warehouse, String(ROWS)], {
        encoding: 'utf8',
        env: { ...process.env, MALLOC_ARENA_MAX: '1' },
      });
      const [rows, files, peakMb] = printed.trim().split(' ').map(Number);
      assert.deepEqual([rows, files], [ROWS, 1]);
      assert.ok((peakMb as number) <= 344, `${peakMb} MB`);
    } finally {
      rmSync(warehouse, { recursive: true });
    }
  });
});
