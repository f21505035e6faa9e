import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseType, type SchemaChange } from '../index.ts';
import { parseArguments, UsageError } from './arguments.ts';
import { CHANGE_OPTIONS, parseChanges } from './schema-changes.ts';

function changesOf(...args: string[]): readonly SchemaChange[] {
  return parseChanges(parseArguments(args, { options: CHANGE_OPTIONS, positionals: [], env: {} }).given);
}

describe('the grammar of alter', () => {
  it('keeps the order of the command line', () => {
    const kinds = changesOf(
      '--drop',
      'a',
      '--add',
      'b INT',
      '--drop=c',
      '--drop-primary-key',
      '--unset',
      'k',
    );
    assert.deepEqual(
      kinds.map(({ kind }) => kind),
      ['drop-column', 'add-column', 'drop-column', 'drop-primary-key', 'remove-option'],
    );
  });

  it('reads columns, types and places', () => {
    const type = parseType('TIMESTAMP(3) WITH LOCAL TIME ZONE');
    assert.deepEqual(
      changesOf('--add', 'c TIMESTAMP(3) WITH LOCAL TIME ZONE after `a ``b`', '--add', 'first INT'),
      [
        { kind: 'add-column', path: ['c'], type, position: { kind: 'after', column: 'a `b' } },
        { kind: 'add-column', path: ['first'], type: parseType('INT') },
      ],
    );
    assert.deepEqual(changesOf('--add', 'r.`x.y`.z ARRAY<INT> LAST', '--move', 'a before b'), [
      {
        kind: 'add-column',
        path: ['r', 'x.y', 'z'],
        type: parseType('ARRAY<INT>'),
        position: { kind: 'last' },
      },
      { kind: 'move-column', column: 'a', position: { kind: 'before', column: 'b' } },
    ]);
  });

  it('takes everything after the first = as it is', () => {
    assert.deepEqual(
      changesOf(
        '--set',
        'a=b=c',
        '--comment',
        'c= = ',
        '--comment',
        'c=',
        '--default',
        'c=',
        '--no-default',
        'c',
      ),
      [
        { kind: 'set-option', key: 'a', value: 'b=c' },
        { kind: 'comment-column', path: ['c'], comment: ' = ' },
        { kind: 'comment-column', path: ['c'] },
        { kind: 'set-default', path: ['c'], defaultValue: '' },
        { kind: 'set-default', path: ['c'] },
      ],
    );
    assert.deepEqual(changesOf('--rename', '`a=b`=`c d`', '--table-comment', ''), [
      { kind: 'rename-column', path: ['a=b'], name: 'c d' },
      { kind: 'comment-table' },
    ]);
  });

  it('names the option it cannot read', () => {
    for (const args of [
      ['--drop', 'a b'],
      ['--drop', ''],
      ['--rename', 'a'],
      ['--rename', 'a=b c'],
      ['--move', 'a'],
      ['--move', 'a.b first'],
      ['--set', 'a'],
      ['--comment', 'a text'],
    ]) {
      assert.throws(
        () => changesOf(...args),
        (e) => e instanceof UsageError && e.message.includes(args[0] as string),
        args.join(' '),
      );
    }
    assert.throws(() => changesOf('--type', 'a'), { code: 'ARGUMENT_INVALID' });
  });
});
