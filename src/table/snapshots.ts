// The snapshots of one branch of a table: which there are, and the tags, branches, consumers and kept
// changelogs beside them. Nothing is cached: another process may commit or expire at any moment.
import { LakeError } from '../base/index.ts';
import { parseSnapshot, parseTag, type Snapshot, type Tag } from '../format/index.ts';
import type { Store } from '../store/index.ts';
import { branchDirectory, numberedName } from './directories.ts';
import { parseConsumer, readOptionalText } from './metadata-file.ts';

/** How many ids after a vanished earliest snapshot are tried before giving up, as Java does. */
const EARLIEST_TRIES = 3n;
const LONG_MIN = -(2n ** 63n);

/** A tag with its name. */
export interface NamedTag {
  readonly name: string;
  readonly tag: Tag;
}

/** A consumer and the snapshot it will read next. */
export interface Consumer {
  readonly id: string;
  readonly nextSnapshot: bigint;
}

/**
 * Reads the snapshot directory of a branch.
 *
 * Errors  `SNAPSHOT_MISSING`, `TAG_MISSING` for what is asked by name; `FILE_CORRUPT` for unreadable files.
 * Source  Paimon, utils/SnapshotManager.java, HintFileUtils.java, TagManager.java, ChangelogManager.java.
 */
export class SnapshotLog {
  readonly #store: Store;
  readonly #tablePath: string;
  readonly #directory: string;

  constructor(store: Store, tablePath: string, branch: string | undefined) {
    this.#store = store;
    this.#tablePath = tablePath;
    this.#directory = branchDirectory(tablePath, branch);
  }

  /**
   * The newest snapshot id, undefined for a table never written. The LATEST hint counts only if the next
   * one does not exist.
   */
  async latestId(): Promise<bigint | undefined> {
    return this.#latest('snapshot', 'snapshot-');
  }

  /** The newest snapshot, undefined for a table never written. */
  async latest(): Promise<Snapshot | undefined> {
    const id = await this.latestId();
    return id === undefined ? undefined : this.read(id);
  }

  /** The oldest snapshot id that still exists. The EARLIEST hint counts only if its snapshot exists. */
  async earliestId(): Promise<bigint | undefined> {
    return this.#earliest('snapshot', 'snapshot-');
  }

  /** The oldest snapshot; one that vanishes while it is read is passed over. */
  async earliest(): Promise<Snapshot | undefined> {
    const first = await this.earliestId();
    if (first === undefined) return undefined;
    for (let id = first; id <= first + EARLIEST_TRIES; id++) {
      const snapshot = await this.tryRead(id);
      if (snapshot !== undefined) return snapshot;
    }
    return undefined;
  }

  async exists(id: bigint): Promise<boolean> {
    return this.#store.exists(this.#snapshotPath(id));
  }

  /** The snapshot, undefined when its file is not there. */
  async tryRead(id: bigint): Promise<Snapshot | undefined> {
    const path = this.#snapshotPath(id);
    const text = await readOptionalText(this.#store, path);
    return text === undefined ? undefined : parseSnapshot(text, path);
  }

  async read(id: bigint): Promise<Snapshot> {
    const snapshot = await this.tryRead(id);
    if (snapshot !== undefined) return snapshot;
    const [earliest, latest] = [await this.earliestId(), await this.latestId()];
    const there = latest === undefined ? 'there is none' : `there are ${earliest} to ${latest}`;
    throw new LakeError('SNAPSHOT_MISSING', `Snapshot ${id} does not exist; ${there}.`, {
      snapshot: id,
      earliest,
      latest,
    });
  }

  /** All snapshot ids, ascending. */
  async ids(): Promise<readonly bigint[]> {
    return (await this.#numbers('snapshot', 'snapshot-')).sort((a, b) => (a < b ? -1 : 1));
  }

  /** The newest snapshot committed at or before `timeMillis`; undefined when all are later. */
  async atOrBefore(timeMillis: bigint): Promise<Snapshot | undefined> {
    const [earliest, latestId] = [await this.earliest(), await this.latestId()];
    if (earliest === undefined || latestId === undefined || earliest.timeMillis > timeMillis)
      return undefined;
    let low = earliest.id;
    let high = latestId;
    let found: Snapshot | undefined;
    while (low <= high) {
      const snapshot = await this.read(low + (high - low) / 2n);
      if (snapshot.timeMillis > timeMillis) high = snapshot.id - 1n;
      else {
        found = snapshot;
        if (snapshot.timeMillis === timeMillis) break;
        low = snapshot.id + 1n;
      }
    }
    return found;
  }

  /** The first snapshot whose watermark is at least `watermark`; undefined when there is none. */
  async atWatermark(watermark: bigint): Promise<Snapshot | undefined> {
    const [earliest, latest] = [await this.earliest(), await this.latest()];
    if (earliest === undefined || latest === undefined || latest.watermark === LONG_MIN) return undefined;
    const first = await this.#firstWithWatermark(earliest, latest.id);
    if (first?.watermark === undefined) return undefined;
    if (first.watermark >= watermark) return first;
    let low = first.id;
    let high = latest.id;
    let found: Snapshot | undefined;
    while (low <= high) {
      const snapshot = await this.read(low + (high - low) / 2n);
      const marked = await this.#lastWithWatermark(snapshot, low);
      if (marked?.watermark === undefined || marked.watermark < watermark) low = snapshot.id + 1n;
      else {
        found = snapshot;
        if (marked.watermark === watermark) break;
        high = snapshot.id - 1n;
      }
    }
    return found;
  }

  /** The newest snapshot `wanted` holds for, else the newest of all; undefined for a table never written. */
  async pickOrLatest(wanted: (snapshot: Snapshot) => boolean): Promise<Snapshot | undefined> {
    const [earliest, latest] = [await this.earliestId(), await this.latestId()];
    if (earliest === undefined || latest === undefined) return undefined;
    // Ids that are there, not all numbers between: a foreign file may be named by any number.
    for (const id of (await this.ids()).toReversed()) {
      if (id > latest || id < earliest) continue;
      const snapshot = await this.tryRead(id);
      if (snapshot !== undefined && wanted(snapshot)) return snapshot;
    }
    return this.read(latest);
  }

  /** A tag by name, undefined when there is none. */
  async tryTag(name: string): Promise<Tag | undefined> {
    if (name === '' || /[/\0]/.test(name)) return undefined;
    const path = `${this.#directory}/tag/tag-${name}`;
    const text = await readOptionalText(this.#store, path);
    return text === undefined ? undefined : parseTag(text, path);
  }

  async tag(name: string): Promise<Tag> {
    const tag = await this.tryTag(name);
    if (tag === undefined) throw new LakeError('TAG_MISSING', `Tag '${name}' does not exist.`, { tag: name });
    return tag;
  }

  /** All tags in order of their names. */
  async tags(): Promise<readonly NamedTag[]> {
    const tags: NamedTag[] = [];
    for (const name of await this.#names('tag', 'tag-')) {
      const tag = await this.tryTag(name);
      if (tag !== undefined) tags.push({ name, tag });
    }
    return tags;
  }

  /** The snapshot of that id that some tag keeps although the snapshot has expired. */
  async keptByTag(id: bigint): Promise<Snapshot | undefined> {
    for (const name of await this.#names('tag', 'tag-')) {
      const tag = await this.tryTag(name);
      if (tag?.id === id) return tag;
    }
    return undefined;
  }

  /** The names of the table's branches, without main. */
  async branches(): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const entry of this.#store.list(`${this.#tablePath}/branch`)) {
      if (entry.kind === 'directory' && entry.name.startsWith('branch-'))
        names.push(entry.name.slice('branch-'.length));
    }
    return names.sort();
  }

  /** A consumer's progress, undefined when it has none. */
  async consumer(id: string): Promise<Consumer | undefined> {
    if (id === '' || /[/\0]/.test(id)) return undefined;
    const path = `${this.#directory}/consumer/consumer-${id}`;
    const text = await readOptionalText(this.#store, path);
    return text === undefined ? undefined : { id, nextSnapshot: parseConsumer(text, path) };
  }

  async consumers(): Promise<readonly Consumer[]> {
    const consumers: Consumer[] = [];
    for (const id of await this.#names('consumer', 'consumer-')) {
      const consumer = await this.consumer(id);
      if (consumer !== undefined) consumers.push(consumer);
    }
    return consumers;
  }

  /** The oldest changelog kept beyond its snapshot. */
  async earliestChangelogId(): Promise<bigint | undefined> {
    return this.#earliest('changelog', 'changelog-');
  }

  /** The newest changelog kept beyond its snapshot. */
  async latestChangelogId(): Promise<bigint | undefined> {
    return this.#latest('changelog', 'changelog-');
  }

  /** The ids of all changelogs kept beyond their snapshots, ascending. */
  async changelogIds(): Promise<readonly bigint[]> {
    return (await this.#numbers('changelog', 'changelog-')).sort((a, b) => (a < b ? -1 : 1));
  }

  /** The kept changelog of an expired snapshot: a snapshot whose changelog files still exist. */
  async tryChangelog(id: bigint): Promise<Snapshot | undefined> {
    const path = `${this.#directory}/changelog/changelog-${id}`;
    const text = await readOptionalText(this.#store, path);
    return text === undefined ? undefined : parseSnapshot(text, path);
  }

  async #firstWithWatermark(from: Snapshot, latestId: bigint): Promise<Snapshot | undefined> {
    let snapshot = from;
    while (snapshot.watermark === undefined && snapshot.id < latestId) {
      snapshot = await this.read(snapshot.id + 1n);
    }
    return snapshot.watermark === undefined ? undefined : snapshot;
  }

  async #lastWithWatermark(from: Snapshot, firstId: bigint): Promise<Snapshot | undefined> {
    let snapshot = from;
    while (snapshot.watermark === undefined && snapshot.id > firstId) {
      snapshot = await this.read(snapshot.id - 1n);
    }
    return snapshot.watermark === undefined ? undefined : snapshot;
  }

  async #latest(folder: string, prefix: string): Promise<bigint | undefined> {
    const hint = await this.#hint(folder, 'LATEST');
    if (hint !== undefined && hint > 0n) {
      const next = `${this.#directory}/${folder}/${prefix}${hint + 1n}`;
      const named = `${this.#directory}/${folder}/${prefix}${hint}`;
      if (!(await this.#store.exists(next)) && (await this.#store.exists(named))) return hint;
    }
    const all = await this.#numbers(folder, prefix);
    return all.reduce<bigint | undefined>((a, b) => (a === undefined || b > a ? b : a), undefined);
  }

  async #earliest(folder: string, prefix: string): Promise<bigint | undefined> {
    const hint = await this.#hint(folder, 'EARLIEST');
    if (hint !== undefined && (await this.#store.exists(`${this.#directory}/${folder}/${prefix}${hint}`))) {
      return hint;
    }
    const all = await this.#numbers(folder, prefix);
    return all.reduce<bigint | undefined>((a, b) => (a === undefined || b < a ? b : a), undefined);
  }

  /**
   * A hint file's number; a missing or unreadable hint is no hint, whatever is wrong with it. Source: Paimon,
   * utils/HintFileUtils.java (readHint).
   */
  async #hint(folder: string, name: string): Promise<bigint | undefined> {
    const text = await this.#hintText(`${this.#directory}/${folder}/${name}`);
    return text !== undefined && /^\d{1,19}$/.test(text) ? BigInt(text) : undefined;
  }

  async #hintText(path: string): Promise<string | undefined> {
    try {
      return await readOptionalText(this.#store, path);
    } catch (error) {
      const useless =
        error instanceof LakeError && (error.kind === 'corrupt' || error.code === 'LIMIT_EXCEEDED');
      if (useless) return undefined;
      throw error;
    }
  }

  async #numbers(folder: string, prefix: string): Promise<bigint[]> {
    const numbers: bigint[] = [];
    for await (const entry of this.#store.list(`${this.#directory}/${folder}`)) {
      const number = entry.kind === 'directory' ? undefined : numberedName(entry.name, prefix);
      if (number !== undefined) numbers.push(number);
    }
    return numbers;
  }

  async #names(folder: string, prefix: string): Promise<string[]> {
    const names: string[] = [];
    for await (const entry of this.#store.list(`${this.#directory}/${folder}`)) {
      if (entry.kind === 'file' && entry.name.startsWith(prefix)) names.push(entry.name.slice(prefix.length));
    }
    return names.sort();
  }

  #snapshotPath(id: bigint): string {
    return `${this.#directory}/snapshot/snapshot-${id}`;
  }
}
