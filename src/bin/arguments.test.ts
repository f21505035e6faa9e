import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { asksForHelp, parseArguments, printOptions, suggest, UsageError } from './arguments.ts';

const options = {
  columns: { kind: 'list', value: 'A,B', help: 'columns to print' },
  snapshot: { kind: 'integer', short: 's', value: 'N', help: 'snapshot to read' },
  limit: { kind: 'count', value: 'N', help: 'rows to print' },
  format: { kind: 'choice', choices: ['table', 'jsonl'], help: 'how to print' },
  filter: { kind: 'text', value: 'SQL', help: 'rows to keep' },
  explain: { kind: 'flag', short: 'e', help: 'say what would be read' },
} as const;

function parse(...args: string[]) {
  return parseArguments(args, { options, positionals: ['TABLE'], optionalPositionals: ['NAME'], env: {} });
}

function refusal(...args: string[]): string {
  try {
    parse(...args);
  } catch (error) {
    assert.ok(error instanceof UsageError);
    return error.message;
  }
  return assert.fail(`accepted ${args.join(' ')}`);
}

describe('arguments', () => {
  it('reads every kind of option, in every way to write it', () => {
    const parsed = parse(
      'db.t',
      '--columns',
      'a, b',
      '-s',
      '9223372036854775807',
      '--limit=10',
      '--format',
      'jsonl',
      '-e',
    );
    assert.deepEqual(parsed.positionals, ['db.t']);
    assert.deepEqual(parsed.options.columns, ['a', 'b']);
    assert.equal(parsed.options.snapshot, 9223372036854775807n);
    assert.equal(parsed.options.limit, 10);
    assert.equal(parsed.options.format, 'jsonl');
    assert.equal(parsed.options.explain, true);
    assert.equal(parse('t', '-s-5').options.snapshot, -5n);
  });

  it('leaves out what was not given', () => {
    const { options: got } = parse('t');
    assert.equal(got.limit, undefined);
    assert.equal(got.filter, undefined);
    assert.equal(got.explain, false);
  });

  it('takes the next word as the value whatever it looks like', () => {
    assert.equal(parse('t', '--filter', '--x').options.filter, '--x');
    assert.equal(parse('t', '--filter=a=b').options.filter, 'a=b');
    assert.equal(parse('t', '--filter=').options.filter, '');
  });

  it('ends options at --', () => {
    assert.deepEqual(parse('t', '--', '--explain').positionals, ['t', '--explain']);
  });

  it('finds the warehouse: option, environment, default', () => {
    const at = (args: string[], env: Record<string, string>): string =>
      parseArguments(args, { options: {}, positionals: [], env }).warehouse;
    assert.equal(at([], {}), './warehouse');
    assert.equal(at([], { SPILLWAY_WAREHOUSE: '/data' }), '/data');
    assert.equal(at(['-w', '/other'], { SPILLWAY_WAREHOUSE: '/data' }), '/other');
    assert.equal(at(['--warehouse=/other'], {}), '/other');
  });

  it('names what is wrong', () => {
    assert.equal(refusal('t', '--limt', '1'), 'unknown option --limt; did you mean --limit?');
    assert.equal(refusal('t', '-x'), 'unknown option -x');
    assert.equal(refusal('t', '--constructor'), 'unknown option --constructor');
    assert.equal(refusal('t', '--limit', '1', '--limit', '2'), '--limit is given twice');
    assert.equal(refusal('t', '--limit'), '--limit needs a value: --limit N');
    assert.equal(refusal('t', '--limit', '-1'), '--limit must be from 0 to 2^53-1, not -1');
    assert.equal(refusal('t', '--limit', '1.5'), "--limit must be a whole number, not '1.5'");
    assert.equal(
      refusal('t', '--snapshot', '9223372036854775808'),
      '--snapshot does not fit 64 bits: 9223372036854775808',
    );
    assert.equal(refusal('t', '--explain=1'), '--explain takes no value');
    assert.equal(refusal('t', '--format', 'xml'), "--format must be one of table, jsonl, not 'xml'");
    assert.equal(refusal('t', '--columns', 'a,,b'), "--columns has an empty item: 'a,,b'");
    assert.equal(refusal(), 'TABLE is missing');
    assert.equal(refusal('a', 'b', 'c'), "unexpected argument 'c'");
  });

  it('sees the wish for help before --, not after', () => {
    assert.equal(asksForHelp(['t', '-h']), true);
    assert.equal(asksForHelp(['t', '--', '--help']), false);
  });

  it('prints options with their values, aligned', () => {
    const lines = printOptions(options).split('\n');
    assert.ok(lines.includes('      --limit N             rows to print'));
    assert.ok(lines.includes('  -e, --explain             say what would be read'));
    assert.ok(lines.some((line) => line.startsWith('  -w, --warehouse DIR')));
  });

  it('suggests what is near and nothing that is far', () => {
    assert.equal(suggest('scna', ['scan', 'sql']), 'scan');
    assert.equal(suggest('chnages', ['scan', 'changes']), 'changes');
    assert.equal(suggest('frobnicate', ['scan', 'sql']), undefined);
  });
});
