// A real file system of a few megabytes, full. Where the system lets us mount none, the same failures are
// covered by faults on purpose (failing-calls.test.ts).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

const TIMEOUT_MS = 300_000;
const disk = mkdtempSync(join(tmpdir(), 'spillway-disk-'));
after(() => rmSync(disk, { recursive: true }));

/** Runs a command with a small file system at `disk`, in a namespace of its own: it is gone afterwards. */
function onSmallDisk(bytes: string, command: readonly string[]) {
  const script = 'mount -t tmpfs -o size="$0" spillway "$1" && shift && exec "$@"';
  const args = ['-r', '-m', 'sh', '-c', script, bytes, disk, ...command];
  return spawnSync('unshare', args, { encoding: 'utf8', timeout: TIMEOUT_MS });
}

const probe = onSmallDisk('1m', ['true']);
const skip =
  probe.status === 0 ? false : `not run: no file system can be mounted: ${probe.stderr ?? probe.error}`;

describe('a full disk', { skip, timeout: TIMEOUT_MS }, () => {
  it('fails writes, compactions and expiries naming the file, and leaves nothing', () => {
    const child = join(import.meta.dirname, 'full-disk-child.ts');
    const { status, stdout, stderr } = onSmallDisk('8m', [process.execPath, child, disk]);
    assert.equal(status, 0, stdout + stderr);
  });
});
