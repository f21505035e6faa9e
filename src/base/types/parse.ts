// Paimon's type text and type JSON into DataType. What a type means is said in data-type.ts.
import { corrupt, type LakeError, unsupported } from '../errors.ts';
import { NESTING_DEPTH_MAX } from '../limits.ts';
import { type DataType, type Field, LENGTH_MAX, type SimpleKind, withNullable } from './data-type.ts';

/** Where a type stands, for messages: the file (or statement) and the dotted name of the column. */
export interface TypePlace {
  readonly file: string;
  readonly column: string;
}

/**
 * A type out of its schema JSON: text for atomic types, an object for ARRAY, MAP, MULTISET and ROW.
 *
 * Shape   `json` is parsed JSON whose integers are numbers or bigints.
 * Limits  nesting of `NESTING_DEPTH_MAX`.
 * Errors  `FEATURE_UNSUPPORTED` for a type Spillway does not read, naming the column; `FILE_CORRUPT` for what
 *         is no type at all.
 * Source  Paimon, types/DataTypeJsonParser.java.
 */
export function parseDataType(json: unknown, place: TypePlace, depth = 0): DataType {
  if (depth > NESTING_DEPTH_MAX) {
    throw corrupt(place.file, undefined, `type of column ${place.column} is nested too deeply`);
  }
  if (typeof json === 'string') return parseTypeText(json, place);
  if (!isObject(json) || typeof json.type !== 'string') throw badType(json, place);
  const name = json.type;
  const nullable = !name.includes('NOT NULL');
  if (name.startsWith('ARRAY')) {
    return {
      kind: 'ARRAY',
      nullable,
      element: parseDataType(json.element, below(place, 'element'), depth + 1),
    };
  }
  if (name.startsWith('MULTISET')) {
    return {
      kind: 'MULTISET',
      nullable,
      element: parseDataType(json.element, below(place, 'element'), depth + 1),
    };
  }
  if (name.startsWith('MAP')) {
    const key = parseDataType(json.key, below(place, 'key'), depth + 1);
    return { kind: 'MAP', nullable, key, value: parseDataType(json.value, below(place, 'value'), depth + 1) };
  }
  if (name.startsWith('ROW')) {
    return { kind: 'ROW', nullable, fields: parseFields(json.fields, place, depth + 1) };
  }
  throw unsupportedType(name, place);
}

/**
 * The `fields` member of a schema or ROW type.
 *
 * Errors  as `parseDataType`; also `FILE_CORRUPT` for a missing id or name and for names used twice.
 * Source  Paimon, types/DataTypeJsonParser.java, types/RowType.java.
 */
export function parseFields(json: unknown, place: TypePlace, depth = 0): readonly Field[] {
  if (!Array.isArray(json)) throw corrupt(place.file, undefined, `${place.column}: fields are no list`);
  const names = new Set<string>();
  return json.map((item: unknown) => {
    const field = parseField(item, place, depth);
    if (names.has(field.name)) {
      throw corrupt(place.file, undefined, `column name ${JSON.stringify(field.name)} is used twice`);
    }
    names.add(field.name);
    return field;
  });
}

function parseField(json: unknown, place: TypePlace, depth: number): Field {
  if (!isObject(json)) throw corrupt(place.file, undefined, 'a field is no object');
  const { name } = json;
  if (typeof name !== 'string' || name.trim() === '') {
    throw corrupt(place.file, undefined, 'a field has no name');
  }
  const inside = below(place, name);
  const id = Number(json.id);
  if (
    (typeof json.id !== 'number' && typeof json.id !== 'bigint') ||
    !Number.isInteger(id) ||
    id !== (id | 0)
  ) {
    throw corrupt(place.file, undefined, `column ${inside.column} has no integer id`);
  }
  const field = { id, name, type: parseDataType(json.type, inside, depth) };
  const description = textOrAbsent(json.description);
  const defaultValue = textOrAbsent(json.defaultValue);
  return {
    ...field,
    ...(description === undefined ? {} : { description }),
    ...(defaultValue === undefined ? {} : { defaultValue }),
  };
}

/** Java reads a JSON null as the text `null`; so do we. */
function textOrAbsent(json: unknown): string | undefined {
  if (json === undefined) return undefined;
  return typeof json === 'object' && json !== null ? '' : String(json);
}

/**
 * A type out of text such as `DECIMAL(10, 2) NOT NULL`, `timestamp(3) with local time zone` or `INT ARRAY`.
 *
 * Errors  as `parseDataType`.
 * Source  Paimon, types/DataTypeJsonParser.java (TokenParser).
 */
export function parseTypeText(text: string, place: TypePlace): DataType {
  const tokens = new Tokens(text, place);
  const type = parseWithNullability(tokens);
  if (tokens.peek() !== undefined) throw tokens.bad(`unexpected ${tokens.peek()}`);
  return type;
}

const TOKEN = /\s+|[<>(),.]|[0-9]+|'(?:[^']|'')*'|`(?:[^`]|``)*`|[^\s<>(),.]+/gy;

class Tokens {
  readonly #text: string;
  readonly #place: TypePlace;
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string, place: TypePlace) {
    this.#text = text;
    this.#place = place;
    const all = text.match(TOKEN) ?? [];
    this.#tokens = all.filter((t) => t.trim() !== '').map((t) => t.toUpperCase());
  }
  peek(ahead = 0): string | undefined {
    return this.#tokens[this.#at + ahead];
  }
  /** Steps over these words if they come next. */
  take(...words: readonly string[]): boolean {
    if (!words.every((w, i) => this.peek(i) === w)) return false;
    this.#at += words.length;
    return true;
  }
  next(): string {
    const token = this.peek();
    if (token === undefined) throw this.bad('unexpected end');
    this.#at++;
    return token;
  }
  expect(word: string): void {
    if (!this.take(word)) throw this.bad(`${word} expected`);
  }
  integer(): number {
    const token = this.next();
    const value = Number(token);
    if (!/^[0-9]+$/.test(token) || value > LENGTH_MAX) throw this.bad(`${token} is no 32-bit integer`);
    return value;
  }
  bad(what: string): LakeError {
    const { file, column } = this.#place;
    return corrupt(file, undefined, `type ${JSON.stringify(this.#text)} of column ${column}: ${what}`);
  }
  unsupported(name: string): LakeError {
    return unsupportedType(name, this.#place);
  }
}

function parseWithNullability(tokens: Tokens): DataType {
  const type = withNullable(parseKeyword(tokens), parseNullability(tokens));
  if (tokens.take('ARRAY')) return { kind: 'ARRAY', nullable: parseNullability(tokens), element: type };
  if (tokens.take('MULTISET')) return { kind: 'MULTISET', nullable: parseNullability(tokens), element: type };
  return type;
}

function parseNullability(tokens: Tokens): boolean {
  if (tokens.take('NOT', 'NULL')) return false;
  tokens.take('NULL');
  return true;
}

function parseKeyword(tokens: Tokens): DataType {
  const word = tokens.next();
  switch (word) {
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
    case 'FLOAT':
    case 'DATE':
      return { kind: word satisfies SimpleKind, nullable: true };
    case 'INTEGER':
      return { kind: 'INT', nullable: true };
    case 'DOUBLE':
      tokens.take('PRECISION');
      return { kind: 'DOUBLE', nullable: true };
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return {
        kind: word,
        nullable: true,
        length: inRange(tokens, 'length', parameter(tokens) ?? 1, 1, LENGTH_MAX),
      };
    case 'STRING':
      return { kind: 'VARCHAR', nullable: true, length: LENGTH_MAX };
    case 'BYTES':
      return { kind: 'VARBINARY', nullable: true, length: LENGTH_MAX };
    case 'DECIMAL':
    case 'NUMERIC':
    case 'DEC':
      return parseDecimal(tokens);
    case 'TIME': {
      const precision = inRange(tokens, 'precision', parameter(tokens) ?? 0, 0, 9);
      if (tokens.take('WITHOUT')) takeZone(tokens);
      return { kind: 'TIME', nullable: true, precision };
    }
    case 'TIMESTAMP':
      return parseTimestamp(tokens);
    case 'TIMESTAMP_LTZ':
      return {
        kind: 'TIMESTAMP_LTZ',
        nullable: true,
        precision: inRange(tokens, 'precision', parameter(tokens) ?? 6, 0, 9),
      };
    default:
      if (/^[A-Z_]+$/.test(word)) throw tokens.unsupported(word);
      throw tokens.bad(`${word} is no type`);
  }
}

function parseTimestamp(tokens: Tokens): DataType {
  const precision = inRange(tokens, 'precision', parameter(tokens) ?? 6, 0, 9);
  if (tokens.take('WITHOUT')) takeZone(tokens);
  else if (tokens.take('WITH')) {
    if (tokens.take('LOCAL')) {
      takeZone(tokens);
      return { kind: 'TIMESTAMP_LTZ', nullable: true, precision };
    }
  }
  return { kind: 'TIMESTAMP', nullable: true, precision };
}

function takeZone(tokens: Tokens): void {
  tokens.expect('TIME');
  tokens.expect('ZONE');
}

function parseDecimal(tokens: Tokens): DataType {
  let precision = 10;
  let scale = 0;
  if (tokens.take('(')) {
    precision = tokens.integer();
    if (tokens.take(',')) scale = tokens.integer();
    tokens.expect(')');
  }
  inRange(tokens, 'precision', precision, 1, 38);
  inRange(tokens, 'scale', scale, 0, precision);
  return { kind: 'DECIMAL', nullable: true, precision, scale };
}

function parameter(tokens: Tokens): number | undefined {
  if (!tokens.take('(')) return undefined;
  const value = tokens.integer();
  tokens.expect(')');
  return value;
}

function inRange(tokens: Tokens, what: string, value: number, min: number, max: number): number {
  if (value < min || value > max) throw tokens.bad(`${what} ${value} is not between ${min} and ${max}`);
  return value;
}

function below(place: TypePlace, name: string): TypePlace {
  return { file: place.file, column: place.column === '' ? name : `${place.column}.${name}` };
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function badType(json: unknown, place: TypePlace): LakeError {
  const text =
    json === undefined
      ? 'nothing'
      : String(JSON.stringify(json, (_, v) => (typeof v === 'bigint' ? `${v}` : v)));
  return corrupt(place.file, undefined, `column ${place.column} has no type but ${text.slice(0, 100)}`);
}

function unsupportedType(name: string, place: TypePlace): LakeError {
  const type = name.split(/[ <(]/)[0] ?? name;
  return unsupported(
    type,
    `Column ${place.column} has type ${type}, which is not supported (${place.file}).`,
  );
}
