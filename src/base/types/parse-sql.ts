// A type as a person writes it, nested ones included: `ARRAY<ROW<a INT, b STRING>> NOT NULL`.
import { LakeError, unsupported } from '../errors.ts';
import { NESTING_DEPTH_MAX } from '../limits.ts';
import { type DataType, type Field, withNullable } from './data-type.ts';
import { parseTypeText } from './parse.ts';

/**
 * A type out of the text that `printType` gives, and what Java's parser takes for atomic types.
 *
 * Shape   fields of a ROW get no ids of their own (all 0): a table gives them when the type becomes a column.
 * Limits  nesting of `NESTING_DEPTH_MAX`.
 * Errors  `ARGUMENT_INVALID` naming the text; `FEATURE_UNSUPPORTED` for a type Spillway does not know.
 */
export function parseType(text: string): DataType {
  const reader = new Reader(text);
  const type = parseNested(reader, 0);
  reader.end();
  return type;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Steps over what matches here, blanks before it included. The expression is sticky. */
  take(expression: RegExp): RegExpExecArray | undefined {
    const blanks = /\s*/y;
    blanks.lastIndex = this.#at;
    blanks.exec(this.#text);
    expression.lastIndex = blanks.lastIndex;
    const found = expression.exec(this.#text);
    if (found === null) return undefined;
    this.#at = expression.lastIndex;
    return found;
  }

  expect(expression: RegExp, what: string): RegExpExecArray {
    const found = this.take(expression);
    if (found === undefined) throw this.bad(`${what} expected`);
    return found;
  }

  end(): void {
    this.take(/\s*/y);
    if (this.#at < this.#text.length) throw this.bad('the type ends before this');
  }

  bad(what: string, cause?: unknown): LakeError {
    const message = `Type '${this.#text}': ${what} at character ${this.#at + 1}.`;
    return new LakeError('ARGUMENT_INVALID', message, { type: this.#text }, cause);
  }
}

function parseNested(reader: Reader, depth: number): DataType {
  if (depth > NESTING_DEPTH_MAX) throw reader.bad('nested too deeply');
  const word = reader.take(/(ARRAY|MULTISET|MAP|ROW)\s*</iy)?.[1]?.toUpperCase();
  if (word === undefined) return parseAtom(reader);
  const type = parseInside(reader, word, depth + 1);
  reader.expect(/>/y, '>');
  return parseSuffixes(reader, type);
}

function parseInside(reader: Reader, word: string, depth: number): DataType {
  const nullable = true;
  if (word === 'ROW') return { kind: 'ROW', nullable, fields: parseFields(reader, depth) };
  const first = parseNested(reader, depth);
  if (word === 'ARRAY' || word === 'MULTISET') return { kind: word, nullable, element: first };
  reader.expect(/,/y, 'a comma');
  return { kind: 'MAP', nullable, key: first, value: parseNested(reader, depth) };
}

function parseFields(reader: Reader, depth: number): readonly Field[] {
  const fields: Field[] = [];
  do {
    const name = reader.expect(/`((?:[^`]|``)+)`|([^\s<>(),.'`]+)/y, 'a field name');
    const type = parseNested(reader, depth);
    const comment = reader.take(/(?:COMMENT\s*)?'((?:[^']|'')*)'/iy)?.[1];
    fields.push({
      id: 0,
      name: name[1]?.replaceAll('``', '`') ?? (name[2] as string),
      type,
      ...(comment === undefined ? {} : { description: comment.replaceAll("''", "'") }),
    });
  } while (reader.take(/,/y) !== undefined);
  return fields;
}

const PARAMETERS = /\s*\(\s*\d+\s*(?:,\s*\d+\s*)?\)/.source;
const ZONE = /\s+WITH(?:OUT)?(?:\s+LOCAL)?\s+TIME\s+ZONE/.source;
const ATOM = new RegExp(`[A-Z_]+(?:\\s+PRECISION)?(?:${PARAMETERS})?(?:${ZONE})?`, 'iy');

/** Types Paimon has and Spillway has not. */
const OTHER_TYPES: ReadonlySet<string> = new Set(['VARIANT', 'BLOB', 'VECTOR', 'GEOMETRY', 'GEOGRAPHY']);

function parseAtom(reader: Reader): DataType {
  const text = reader.expect(ATOM, 'a type')[0];
  try {
    return parseSuffixes(reader, parseTypeText(text, { file: 'type', column: text }));
  } catch (error) {
    if (!(error instanceof LakeError) || error.code === 'ARGUMENT_INVALID') throw error;
    const word = text.toUpperCase();
    if (OTHER_TYPES.has(word)) throw unsupported(word, `Type ${word} is not supported.`);
    throw reader.bad(`'${text}' is no type`, error);
  }
}

/** `NOT NULL`, and the notation `INT ARRAY`. */
function parseSuffixes(reader: Reader, inner: DataType): DataType {
  const type = parseNullability(reader, inner);
  const word = reader.take(/(ARRAY|MULTISET)(?![^\s<>(),])/iy)?.[1]?.toUpperCase();
  if (word !== 'ARRAY' && word !== 'MULTISET') return type;
  return parseNullability(reader, { kind: word, nullable: true, element: type });
}

function parseNullability(reader: Reader, type: DataType): DataType {
  const found = reader.take(/(NOT\s+)?NULL(?![^\s<>(),])/iy);
  return withNullable(type, found?.[1] === undefined);
}
