// Everything that can be read of one table, each read as a digest of its rows or the error it ended with.
import { createHash } from 'node:crypto';
import { jsonLines } from '../../src/codec/index.ts';
import { type Batch, type Lake, LakeError, type LakeTable } from '../../src/index.ts';

/** How one read ended. */
export type Outcome =
  | { readonly kind: 'rows'; readonly rows: number; readonly digest: string }
  | {
      readonly kind: 'error';
      readonly code: string;
      readonly errorKind: string;
      readonly message: string;
      readonly file: string | undefined;
      readonly stack: string;
    };

/** One read of a table. `system`: the name after `$`. */
export interface Look {
  readonly read: 'latest' | 'snapshot' | 'tag' | 'changes' | 'check' | 'sql' | 'filter' | 'system';
  readonly name?: string;
}

/** The look as a word. */
export function lookName(look: Look): string {
  return look.name === undefined ? look.read : `${look.read} ${look.name}`;
}

/**
 * Makes every look, one after the other. `path` is taken out of the rows, so that copies of a table look the
 * same.
 */
export async function observe(
  lake: Lake,
  name: string,
  looks: readonly Look[],
  path: string,
): Promise<Readonly<Record<string, Outcome>>> {
  const seen: Record<string, Outcome> = {};
  for (const look of looks) seen[lookName(look)] = await outcome(lake, name, look, path);
  return seen;
}

async function outcome(lake: Lake, name: string, look: Look, path: string): Promise<Outcome> {
  try {
    const lines: string[] = [];
    await read(lake, name, look, (text) => {
      for (const line of text.split('\n')) if (line !== '') lines.push(line.replaceAll(path, '<table>'));
    });
    lines.sort();
    const digest = createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
    return { kind: 'rows', rows: lines.length, digest };
  } catch (error) {
    const { message, stack = '' } = error as Error;
    if (!(error instanceof LakeError)) {
      return {
        kind: 'error',
        code: (error as Error).name,
        errorKind: 'raw',
        message,
        file: undefined,
        stack,
      };
    }
    const { code, kind: errorKind, details } = error;
    const file = typeof details.file === 'string' ? details.file : undefined;
    const cause = error.cause instanceof Error ? (error.cause.stack ?? '') : '';
    return { kind: 'error', code, errorKind, message, file, stack: `${stack}\n${cause}` };
  }
}

async function read(lake: Lake, name: string, look: Look, take: (text: string) => void): Promise<void> {
  if (look.read === 'sql') {
    const quoted = `golden."${name.slice('golden.'.length)}"`;
    await print(await lake.sql(`SELECT * FROM ${quoted} AS t`), take);
    return;
  }
  const table = await lake.table(look.read === 'system' ? `${name}$${look.name}` : name);
  switch (look.read) {
    case 'changes':
      for await (const { batch, snapshotId } of table.changes({ from: 'full', once: true })) {
        take(`snapshot ${snapshotId}`);
        await print([batch], take);
      }
      return;
    case 'check':
      return check(table, take);
    case 'filter':
      return print(await table.scan({ filter: `${quoted(table)} is not null`, kind: true }), take);
    case 'snapshot':
      return print(await table.scan({ snapshot: BigInt(look.name ?? '1') }), take);
    case 'tag':
      return print(await table.scan({ tag: look.name ?? '' }), take);
    default:
      return print(await table.scan(), take);
  }
}

function quoted(table: LakeTable): string {
  return `"${(table.fields[0]?.name ?? '').replaceAll('"', '""')}"`;
}

async function check(table: LakeTable, take: (text: string) => void): Promise<void> {
  const onProblem = ({
    severity,
    rule,
    file,
    what,
  }: {
    severity: string;
    rule: string;
    file: string;
    what: string;
  }) => take(`${severity} ${rule} ${file} ${what}`.replaceAll('\n', ' '));
  const summary = await table.check({ data: true, onProblem });
  take(`${summary.snapshot} ${summary.files} ${summary.rows}`);
}

async function print(
  batches: AsyncIterable<Batch> | Iterable<Batch>,
  take: (text: string) => void,
): Promise<void> {
  for await (const batch of batches) for (const text of jsonLines(batch)) take(text);
}
