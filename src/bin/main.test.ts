import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { describe, it } from 'node:test';
import { LakeError } from '../base/index.ts';
import { UsageError } from './arguments.ts';
import type { CommandEntry } from './commands.ts';
import { type CommandIo, OutputClosed, streamOutput } from './io.ts';
import { main } from './main.ts';

function command(
  name: string,
  run: (args: readonly string[], io: CommandIo) => Promise<number>,
): CommandEntry {
  return { name, summary: `does ${name}`, load: async () => ({ help: `usage: spillway ${name}`, run }) };
}

async function run(args: string[], body: CommandEntry, env: Record<string, string> = {}) {
  const text = { out: '', err: '' };
  const output = (key: 'out' | 'err') => ({
    write: async (chunk: string | Uint8Array): Promise<void> => {
      text[key] += chunk;
    },
    isTerminal: false,
    columns: 80,
  });
  const signal = new AbortController().signal;
  const io: CommandIo = { out: output('out'), err: output('err'), env, signal, progress: () => undefined };
  const status = await main(args, io, [body, command('changes', async () => 0)]);
  return { status, ...text };
}

function failing(error: unknown): CommandEntry {
  return command('scan', () => Promise.reject(error));
}

describe('main', () => {
  it('passes the words after the name on, and the status back', async () => {
    const scan = command('scan', async (args, io) => {
      await io.out.write(args.join('|'));
      return 7;
    });
    assert.deepEqual(await run(['scan', 'a', '--b'], scan), { status: 7, out: 'a|--b', err: '' });
  });

  it('prints help of itself and of a sub-command to stdout', async () => {
    const scan = failing(new Error('must not run'));
    assert.match((await run(['--help'], scan)).out, /scan +does scan/);
    for (const args of [
      ['scan', 't', '--help'],
      ['help', 'scan'],
      ['scan', '-h'],
    ]) {
      assert.deepEqual(await run(args, scan), { status: 0, out: 'usage: spillway scan\n', err: '' });
    }
  });

  it('without any word prints help to stderr and ends with 2', async () => {
    const { status, out, err } = await run([], failing(undefined));
    assert.deepEqual([status, out], [2, '']);
    assert.match(err, /^spillway /);
  });

  it('prints the version of package.json', async () => {
    assert.match((await run(['--version'], failing(undefined))).out, /^\d+\.\d+\.\d+\n$/);
  });

  it('prints one line that starts with the code, and ends with 1', async () => {
    const error = new LakeError('TABLE_MISSING', 'no table\n  db.t');
    assert.deepEqual(await run(['scan'], failing(error)), {
      status: 1,
      out: '',
      err: 'TABLE_MISSING: no table db.t\n',
    });
    assert.equal(
      (await run(['scan'], failing(new TypeError('x is undefined')))).err,
      'BUG: x is undefined\n',
    );
    assert.equal((await run(['scan'], failing('odd'))).err, 'BUG: odd\n');
  });

  it('shows stacks and causes only when asked to', async () => {
    const error = new LakeError('FILE_CORRUPT', 'bad', {}, new Error('underneath'));
    const { err } = await run(['scan'], failing(error), { SPILLWAY_DEBUG: '1' });
    assert.match(err, /^FILE_CORRUPT: bad\n/);
    assert.match(err, /caused by Error: underneath\n +at /);
  });

  it('ends with 2 where the command line is wrong', async () => {
    const { status, err } = await run(['scan'], failing(new UsageError('TABLE is missing')));
    assert.deepEqual([status, err], [2, 'USAGE: TABLE is missing; see spillway scan --help\n']);
  });

  it('suggests the sub-command that was meant', async () => {
    const { status, err } = await run(['chnages'], failing(undefined));
    assert.deepEqual([status, err], [2, "USAGE: unknown sub-command 'chnages'; did you mean 'changes'?\n"]);
  });

  it('is quiet when the reader of the output has gone', async () => {
    const result = await run(['scan'], failing(new OutputClosed('gone')));
    assert.deepEqual(result, { status: 0, out: '', err: '' });
  });
});

describe('output', () => {
  it('tells a closed pipe from other failures', async () => {
    for (const [code, expected] of [
      ['EPIPE', OutputClosed],
      ['ENOSPC', Error],
    ] as const) {
      const broken = new Writable({
        write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })),
      });
      const output = streamOutput(broken);
      await assert.rejects(output.write('x'), (error) => error instanceof expected);
      await assert.rejects(output.write('y'), (error) => error instanceof expected);
    }
  });

  it('waits for a slow reader', async () => {
    let taken: (() => void) | undefined;
    const slow = new Writable({
      write(_chunk, _encoding, done) {
        taken = done;
      },
    });
    let written = false;
    const write = streamOutput(slow)
      .write('a')
      .then(() => {
        written = true;
      });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(written, false);
    taken?.();
    await write;
  });
});
