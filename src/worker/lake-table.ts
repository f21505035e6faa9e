// A table as the library's user sees it: its schema, and ways to read it.
import type { Field } from '../base/index.ts';
import { LakeError } from '../base/index.ts';
import { type Predicate, parseFilter, type TableSchema } from '../format/index.ts';
import {
  alterSchema,
  type Change,
  type ChangesRequest,
  type CheckSummary,
  type CompactReport,
  type CreateTag,
  checkTable,
  createBranch,
  createTag,
  deleteBranch,
  deleteConsumer,
  deleteTag,
  dropPartitions,
  type ExpireOptions,
  type ExpireReport,
  expireSnapshots,
  expireTags,
  fastForward,
  type GrantReads,
  type Identifier,
  type OrphanOptions,
  type OrphanReport,
  type PartitionValues,
  type Problem,
  printIdentifier,
  type RollbackReport,
  type RollbackTarget,
  readChanges,
  removeOrphans,
  resetConsumer,
  rollbackTo,
  type SchemaChange,
  type Table,
  type TruncateOptions,
  type TruncateResult,
  truncateTable,
  type UpkeepOptions,
  type UpkeepReport,
  type WriteOptions,
  withoutTimeTravel,
} from '../table/index.ts';
import { type CompactOptions, compactLeased } from './lake-compact.ts';
import type { LakeCore } from './lake-core.ts';
import { LakeWrite } from './lake-write.ts';
import { leased } from './read-leased.ts';
import { type Scan, type ScanOptions, startScan } from './scan.ts';
import { sqlScan } from './sql-scan.ts';
import { openSystemTable, type SystemSource } from './system-source.ts';
import { travelOptions } from './travel-options.ts';

/**
 * Options of `LakeTable.changes`.
 *
 * Shape   `from`: `full` (all rows, then changes; default unless the table's options say otherwise),
 *         `earliest`, `latest`, a snapshot id, `{ timestampMs }` or `{ consumer }`. `filter` as in a scan,
 *         but only conditions over columns. `once`: end when caught up.
 */
export interface ChangesOptions extends Omit<ChangesRequest, 'granted' | 'filter'> {
  readonly filter?: string | Predicate;
}

/**
 * Options of `LakeTable.check`.
 *
 * Shape   `onProblem` gets every finding once, as it is found. `data`: read the rows of all files too.
 */
export interface CheckTableOptions {
  readonly onProblem: (problem: Problem) => void;
  readonly data?: boolean;
  readonly onProgress?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** An opened table, branch or system table. Immutable; opening again sees newer schemas. */
export class LakeTable {
  /** `db.table`, with branch and system table where the name had them. */
  readonly name: string;
  /** The columns `scan` gives. */
  readonly fields: readonly Field[];
  readonly #core: LakeCore;
  readonly #identifier: Identifier;
  readonly #table: Table;
  readonly #system: SystemSource | undefined;
  readonly #options: Readonly<Record<string, string>>;

  private constructor(
    core: LakeCore,
    identifier: Identifier,
    table: Table,
    options: Readonly<Record<string, string>>,
  ) {
    this.#core = core;
    this.#identifier = identifier;
    this.#table = table;
    this.#options = options;
    this.#system = identifier.system === undefined ? undefined : openSystemTable(identifier.system, table);
    this.name = printIdentifier(identifier);
    this.fields = this.#system?.fields ?? table.schema.fields;
  }

  /** Use `Lake.table`. */
  static async open(
    core: LakeCore,
    identifier: Identifier,
    options: Readonly<Record<string, string>>,
  ): Promise<LakeTable> {
    return new LakeTable(core, identifier, await core.catalog.openTable(identifier, options), options);
  }

  /** The schema of the table itself, also for its system tables. */
  get schema(): TableSchema {
    return this.#table.schema;
  }

  /** True for `db.table$files` and the like. */
  get isSystem(): boolean {
    return this.#system !== undefined;
  }

  /**
   * Plans a read.
   *
   * Shape   a `Scan`: its fields, what was pruned and why, and the rows as batches (`for await`) or objects
   *         (`rows()`).
   * Errors  COLUMN_MISSING, FILTER_INVALID, SNAPSHOT_MISSING, TAG_MISSING, ARGUMENT_INVALID; FILE_CORRUPT,
   *         FILE_MISSING.
   */
  async scan(options: ScanOptions = {}): Promise<Scan> {
    const table = await this.#travelled(options);
    const system = this.#systemOf(table);
    const { filter } = options;
    if (typeof filter !== 'string') return startScan(this.#core, { table, system, options, filter });
    const parsed = parseFilter(filter, system?.fields ?? table.schema.fields);
    if (parsed !== undefined) return startScan(this.#core, { table, system, options, filter: parsed });
    return sqlScan(this.#core, { identifier: this.#identifier, options: { ...options, filter } });
  }

  /**
   * Follows the table's changelog: rows with their kind, snapshot by snapshot, from where `from` says. Ends
   * with `once` when it has caught up, else goes on until the signal fires or the caller stops. Rows have the
   * newest schema's columns, also where the table's options name a snapshot to begin with.
   *
   * Limits  as `scan` while it reads the files of a snapshot; nothing while it waits for one.
   * Errors  as `scan`; READ_EXPIRED when a snapshot it needs is gone.
   */
  async *changes(options: ChangesOptions = {}): AsyncGenerator<Change, void, undefined> {
    if (this.#system !== undefined) {
      throw new LakeError('ARGUMENT_INVALID', `${this.name} is a system table; it has no changelog`);
    }
    const { filter, ...rest } = options;
    const table = await withoutTimeTravel(this.#table);
    const parsed = typeof filter === 'string' ? parseFilter(filter, table.schema.fields) : filter;
    if (parsed === undefined && filter !== undefined) {
      throw new LakeError('FILTER_INVALID', `changes take conditions over columns only, not '${filter}'`);
    }
    const columns = (rest.columns ?? table.schema.fields).length + 1;
    const granted: GrantReads = (splits, read) =>
      leased(this.#core, { table, splits, columns, signal: rest.signal }, read);
    yield* readChanges(table, { ...rest, ...(parsed === undefined ? {} : { filter: parsed }), granted });
  }

  /**
   * Verifies what Java relies on in the table's files: metadata of all snapshots, tags and branches, and with
   * `data` the rows too.
   *
   * Limits  holds the file descriptions of one snapshot, about 1 kB each.
   * Errors  findings go to `onProblem`; CANCELLED, STORE_UNAVAILABLE end the check.
   */
  check(options: CheckTableOptions): Promise<CheckSummary> {
    const { data, ...rest } = options;
    return checkTable(this.#table, data === true ? { ...rest, engine: () => this.#core.engine() } : rest);
  }

  /**
   * Changes the table's schema: all changes, in their order, or none.
   *
   * Shape   the table as it is after them; this handle keeps the schema it was opened with.
   * Errors  SCHEMA_INVALID, COLUMN_MISSING where Java refuses a change; COMMIT_CONFLICT when other writers
   *         change it all the time.
   */
  async alter(changes: readonly SchemaChange[]): Promise<LakeTable> {
    if (this.#system !== undefined) {
      throw new LakeError('ARGUMENT_INVALID', `${this.name} is a system table; it has no schema of its own`);
    }
    await alterSchema(this.#table, changes);
    return await LakeTable.open(this.#core, this.#identifier, this.#options);
  }

  /**
   * Begins a write: rows go in, one commit makes them visible. Unless option `write-only` says not to,
   * buckets that have become many files are compacted with it, as Java does: a second snapshot, of kind
   * COMPACT.
   *
   * Limits  the rows lie in an engine of the lake's memory for statements, which spills to its temporary
   *         directory.
   * Errors  FEATURE_UNSUPPORTED naming the option or type that would be written wrongly; BUDGET_EXHAUSTED
   *         when the memory for statements stays taken.
   */
  async write(options: WriteOptions = {}): Promise<LakeWrite> {
    if (this.#system !== undefined) {
      throw new LakeError('ARGUMENT_INVALID', `${this.name} is a system table; it is not written`);
    }
    return LakeWrite.open(this.#core, this.#table, options);
  }

  /** Removes all rows, as one commit. Errors: COMMIT_CONFLICT, COMMIT_UNKNOWN. */
  async truncate(options: TruncateOptions = {}): Promise<TruncateResult> {
    return truncateTable(this.#upkept(), options);
  }

  /**
   * Removes all partitions that have the values of one of `partitions`, as one commit.
   *
   * Shape   values of some or all partition columns, as text; null for null.
   * Errors  as `truncate`; ARGUMENT_INVALID for a column that is no partition key.
   */
  async dropPartitions(
    partitions: readonly PartitionValues[],
    options: TruncateOptions = {},
  ): Promise<TruncateResult> {
    return dropPartitions(this.#upkept(), partitions, options);
  }

  /**
   * Merges files of the table's buckets into fewer ones, as one commit of kind COMPACT: those that Java would
   * merge after a write, or with `full` all of them. Rows stay as they are; what others write meanwhile
   * stays too. A bucket whose files others compact or overwrite meanwhile is given up and reported.
   *
   * Limits  a quarter to a half of the lake's memory for statements and for batches, whatever the size of
   *         the table; about 1 kB a file.
   * Errors  FEATURE_UNSUPPORTED naming the option or type; ARGUMENT_INVALID, FILTER_INVALID; MERGE_REFUSED;
   *         COMMIT_CONFLICT, COMMIT_UNKNOWN; BUDGET_EXHAUSTED when the memory stays taken.
   */
  async compact(options: CompactOptions = {}): Promise<CompactReport> {
    return compactLeased(this.#core, this.#upkept(), options);
  }

  /**
   * Tags a snapshot: default the newest. `retainMs`: it may be expired after so long.
   *
   * Errors  TAG_EXISTS, SNAPSHOT_MISSING, ARGUMENT_INVALID; FEATURE_UNSUPPORTED for tables that want more
   *         done at every tag.
   */
  async createTag(name: string, options: CreateTag = {}): Promise<void> {
    return createTag(this.#upkept(), name, options);
  }

  /** Deletes a tag, and the files only it kept. Errors: TAG_MISSING, FEATURE_UNSUPPORTED as `createTag`. */
  async deleteTag(name: string, options: UpkeepOptions = {}): Promise<UpkeepReport> {
    return deleteTag(this.#upkept(), name, options);
  }

  /**
   * Deletes the tags whose time is over, and those made before `olderThanMs` (milliseconds since the epoch).
   *
   * Errors  as `deleteTag`.
   */
  async expireTags(
    options: UpkeepOptions & { readonly olderThanMs?: number } = {},
  ): Promise<UpkeepReport & { readonly tags: readonly string[] }> {
    return expireTags(this.#upkept(), options);
  }

  /** Makes a branch with the state of a tag, or an empty one. Errors: BRANCH_EXISTS, TAG_MISSING. */
  async createBranch(name: string, from: { readonly tag?: string } = {}): Promise<void> {
    return createBranch(this.#upkept(), name, from);
  }

  /** Deletes a branch. Errors: BRANCH_MISSING; ARGUMENT_INVALID for one that options name. */
  async deleteBranch(name: string, options: UpkeepOptions = {}): Promise<UpkeepReport> {
    return deleteBranch(this.#upkept(), name, options);
  }

  /** Gives this branch the state of another one. Errors: BRANCH_MISSING, SNAPSHOT_MISSING. */
  async fastForward(branch: string, options: UpkeepOptions = {}): Promise<UpkeepReport> {
    return fastForward(this.#upkept(), branch, options);
  }

  /**
   * Makes a snapshot or tag the newest state: newer snapshots, kept changelogs and tags go. Data files of
   * what went become orphans.
   *
   * Errors  SNAPSHOT_MISSING, TAG_MISSING.
   */
  async rollbackTo(target: RollbackTarget, options: UpkeepOptions = {}): Promise<RollbackReport> {
    return rollbackTo(this.#upkept(), target, options);
  }

  /**
   * Expires the oldest snapshots, by the table's options or by what is given, and the files only they need.
   *
   * Limits  about 30 MB for the paths of a round, and 120 bytes for every file of one tag.
   * Errors  ARGUMENT_INVALID; FILE_CORRUPT, FILE_MISSING when other branches cannot be read.
   */
  async expire(options: ExpireOptions = {}): Promise<ExpireReport> {
    return expireSnapshots(this.#upkept(), options);
  }

  /** Sets the snapshot a consumer reads next, and makes it if there is none. Errors: ARGUMENT_INVALID. */
  async resetConsumer(id: string, nextSnapshot: bigint): Promise<void> {
    return resetConsumer(this.#upkept(), id, nextSnapshot);
  }

  /** Forgets a consumer; false when there was none. */
  async deleteConsumer(id: string): Promise<boolean> {
    return deleteConsumer(this.#upkept(), id);
  }

  /**
   * Removes old files that nothing in any branch refers to. Writers may go on meanwhile.
   *
   * Limits  300 bytes for each of at most 500,000 files at once.
   * Errors  ARGUMENT_INVALID; whatever cannot be read ends it, as FILE_CORRUPT or FILE_MISSING.
   */
  async removeOrphans(options: OrphanOptions = {}): Promise<OrphanReport> {
    return removeOrphans(this.#upkept(), options);
  }

  #upkept(): Table {
    if (this.#system === undefined) return this.#table;
    throw new LakeError('ARGUMENT_INVALID', `${this.name} is a system table; name the table itself`);
  }

  #systemOf(table: Table): SystemSource | undefined {
    const { system } = this.#identifier;
    return system === undefined
      ? undefined
      : table === this.#table
        ? this.#system
        : openSystemTable(system, table);
  }

  async #travelled(options: ScanOptions): Promise<Table> {
    const travel = travelOptions(options);
    if (travel === undefined && options.branch === undefined) return this.#table;
    const identifier =
      options.branch === undefined ? this.#identifier : { ...this.#identifier, branch: options.branch };
    return this.#core.catalog.openTable(identifier, { ...this.#options, ...travel });
  }
}
