// Statements that change tables: what stands around their query. The query itself is left to whoever runs
// queries, which reads tables and nothing else.
import type { LakeError } from '../../base/index.ts';
import type { PartitionValues } from '../../table/index.ts';
import { invalidSql, isWord, type Token, tokenize } from '../sql/index.ts';

/**
 * A statement that changes a table.
 *
 * Shape   `table` is `database.table`. `query`: the statement's text with blanks in place of what is not the
 *         query, so that positions in it are those of the statement. `partition`: values that rows take from
 *         the statement and not from the query.
 */
export type ChangingStatement =
  | InsertStatement
  | CreateStatement
  | { readonly kind: 'truncate'; readonly table: string }
  | {
      readonly kind: 'drop-partitions';
      readonly table: string;
      readonly partitions: readonly PartitionValues[];
    };

/** `INSERT INTO`, `INSERT OVERWRITE`. `columns` undefined: all, in the order of the table. */
export interface InsertStatement {
  readonly kind: 'insert';
  readonly table: string;
  readonly columns: readonly string[] | undefined;
  readonly byName: boolean;
  readonly overwrite: boolean;
  readonly partition: PartitionValues;
  readonly query: string;
}

/** `CREATE TABLE … AS`. */
export interface CreateStatement {
  readonly kind: 'create';
  readonly table: string;
  readonly ifNotExists: boolean;
  readonly primaryKeys: readonly string[];
  readonly partitionKeys: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  readonly comment: string | undefined;
  readonly query: string;
}

/**
 * Reads a statement; undefined when it is none of these.
 *
 *   INSERT INTO|OVERWRITE [TABLE] t [PARTITION (p = 'x', …)] [(a, b)] [BY NAME] SELECT …|VALUES …|WITH …
 *   CREATE TABLE [IF NOT EXISTS] t [(PRIMARY KEY (a))] [COMMENT '…'] [PARTITIONED BY (a, b)]
 *     [WITH ('k' = 'v', …)] AS SELECT …
 *   TRUNCATE TABLE t
 *   ALTER TABLE t DROP PARTITION (p = 'x', …) [, PARTITION (…)]
 *
 * Errors  SQL_INVALID naming the place.
 */
export function parseStatement(text: string, database: string): ChangingStatement | undefined {
  const cursor = new Cursor(text, database);
  if (cursor.takes('INSERT')) return insertStatement(cursor);
  if (cursor.takes('TRUNCATE')) {
    cursor.takes('TABLE');
    const table = cursor.name();
    cursor.end();
    return { kind: 'truncate', table };
  }
  if (cursor.takes('CREATE', 'TABLE')) return createStatement(cursor);
  return cursor.takes('ALTER', 'TABLE') ? dropStatement(cursor) : undefined;
}

function insertStatement(cursor: Cursor): InsertStatement {
  const overwrite = cursor.takes('OVERWRITE');
  if (!overwrite) cursor.expect('INTO');
  else cursor.takes('INTO');
  cursor.takes('TABLE');
  const table = cursor.name();
  const partition = cursor.takes('PARTITION') ? cursor.partition() : {};
  const columns = cursor.beginsColumns() ? cursor.identifiers() : undefined;
  const byName = cursor.takes('BY', 'NAME');
  if (byName && columns !== undefined) throw cursor.invalid('columns are listed, or found BY NAME');
  return { kind: 'insert', table, columns, byName, overwrite, partition, query: cursor.rest() };
}

function createStatement(cursor: Cursor): CreateStatement {
  const ifNotExists = cursor.takes('IF', 'NOT', 'EXISTS');
  const table = cursor.name();
  let primaryKeys: readonly string[] = [];
  let partitionKeys: readonly string[] = [];
  let options: Readonly<Record<string, string>> = {};
  let comment: string | undefined;
  for (;;) {
    if (cursor.takes('PARTITIONED', 'BY')) partitionKeys = cursor.identifiers();
    else if (cursor.takes('WITH') || cursor.takes('TBLPROPERTIES')) options = cursor.options();
    else if (cursor.takes('COMMENT')) comment = cursor.string();
    else if (cursor.takes('(')) primaryKeys = primaryKey(cursor);
    else break;
  }
  if (!cursor.takes('AS'))
    throw cursor.invalid('expected AS and a query; tables without one: `spillway create`');
  const query = cursor.rest();
  return { kind: 'create', table, ifNotExists, primaryKeys, partitionKeys, options, comment, query };
}

function primaryKey(cursor: Cursor): readonly string[] {
  if (!cursor.takes('PRIMARY', 'KEY'))
    throw cursor.invalid('columns come from the query; only (PRIMARY KEY (…)) may stand here');
  const keys = cursor.identifiers();
  cursor.takes('NOT', 'ENFORCED');
  cursor.expect(')');
  return keys;
}

function dropStatement(cursor: Cursor): ChangingStatement | undefined {
  const table = cursor.name();
  if (!cursor.takes('DROP')) return undefined;
  cursor.takes('IF', 'EXISTS');
  if (!cursor.takes('PARTITION')) return undefined;
  const partitions = [cursor.partition()];
  while (cursor.takes(',')) {
    cursor.takes('PARTITION');
    partitions.push(cursor.partition());
  }
  cursor.end();
  return { kind: 'drop-partitions', table, partitions };
}

/** Walks over the tokens of a statement. */
class Cursor {
  readonly #text: string;
  readonly #database: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string, database: string) {
    this.#text = text;
    this.#database = database;
    this.#tokens = tokenize(text);
  }

  /** Takes these words or signs, if all of them follow. */
  takes(...words: readonly string[]): boolean {
    const all = words.every((word, i) => this.#is(this.#tokens[this.#at + i], word));
    if (all) this.#at += words.length;
    return all;
  }

  expect(word: string): void {
    if (!this.takes(word)) throw this.invalid(`expected ${word}`);
  }

  /** A table's name, with its database. */
  name(): string {
    const parts = [this.#identifier()];
    while (this.takes('.')) parts.push(this.#identifier());
    if (parts.length > 2) throw this.invalid('name tables as database.table');
    return parts.length === 1 ? `${this.#database}.${parts[0]}` : parts.join('.');
  }

  /** Whether a list of columns follows, and not a query in parentheses. */
  beginsColumns(): boolean {
    const next = this.#tokens[this.#at + 1];
    if (this.#tokens[this.#at]?.text !== '(' || next === undefined) return false;
    const query = ['SELECT', 'WITH', 'VALUES', 'FROM', 'TABLE'].some((word) => isWord(next, word));
    return !query && (next.kind === 'word' || next.kind === 'quoted');
  }

  /** `(a, b)`. */
  identifiers(): readonly string[] {
    this.expect('(');
    const names = [this.#identifier()];
    while (this.takes(',')) names.push(this.#identifier());
    this.expect(')');
    return names;
  }

  /** `('k' = 'v', …)`. */
  options(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.#pairs(
        () => this.string(),
        () => this.string(),
      ),
    );
  }

  /** `(p = 'x', q = 3)`; values as text, null for NULL. */
  partition(): PartitionValues {
    return Object.fromEntries(
      this.#pairs(
        () => this.#identifier(),
        () => this.#literal(),
      ),
    );
  }

  string(): string {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'string') throw this.invalid("expected text in '…'");
    this.#at++;
    return token.text;
  }

  /** The query, which is the rest of the text. */
  rest(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw this.invalid('expected a query');
    const before = this.#text.slice(0, token.start).replace(/[^\n]/g, ' ');
    return before + this.#text.slice(token.start);
  }

  end(): void {
    while (this.takes(';'));
    if (this.#at < this.#tokens.length) throw this.invalid('expected the end of the statement');
  }

  invalid(what: string): LakeError {
    return invalidSql(this.#text, this.#tokens[this.#at]?.start ?? this.#text.length, what);
  }

  #is(token: Token | undefined, word: string): boolean {
    return isWord(token, word) || (token?.kind === 'symbol' && token.text === word);
  }

  #identifier(): string {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'word' && token?.kind !== 'quoted') throw this.invalid('expected a name');
    this.#at++;
    return token.text;
  }

  /** Text, a number, TRUE, FALSE, NULL, or DATE and TIMESTAMP with text. */
  #literal(): string | null {
    if (this.takes('NULL')) return null;
    for (const word of ['TRUE', 'FALSE']) if (this.takes(word)) return word.toLowerCase();
    if (!this.takes('DATE')) this.takes('TIMESTAMP');
    const sign = this.takes('-') ? '-' : '';
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'number' && (token?.kind !== 'string' || sign !== ''))
      throw this.invalid('expected a value');
    this.#at++;
    return sign + token.text;
  }

  #pairs<K extends string | null, V>(key: () => K, value: () => V): (readonly [K, V])[] {
    this.expect('(');
    const pairs: (readonly [K, V])[] = [];
    do {
      const name = key();
      if (pairs.some(([other]) => other === name)) throw this.invalid(`${name} is given twice`);
      this.expect('=');
      pairs.push([name, value()]);
    } while (this.takes(','));
    this.expect(')');
    return pairs;
  }
}
