// The command as a user has it: through bin/spillway, on the example warehouse.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

const root = join(import.meta.dirname, '..');
const command = join(root, 'bin/spillway');
const env = { ...process.env, SPILLWAY_WAREHOUSE: join(root, 'example/warehouse') };

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, { env, encoding: 'utf8', timeout: 300_000 });
  return { status, lines: stdout.split('\n').slice(0, -1), err: stderr };
}

describe('the command', () => {
  it('prints rows as JSON lines into a pipe, and nothing else', () => {
    const { status, lines, err } = run('scan', 'shop.orders');
    assert.deepEqual([status, err], [0, '']);
    // 60 orders, of which those with numbers ending in 7 were deleted.
    assert.equal(lines.length, 54);
    assert.ok(lines.every((line) => !/^\{"id":"10\d7"/.test(line)));
  });

  it('answers SQL over tables and their past', () => {
    const sql = "SELECT count(*) AS n FROM shop.orders VERSION AS OF 'first-day'";
    assert.deepEqual(run('sql', sql), { status: 0, lines: ['{"n":"18"}'], err: '' });
  });

  it('gives the tour', () => {
    const { status, lines, err } = run('demo');
    assert.deepEqual([status, err], [0, '']);
    assert.ok(lines.some((line) => line.startsWith('Your turn')));
  });

  it('ends with 1 and one line that starts with the code when it is refused', () => {
    const { status, lines, err } = run('scan', 'shop.nothing');
    assert.deepEqual([status, lines], [1, []]);
    assert.match(err, /^TABLE_MISSING: .*shop\.nothing.*\n$/);
  });

  it('ends with 2 when the command line is wrong', () => {
    assert.equal(run('scan').status, 2);
    assert.equal(run('scna', 'shop.orders').status, 2);
    assert.equal(run('scan', 'shop.orders', '--limt', '1').status, 2);
  });

  it('ends quietly when the reader has gone', async () => {
    const child = spawn(command, ['scan', 'shop.visits'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let err = '';
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    const [status] = await once(child, 'close');
    assert.deepEqual([status, err], [0, '']);
  });

  for (const sent of ['SIGTERM', 'SIGHUP'] as const)
    it(`stops following a table on ${sent}, and leaves no temporary files`, async () => {
      const temporary = mkdtempSync(join(tmpdir(), 'spillway-command-'));
      after(() => rmSync(temporary, { recursive: true, force: true }));
      const child = spawn(command, ['changes', 'shop.orders'], {
        env: { ...env, TMPDIR: temporary },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      await once(child.stdout, 'data');
      child.stdout.resume();
      child.kill(sent);
      const [, signal] = await once(child, 'close');
      assert.equal(signal, null);
      assert.deepEqual(readdirSync(temporary), []);
    });
});
