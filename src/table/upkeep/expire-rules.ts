// How many snapshots and changelogs may go: the rules, without any file being looked at.
import { LakeError } from '../../base/index.ts';
import { durationMs, flag, integer } from '../table-options.ts';

const INT_MAX = 2147483647;
const HOUR_MS = 3_600_000;

/**
 * What to keep.
 *
 * Shape   undefined: what the table's options say (`snapshot.num-retained.min`, `.max`,
 *         `snapshot.time-retained`, `snapshot.expire.limit`).
 * Units   `olderThanMs`: expire snapshots committed before this moment, milliseconds since the epoch.
 */
export interface RetainOptions {
  readonly retainMin?: number;
  readonly retainMax?: number;
  readonly olderThanMs?: number;
  readonly maxDeletes?: number;
}

/** One kind of retention. `beforeMs`: only what was committed before may go. */
export interface Retention {
  readonly min: number;
  readonly max: number;
  readonly beforeMs: bigint;
  readonly limit: number;
}

/**
 * The retention of a table.
 *
 * Shape   `decoupled`: changelogs outlive their snapshots. `consumersKeepSnapshots`: false when consumers
 *         need changelogs only.
 */
export interface ExpireRules {
  readonly snapshots: Retention;
  readonly changelogs: Retention;
  readonly decoupled: boolean;
  readonly consumersKeepSnapshots: boolean;
}

/**
 * Reads the rules from options and arguments.
 *
 * Errors  `ARGUMENT_INVALID` when more must be kept than may be, or a number is out of range;
 *         `SCHEMA_INVALID` for an option that cannot be parsed.
 * Source  Paimon, options/ExpireConfig.java, CoreOptions.java (expireConfig), utils/ProcedureUtils.java
 *         (fillInSnapshotOptions).
 */
export function expireRules(
  raw: Readonly<Record<string, string>>,
  retain: RetainOptions,
  nowMs: number,
): ExpireRules {
  const min = retain.retainMin ?? integer(raw, 'snapshot.num-retained.min', 10);
  const max = retain.retainMax ?? integer(raw, 'snapshot.num-retained.max', INT_MAX);
  const optionTime = durationMs(raw, 'snapshot.time-retained', HOUR_MS) ?? HOUR_MS;
  const time = retain.olderThanMs === undefined ? optionTime : nowMs - retain.olderThanMs;
  const limit = retain.maxDeletes ?? integer(raw, 'snapshot.expire.limit', 50);
  const longMin = integer(raw, 'changelog.num-retained.min', min);
  const longMax = integer(raw, 'changelog.num-retained.max', max);
  const longTime = durationMs(raw, 'changelog.time-retained', time) ?? time;
  for (const [name, count] of Object.entries({ min, max, limit, longMin, longMax })) checkCount(name, count);
  checkOrder('snapshot', min, max);
  const decoupled = longMax > max || longMin > min || longTime > time;
  if (decoupled) checkOrder('changelog', longMin, longMax);
  return {
    snapshots: { min, max, beforeMs: BigInt(Math.floor(nowMs - time)), limit },
    changelogs: { min: longMin, max: longMax, beforeMs: BigInt(Math.floor(nowMs - longTime)), limit },
    decoupled,
    // Without changelogs that outlive their snapshots a consumer would lose what it has yet to read.
    consumersKeepSnapshots: !(decoupled && flag(raw, 'consumer.changelog-only', false)),
  };
}

/**
 * The ids to look at: those below `from` go whatever their age, from there to `to` (excluded) the first one
 * that is young enough ends it.
 *
 * Source  Paimon, table/ExpireSnapshotsImpl.java (expire), ExpireChangelogImpl.java (expire).
 */
export function expireRange(
  { min, max, limit }: Retention,
  ids: { readonly earliest: bigint; readonly latest: bigint; readonly consumer: bigint | undefined },
): { readonly from: bigint; readonly to: bigint } {
  const { earliest, latest, consumer } = ids;
  const oldestAllowed = latest - BigInt(max) + 1n;
  const bounds = [latest - BigInt(min) + 1n, earliest + BigInt(limit)];
  if (consumer !== undefined) bounds.push(consumer);
  return {
    from: oldestAllowed > earliest ? oldestAllowed : earliest,
    to: bounds.sort((a, b) => (a < b ? -1 : 1))[0] as bigint,
  };
}

function checkOrder(what: string, min: number, max: number): void {
  if (max >= min) return;
  throw new LakeError(
    'ARGUMENT_INVALID',
    `At least ${min} ${what}s are to be kept, and at most ${max}: the maximum must not be below the minimum.`,
  );
}

function checkCount(name: string, count: number): void {
  const least = name === 'limit' ? 0 : 1;
  if (Number.isSafeInteger(count) && count >= least) return;
  throw new LakeError('ARGUMENT_INVALID', `The number of snapshots to keep (${name}) is ${count}.`);
}
