// The schema files of one branch of a table.
import { isDeepStrictEqual } from 'node:util';
import { LakeError } from '../base/index.ts';
import { parseSchema, type TableSchema } from '../format/index.ts';
import type { Store } from '../store/index.ts';
import { branchDirectory, numberedName } from './directories.ts';
import { readOptionalText } from './metadata-file.ts';

/** Schema versions kept per table: files of one snapshot rarely span more. */
const SCHEMAS_CACHED_MAX = 64;

/** The schema files of one branch of a table. Schemas never change, so a bounded number of them is kept. */
export class SchemaLog {
  readonly #store: Store;
  readonly #directory: string;
  readonly #cache = new Map<number, TableSchema>();

  constructor(store: Store, tablePath: string, branch: string | undefined) {
    this.#store = store;
    this.#directory = `${branchDirectory(tablePath, branch)}/schema`;
  }

  /** The newest schema, undefined when there is none: then there is no table. */
  async latest(): Promise<TableSchema | undefined> {
    const ids = await this.ids();
    const newest = ids.at(-1);
    return newest === undefined ? undefined : this.byId(newest);
  }

  /** All schema ids, ascending. */
  async ids(): Promise<readonly number[]> {
    const ids: number[] = [];
    for await (const entry of this.#store.list(this.#directory)) {
      const id = entry.kind === 'directory' ? undefined : numberedName(entry.name, 'schema-');
      if (id !== undefined) ids.push(Number(id));
    }
    return ids.sort((a, b) => a - b);
  }

  /** One schema. Errors: `FILE_MISSING`, `FILE_CORRUPT`. */
  async byId(id: number): Promise<TableSchema> {
    const cached = this.#cache.get(id);
    if (cached !== undefined) return cached;
    const schema = await this.#read(id);
    if (schema === undefined) {
      const path = this.#pathOf(id);
      throw new LakeError('FILE_MISSING', `${path}: no such file.`, { file: path });
    }
    if (this.#cache.size >= SCHEMAS_CACHED_MAX) {
      for (const oldest of this.#cache.keys()) {
        this.#cache.delete(oldest);
        break;
      }
    }
    this.#cache.set(id, schema);
    return schema;
  }

  /**
   * False when the schema of that number is gone or another one than it was: the table was dropped, and
   * perhaps made again, or a branch took its place.
   */
  async stays(id: number): Promise<boolean> {
    return isDeepStrictEqual(await this.#read(id), await this.byId(id));
  }

  #pathOf(id: number): string {
    return `${this.#directory}/schema-${id}`;
  }

  async #read(id: number): Promise<TableSchema | undefined> {
    const path = this.#pathOf(id);
    const text = await readOptionalText(this.#store, path);
    return text === undefined ? undefined : parseSchema(text, path);
  }

  /** True when some schema exists; looks for schema 0 first, as Java does. */
  async exists(): Promise<boolean> {
    if (await this.#store.exists(`${this.#directory}/schema-0`)) return true;
    return (await this.ids()).length > 0;
  }
}
