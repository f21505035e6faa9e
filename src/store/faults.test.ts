import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { parseFaults } from './faults.ts';
import { LocalStore } from './local-store.ts';

const root = mkdtempSync(join(tmpdir(), 'spillway-faults-'));
after(() => rmSync(root, { recursive: true }));
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

describe('SPILLWAY_FAULT', () => {
  it('is nothing when it is not set', () => {
    assert.equal(parseFaults(undefined), undefined);
    assert.equal(parseFaults(''), undefined);
  });

  for (const wrong of [
    'link',
    'link=',
    'lonk=kill',
    'link=explode',
    'link@=kill',
    'link:x=kill',
    '=kill',
    'link=kill,',
  ]) {
    it(`refuses ${wrong}`, () => assert.throws(() => parseFaults(wrong), { code: 'ARGUMENT_INVALID' }));
  }

  it('is at a step of files that match, when it is reached the time that was said', async () => {
    const store = new LocalStore(parseFaults('link@snapshot/snapshot-*:2=eio'));
    assert.equal(await store.publish(join(root, 'snapshot/snapshot-1'), text('1')), true);
    assert.equal(await store.publish(join(root, 'other/snapshot-2'), text('2')), true);
    await assert.rejects(store.publish(join(root, 'snapshot/snapshot-2'), text('2')), {
      code: 'STORE_UNAVAILABLE',
    });
    assert.equal(await store.publish(join(root, 'snapshot/snapshot-2'), text('2')), true);
  });

  it('lasts when it was said to', async () => {
    const store = new LocalStore(parseFaults('write@*.x:2+=enospc'));
    assert.equal(await store.publish(join(root, 'l/1.x'), text('1')), true);
    for (const name of ['2.x', '3.x']) {
      await assert.rejects(store.publish(join(root, 'l', name), text('1')), { code: 'DISK_EXHAUSTED' });
    }
    assert.deepEqual(readdirSync(join(root, 'l')), ['1.x']);
  });

  it('counts any step that changes something as *', async () => {
    const store = new LocalStore(parseFaults('*:5=eio'));
    await store.stat(root);
    // The fourth is the link, so the fifth is the removal of the temporary name, which does no harm.
    assert.equal(await store.publish(join(root, 'any'), text('1')), true);
    assert.equal(readdirSync(root).filter((name) => name.startsWith('.any.')).length, 1);
  });

  const child = (fault: string, timeout?: number) => {
    const script = `
      const { LocalStore } = await import(${JSON.stringify(join(import.meta.dirname, 'local-store.ts'))});
      await new LocalStore().publish(process.argv[1] + '/p/x', new Uint8Array(1000));`;
    const args = ['--input-type=module', '-e', script, root];
    const env = { ...process.env, SPILLWAY_FAULT: fault };
    return spawnSync(process.execPath, args, {
      env,
      encoding: 'utf8',
      ...(timeout === undefined ? {} : { timeout }),
    });
  };

  it('kills the process with half of the bytes written', () => {
    assert.equal(child('write@p/x=kill').signal, 'SIGKILL');
    const [name = '', ...more] = readdirSync(join(root, 'p'));
    assert.match(name, /^\.x\..*\.tmp$/);
    assert.deepEqual(more, []);
    assert.equal(readFileSync(join(root, 'p', name)).length, 500);
    rmSync(join(root, 'p'), { recursive: true });
  });

  it('prints steps, or keeps the process there for ever', () => {
    const { stderr, signal } = child('*=print,link=hang', 5000);
    assert.equal(signal, 'SIGTERM');
    const lines = stderr.split('\n').filter((line) => line.includes(root));
    assert.deepEqual(
      lines.map((line) => line.replaceAll(root, '')),
      ['create /p/x', 'mkdir /p', 'fsync-names ', 'create /p/x', 'write /p/x', 'fsync /p/x', 'link /p/x'],
    );
  });
});
