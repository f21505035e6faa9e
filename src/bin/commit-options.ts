// What the commands that commit share: who commits, and partitions by their values.
import type { AbandonedBucket, PartitionValues } from '../index.ts';
import { type OptionSpecs, UsageError } from './arguments.ts';

/** Options of every command that makes a commit of its own. */
export const COMMIT_OPTIONS = {
  'commit-user': { kind: 'text', value: 'NAME', help: 'who commits (default: a random name)' },
  'commit-identifier': {
    kind: 'integer',
    value: 'N',
    help: 'with --commit-user: the commit is made once, however often it is tried',
  },
} as const satisfies OptionSpecs;

/** The same as the library takes them. */
export function commitOptions(options: {
  readonly 'commit-user': string | undefined;
  readonly 'commit-identifier': bigint | undefined;
}): { readonly commitUser?: string; readonly commitIdentifier?: bigint } {
  const [commitUser, commitIdentifier] = [options['commit-user'], options['commit-identifier']];
  if (commitIdentifier !== undefined && commitUser === undefined)
    throw new UsageError('--commit-identifier needs --commit-user');
  return {
    ...(commitUser === undefined ? {} : { commitUser }),
    ...(commitIdentifier === undefined ? {} : { commitIdentifier }),
  };
}

/** Values of partition columns out of words `column=value`. */
export function partitionValues(words: readonly string[]): PartitionValues {
  const pairs = words.map((word) => {
    const at = word.indexOf('=');
    if (at < 1) throw new UsageError(`a partition is given as column=value, not '${word}'`);
    return [word.slice(0, at), word.slice(at + 1)] as const;
  });
  const twice = pairs.find(([name], i) => pairs.findIndex(([other]) => other === name) !== i);
  if (twice !== undefined) throw new UsageError(`partition column ${twice[0]} is given twice`);
  return Object.fromEntries(pairs);
}

/** `1 row`, `2 rows`, `1,000 rows`. */
export function counted(count: number | bigint, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${BigInt(count) === 1n ? '' : 's'}`;
}

/** A line about a bucket whose compaction was given up. */
export function abandonedNote({ partition, bucket, reason }: AbandonedBucket): string {
  return `note: ${partition === '' ? '' : `${partition} `}bucket ${bucket} was not compacted: ${reason}\n`;
}
