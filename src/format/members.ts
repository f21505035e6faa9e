// Typed access to the members of parsed metadata JSON. Every complaint names the file and the member.
import { corrupt } from '../base/index.ts';

const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;

/**
 * One JSON object of a metadata file.
 *
 * Shape   members that are absent or JSON null count as absent, as Jackson treats optional members.
 * Errors  `FILE_CORRUPT` for a missing member, a wrong kind or a number beyond its width.
 */
export class Members {
  readonly file: string;
  readonly #path: string;
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(json: unknown, file: string, path = '') {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      throw corrupt(file, undefined, `${path === '' ? 'the file' : path} holds no JSON object`);
    }
    this.file = file;
    this.#path = path;
    this.#values = json as Record<string, unknown>;
  }

  /** The raw value, undefined when absent or null. */
  get(name: string): unknown {
    return Object.hasOwn(this.#values, name) ? (this.#values[name] ?? undefined) : undefined;
  }

  /** A 64-bit integer, undefined when absent. */
  optionalLong(name: string): bigint | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    const long = typeof value === 'bigint' ? value : exactInteger(value);
    if (long === undefined || long < LONG_MIN || long > LONG_MAX)
      throw this.bad(name, 'is no 64-bit integer');
    return long;
  }

  long(name: string): bigint {
    return this.optionalLong(name) ?? this.missing(name);
  }

  /** A 32-bit integer, undefined when absent. */
  optionalInt(name: string): number | undefined {
    const long = this.optionalLong(name);
    if (long === undefined) return undefined;
    if (BigInt.asIntN(32, long) !== long) throw this.bad(name, 'is no 32-bit integer');
    return Number(long);
  }

  int(name: string): number {
    return this.optionalInt(name) ?? this.missing(name);
  }

  optionalText(name: string): string | undefined {
    const value = this.get(name);
    if (value !== undefined && typeof value !== 'string') throw this.bad(name, 'is no text');
    return value;
  }

  text(name: string): string {
    return this.optionalText(name) ?? this.missing(name);
  }

  optionalList(name: string): readonly unknown[] | undefined {
    const value = this.get(name);
    if (value !== undefined && !Array.isArray(value)) throw this.bad(name, 'is no list');
    return value;
  }

  texts(name: string): readonly string[] {
    const list = this.optionalList(name) ?? this.missing(name);
    return list.map((item) => {
      if (typeof item !== 'string') throw this.bad(name, 'is no list of texts');
      return item;
    });
  }

  /** A nested object, undefined when absent. */
  optionalObject(name: string): Members | undefined {
    const value = this.get(name);
    return value === undefined ? undefined : new Members(value, this.file, this.#at(name));
  }

  /** A map of texts; numbers and booleans become their text as Jackson's `asText` makes it. */
  optionalTextMap(name: string): Readonly<Record<string, string>> | undefined {
    const inside = this.optionalObject(name);
    if (inside === undefined) return undefined;
    const entries = inside.names().map((key) => {
      const value = inside.#values[key];
      if (typeof value === 'object' && value !== null) throw inside.bad(key, 'is no text');
      return [key, String(value)] as const;
    });
    return Object.fromEntries(entries);
  }

  names(): readonly string[] {
    return Object.keys(this.#values);
  }

  bad(name: string, what: string): Error {
    return corrupt(this.file, undefined, `member ${this.#at(name)} ${what}`);
  }

  missing(name: string): never {
    throw this.bad(name, 'is missing');
  }

  #at(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }
}

function exactInteger(value: unknown): bigint | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : undefined;
}

/** The object without its undefined members, so that absent stays absent. */
export function dropUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept = Object.entries(value).filter(([, v]) => v !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]: Exclude<T[K], undefined> };
}
