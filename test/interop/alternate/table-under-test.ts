// One table that we and Java work on in turn, and what it must hold: every action is done by the side that is
// named, then told to the model.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSnapshot } from '../../../src/format/index.ts';
import { jsonLines, type Lake, type LakeTable, type WriteOptions } from '../../../src/index.ts';
import { LocalStore } from '../../../src/store/index.ts';
import { javaChange, javaDraft } from '../../schemas/java-form.ts';
import { perform } from '../../upkeep/perform.ts';
import { agree, Disagreement, plainLine } from '../agree.ts';
import type { JavaSession } from '../java-session.ts';
import { type Alteration, defaultCell } from './alterations.ts';
import {
  type Change,
  emptyState,
  folded,
  lineOf,
  linesOf,
  objectOf,
  partitionOf,
  type State,
  without,
  written,
} from './model.ts';
import { draftOf, type KindRow, type TableShape } from './shapes.ts';

/** Who does it. */
export type Side = 'ours' | 'java';

/** Values of partition columns as text, as both take them. */
export type PartitionValues = Readonly<Record<string, string>>;

const DATABASE = 'd';

/** See the file. */
export class TableUnderTest {
  readonly shape: TableShape;
  readonly name: string;
  readonly #lake: Lake;
  readonly #java: JavaSession;
  readonly #directory: string;
  readonly #warehouse: string;
  /** What the newest snapshot holds; in columns of now. */
  #state: State;
  /** By snapshot and by tag: what they hold, in the columns they had. */
  readonly #snapshots = new Map<bigint, State>();
  readonly #tags = new Map<string, bigint>();
  readonly #tagged = new Map<string, State>();
  /** Kept open for writes until its schema is old. */
  #kept: LakeTable | undefined;
  #nextId: number;
  #identifier = 1;
  #latest = 0n;
  #stream: { readonly id: number; from: bigint } | undefined;
  /** What streams have to give since they were last looked at. */
  #changes: string[] = [];

  private constructor(
    place: { readonly lake: Lake; readonly java: JavaSession; readonly warehouse: string },
    shape: TableShape,
    table: string,
  ) {
    this.shape = shape;
    this.name = `${DATABASE}.${table}`;
    this.#lake = place.lake;
    this.#java = place.java;
    this.#warehouse = place.warehouse;
    this.#directory = join(place.warehouse, `${DATABASE}.db`, table);
    this.#state = emptyState(shape.columns);
    this.#nextId = shape.columns.length;
  }

  /** Creates the table. */
  static async create(
    place: { readonly lake: Lake; readonly java: JavaSession; readonly warehouse: string },
    shape: TableShape,
    { side, table }: { readonly side: Side; readonly table: string },
  ): Promise<TableUnderTest> {
    const under = new TableUnderTest(place, shape, table);
    const draft = draftOf(shape);
    if (side === 'ours') await place.lake.createTable(under.name, draft);
    else await place.java.ask('create', { table: under.name, draft: javaDraft(draft) });
    return under;
  }

  get state(): State {
    return this.#state;
  }

  get nextId(): number {
    return this.#nextId;
  }

  get tags(): readonly string[] {
    return [...this.#tags.keys()];
  }

  /** Snapshots there are, ascending. */
  snapshotIds(): readonly bigint[] {
    const directory = join(this.#directory, 'snapshot');
    if (!existsSync(directory)) return [];
    return readdirSync(directory)
      .flatMap((file) => /^snapshot-(\d+)$/.exec(file)?.[1] ?? [])
      .map(BigInt)
      .sort((a, b) => Number(a - b));
  }

  async write(side: Side, rows: readonly KindRow[]): Promise<void> {
    const identifier = this.#identifier++;
    if (side === 'ours')
      await this.#writeOurs(rows, { commitUser: 'ours', commitIdentifier: BigInt(identifier) });
    else
      await this.#java.ask('write', {
        table: this.name,
        user: 'java',
        identifier,
        rows: this.#objects(rows),
      });
    const changes =
      this.shape.options['changelog-producer'] === 'input'
        ? rows
        : folded(this.shape, this.#state.columns, rows);
    this.#arrived(written(this.shape, this.#state, rows), changes);
  }

  /** `partition` undefined: what rows are written to, or the whole table; without columns: the latter. */
  async overwrite(side: Side, rows: readonly KindRow[], partition?: PartitionValues): Promise<void> {
    if (side === 'ours') await this.#writeOurs(rows, { overwrite: partition ?? true });
    else
      await this.#java.ask('write', {
        table: this.name,
        rows: this.#objects(rows),
        overwrite: partition ?? true,
      });
    const { columns } = this.#state;
    const touched = new Set(rows.map(({ row }) => partitionOf(this.shape, columns, row)));
    const goes = partition === undefined ? touched : new Set([this.#partitionText(partition)]);
    const rest =
      this.shape.partitions.length === 0 || (partition !== undefined && Object.keys(partition).length === 0)
        ? emptyState(columns)
        : without(this.#state, (row) => goes.has(partitionOf(this.shape, columns, row)));
    this.#arrived(written(this.shape, rest, rows));
  }

  async truncate(side: Side): Promise<void> {
    if (side === 'ours') await (await this.#lake.table(this.name)).truncate();
    else await this.#java.ask('truncate', { table: this.name });
    this.#arrived(emptyState(this.#state.columns));
  }

  async dropPartition(side: Side, partition: PartitionValues): Promise<void> {
    if (side === 'ours') await (await this.#lake.table(this.name)).dropPartitions([partition]);
    else await this.#java.ask('drop-partition', { table: this.name, partition });
    const goes = this.#partitionText(partition);
    this.#arrived(without(this.#state, (row) => partitionOf(this.shape, this.#state.columns, row) === goes));
  }

  async compact(side: Side, full: boolean): Promise<void> {
    if (side === 'java') await this.#java.ask('compact', { table: this.name, user: 'java-compaction', full });
    else {
      const { abandoned } = await (await this.#lake.table(this.name)).compact({ full });
      if (abandoned.length > 0) throw new Disagreement(`nobody else was there, yet ${abandoned[0]?.reason}`);
    }
    // What a delete left behind is gone.
    const kept = [...this.#state.entries].filter(([, { row }]) => !full || row !== undefined);
    this.#arrived({ columns: this.#state.columns, entries: new Map(kept) });
  }

  async alter(side: Side, { change, columns }: Alteration): Promise<void> {
    await this.checkChanges();
    if (side === 'ours') await (await this.#lake.table(this.name)).alter([change]);
    else await this.#java.ask('alter', { table: this.name, changes: [javaChange(change)] });
    if (change.kind === 'add-column') this.#nextId++;
    this.#kept = undefined;
    this.#state = { columns, entries: this.#state.entries };
    await this.#restartStream();
  }

  async tag(side: Side, tag: string): Promise<void> {
    await this.#upkeep(side, 'tag', tag);
    this.#tags.set(tag, this.#latest);
    this.#tagged.set(tag, this.#snapshots.get(this.#latest) as State);
  }

  async deleteTag(side: Side, tag: string): Promise<void> {
    await this.#upkeep(side, 'delete-tag', tag);
    this.#tags.delete(tag);
    this.#tagged.delete(tag);
  }

  /** Keeps `keep` snapshots at most. */
  async expire(side: Side, keep: number): Promise<void> {
    await this.checkChanges();
    await this.#upkeep(side, 'expire', 1, keep, 50, '1 ms');
  }

  /** Removes what nothing needs. */
  async clean(side: Side): Promise<void> {
    // Only what is older than now may go.
    await this.#upkeep(side, 'clean', Date.now() - 1);
  }

  async rollback(side: Side, snapshot: bigint): Promise<void> {
    await this.checkChanges();
    await this.#upkeep(side, 'rollback', snapshot);
    const { entries } = this.#snapshots.get(snapshot) as State;
    for (const id of this.#snapshots.keys()) if (id > snapshot) this.#snapshots.delete(id);
    for (const [tag, id] of this.#tags) {
      if (id <= snapshot) continue;
      this.#tags.delete(tag);
      this.#tagged.delete(tag);
    }
    this.#state = { columns: this.#state.columns, entries };
    this.#latest = snapshot;
    await this.#restartStream();
  }

  /** Both readers find the newest state, and what streams give are the changes since the last look. */
  async checkNow(): Promise<void> {
    await this.#compare('now', {}, linesOf(this.#state));
    await this.checkChanges();
  }

  /** Both readers find an older state, by snapshot or by tag. */
  async checkThen(then: { readonly snapshot: bigint } | { readonly tag: string }): Promise<void> {
    const state = 'tag' in then ? this.#tagged.get(then.tag) : this.#snapshots.get(then.snapshot);
    const what = 'tag' in then ? `tag ${then.tag}` : `snapshot ${then.snapshot}`;
    await this.#compare(what, then, linesOf(state as State));
  }

  /** What is recorded of the files is true of their rows: Java's judgement and ours. */
  async checkFiles(): Promise<void> {
    const problems: unknown[] = await this.#java.ask<string[]>('inspect', { table: this.name });
    if (problems.length > 0) throw new Disagreement(`Java finds ${JSON.stringify(problems.slice(0, 5))}`);
    const table = await this.#lake.table(this.name);
    await table.check({ data: true, onProblem: (problem) => problems.push(problem) });
    if (problems.length > 0)
      throw new Disagreement(`our check finds ${JSON.stringify(problems.slice(0, 5))}`);
  }

  /** Streams of both give the changes since the last look. */
  async checkChanges(): Promise<void> {
    if (this.#stream === undefined) return this.#restartStream();
    const wanted = this.#changes.sort();
    this.#changes = [];
    const java = await this.#java.ask<string[]>('poll', { stream: this.#stream.id });
    agree('changes', 'Java', java.map(plainLine).sort(), wanted);
    const ours: string[] = [];
    const table = await this.#lake.table(this.name);
    for await (const { snapshotId, batch } of table.changes({ from: this.#stream.from, once: true })) {
      const kinds = (batch.columns.at(-1) as unknown as { readonly values: Int8Array }).values;
      const rows = { ...batch, fields: batch.fields.slice(0, -1), columns: batch.columns.slice(0, -1) };
      const lines = [...jsonLines(rows)].join('').split('\n').slice(0, -1);
      for (const [i, line] of lines.entries()) {
        const kind = ['+I', '-U', '+U', '-D'][kinds[i] as number];
        ours.push(plainLine(`{"_snapshot":${snapshotId},"_kind":"${kind}",${line.slice(1)}`));
      }
    }
    agree('changes', 'Spillway', ours.sort(), wanted);
    this.#stream.from = this.#latest + 1n;
  }

  async #restartStream(): Promise<void> {
    if (this.#stream !== undefined) await this.#java.ask('unfollow', { stream: this.#stream.id });
    const from = this.#latest + 1n;
    const options = { 'scan.mode': 'from-snapshot', 'scan.snapshot-id': String(from) };
    this.#stream = { id: await this.#java.ask<number>('follow', { table: this.name, options }), from };
    this.#changes = [];
  }

  async #compare(
    what: string,
    travel: { readonly snapshot?: bigint; readonly tag?: string },
    wanted: string[],
  ): Promise<void> {
    const options = {
      ...(travel.snapshot === undefined ? {} : { 'scan.snapshot-id': String(travel.snapshot) }),
      ...(travel.tag === undefined ? {} : { 'scan.tag-name': travel.tag }),
    };
    const java = await this.#java.ask<string[]>('read', { table: this.name, options });
    agree(what, 'Java', java.map(plainLine).sort(), wanted);
    const ours: string[] = [];
    for await (const batch of await (await this.#lake.table(this.name)).scan(travel))
      ours.push(...[...jsonLines(batch)].join('').split('\n').slice(0, -1));
    agree(what, 'Spillway', ours.map(plainLine).sort(), wanted);
  }

  async #writeOurs(rows: readonly KindRow[], options: WriteOptions): Promise<void> {
    // Now and then opened anew: one that is kept open remembers what it saw.
    if (this.#kept === undefined || this.#identifier % 4 === 0)
      this.#kept = await this.#lake.table(this.name);
    await using write = await this.#kept.write(options);
    await write.writeRows(this.#objects(rows));
    await write.commit();
  }

  /** Rows as JSON has them; a value that is its column's default is left to the default. */
  #objects(rows: readonly KindRow[]): readonly Record<string, unknown>[] {
    const { columns } = this.#state;
    return rows.map(({ kind, row }) => {
      const object = objectOf(row, columns);
      for (const column of columns) {
        if (object[column.name] === defaultCell(column)) delete object[column.name];
      }
      return { ...object, _kind: kind };
    });
  }

  #partitionText(partition: PartitionValues): string {
    const cells = this.shape.partitions.map((name) => {
      const column = this.#state.columns.find((c) => c.name === name);
      return column?.type === 'INT' ? Number(partition[name]) : partition[name];
    });
    return JSON.stringify(cells);
  }

  async #upkeep(side: Side, ...words: readonly unknown[]): Promise<void> {
    const line = [this.name, ...words].join('\t');
    if (side === 'java') {
      await this.#java.ask('upkeep', { line });
      return;
    }
    const said = await perform(new LocalStore(), this.#warehouse, line);
    if (said !== 'ok') throw new Disagreement(`${line}: ${said}`);
  }

  /** A commit is there: one snapshot, or two where it compacted too; none where nothing changed. */
  #arrived(state: State, changes: readonly Change[] = []): void {
    this.#state = state;
    const arrived = this.snapshotIds().filter((id) => id > this.#latest);
    for (const [i, id] of arrived.entries()) {
      if (id !== this.#latest + 1n + BigInt(i))
        throw new Disagreement(`snapshot ${id} after ${this.#latest}`);
      this.#snapshots.set(id, state);
    }
    const first = arrived[0];
    if (changes.length > 0) {
      if (first === undefined) throw new Disagreement('rows were written, and there is no snapshot');
      const file = join(this.#directory, 'snapshot', `snapshot-${first}`);
      const { commitKind } = parseSnapshot(readFileSync(file, 'utf8'), file);
      if (commitKind !== 'APPEND') throw new Disagreement(`snapshot ${first} is of kind ${commitKind}`);
      for (const { kind, row } of changes) {
        this.#changes.push(`{"_snapshot":${first},"_kind":"${kind}",${lineOf(row, state.columns).slice(1)}`);
      }
    }
    this.#latest = arrived.at(-1) ?? this.#latest;
  }
}
