// One line of an upkeep script, performed by Spillway: the twin of UpkeepCommand in interop/.
import { LakeError } from '../../src/base/index.ts';
import type { Store } from '../../src/store/index.ts';
import {
  createBranch,
  createTag,
  deleteBranch,
  deleteConsumer,
  deleteTag,
  expireSnapshots,
  expireTags,
  fastForward,
  openTableAt,
  parseIdentifier,
  removeOrphans,
  resetConsumer,
  rollbackTo,
  type Table,
} from '../../src/table/index.ts';

/** Opens a table of a warehouse by its name. */
export function openAt(store: Store, warehouse: string, name: string): Promise<Table> {
  const identifier = parseIdentifier(name);
  return openTableAt({
    store,
    identifier,
    path: `${warehouse}/${identifier.database}.db/${identifier.table}`,
  });
}

/** `ok`, or `refused` and why. Failures that are no refusal are thrown. */
export async function perform(store: Store, warehouse: string, line: string): Promise<string> {
  const [name = '', action = '', ...args] = line.split('\t');
  try {
    await act(await openAt(store, warehouse, name), action, args);
    return 'ok';
  } catch (error) {
    if (!(error instanceof LakeError) || error.kind !== 'invalid') throw error;
    return `refused ${error.code} ${error.message}`;
  }
}

async function act(table: Table, action: string, args: readonly string[]): Promise<unknown> {
  const [a = '', b, c, d] = args;
  switch (action) {
    case 'tag':
      return createTag(table, a, {
        ...(b === undefined ? {} : { snapshot: BigInt(b) }),
        ...(c === undefined ? {} : { retainMs: Number(c) }),
      });
    case 'delete-tag':
      return deleteTag(table, a);
    case 'expire-tags':
      return expireTags(table, a === '' ? {} : { olderThanMs: Number(a) });
    case 'branch':
      return createBranch(table, a, b === undefined ? {} : { tag: b });
    case 'delete-branch':
      return deleteBranch(table, a);
    case 'fast-forward':
      return fastForward(table, a);
    case 'rollback':
      return rollbackTo(table, { snapshot: BigInt(a) });
    case 'rollback-tag':
      return rollbackTo(table, { tag: a });
    case 'consumer':
      return resetConsumer(table, a, BigInt(b ?? ''));
    case 'delete-consumer':
      return deleteConsumer(table, a);
    case 'expire':
      return expire(table, a, b ?? '', c ?? '', d ?? '');
    case 'clean':
      return removeOrphans(table, { olderThanMs: Number(a) });
    default:
      throw new Error(`unknown action ${action}`);
  }
}

async function expire(table: Table, min: string, max: string, limit: string, time: string): Promise<unknown> {
  const raw = {
    ...table.options.raw,
    'snapshot.num-retained.min': min,
    'snapshot.num-retained.max': max,
    'snapshot.expire.limit': limit,
    'snapshot.time-retained': time,
  };
  return expireSnapshots({ ...table, options: { ...table.options, raw } });
}
