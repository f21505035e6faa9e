// Rows of text, some thousand at a time: JSON lines with `_kind`, or CSV with a line of names. A row that
// cannot be read is given as such; the rows around it are read all the same.
import { isUtf8 } from 'node:buffer';
import { type DataType, type Field, INPUT_LINE_CHARS_MAX, LakeError } from '../../base/index.ts';
import { CsvParser, type CsvRecord, csvLine, parseJson } from '../../codec/index.ts';
import type { BadCell, WriteInput, WriteRow } from '../../table/index.ts';

/** Rows handed on together, and characters of text after which fewer are. */
const ROWS_TOGETHER = 4096;
const CHARS_TOGETHER = 4 * 1024 * 1024;

/** Where text comes from; `name` for messages. */
export interface TextInput {
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly fields: readonly Field[];
}

type TextRows = Extract<WriteInput, { readonly kind: 'rows' }>;

/** A row, and what its text is and how long; `bad` when it could not be read. */
interface InputRow {
  readonly row: WriteRow;
  readonly text: () => string;
  readonly length: number;
  readonly bad?: BadCell;
}

/**
 * Reads JSON lines: one object a row, empty lines skipped.
 *
 * Limits  holds `ROWS_TOGETHER` rows; a line of at most `INPUT_LINE_CHARS_MAX` bytes.
 * Errors  LIMIT_EXCEEDED; those of the source.
 */
export function readJsonRows(input: TextInput): AsyncGenerator<TextRows, void, undefined> {
  return together(jsonRows(input));
}

/**
 * Reads CSV: the first line names the columns. Nested values are JSON inside their field.
 *
 * Limits  as `readJsonRows`.
 * Errors  as `readJsonRows`; ARGUMENT_INVALID, COLUMN_MISSING for the line of names.
 */
export function readCsvRows(input: TextInput): AsyncGenerator<TextRows, void, undefined> {
  return together(csvRows(input));
}

async function* together(rows: AsyncIterable<InputRow>): AsyncGenerator<TextRows, void, undefined> {
  let part: InputRow[] = [];
  let chars = 0;
  for await (const row of rows) {
    part.push(row);
    chars += row.length;
    if (part.length < ROWS_TOGETHER && chars < CHARS_TOGETHER) continue;
    yield textRows(part);
    part = [];
    chars = 0;
  }
  if (part.length > 0) yield textRows(part);
}

function textRows(part: readonly InputRow[]): TextRows {
  const unread = new Map<number, BadCell>();
  for (const [i, { bad }] of part.entries()) if (bad !== undefined) unread.set(i, bad);
  const textOf = (row: number): string => part[row]?.text() ?? '';
  return { kind: 'rows', rows: part.map(({ row }) => row), unread, textOf };
}

async function* jsonRows(input: TextInput): AsyncGenerator<InputRow, void, undefined> {
  for await (const line of lines(input)) {
    const text = line.toString('utf8');
    if (text.trim() === '') continue;
    const read = isUtf8(line) ? jsonRow(text, input.name) : unread('the text is not UTF-8');
    yield { ...read, text: () => text, length: text.length };
  }
}

type ReadRow = Pick<InputRow, 'row' | 'bad'>;

function unread(reason: string, column?: string): ReadRow {
  return { row: {}, bad: { reason, ...(column === undefined ? {} : { column }) } };
}

function jsonRow(text: string, name: string): ReadRow {
  try {
    const row = parseJson(text, name);
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) return { row: row as WriteRow };
    return unread('a row is a JSON object');
  } catch (error) {
    return unread(whyNotJson(error, name));
  }
}

function whyNotJson(error: unknown, name: string): string {
  if (!(error instanceof LakeError) || error.code !== 'FILE_CORRUPT') throw error;
  return error.message.replace(name, '').replace(/^[ :]+/, '');
}

const NEWLINE = 10;

/** Lines without their end. */
async function* lines({ bytes, name }: TextInput): AsyncGenerator<Buffer, void, undefined> {
  let rest: Buffer[] = [];
  let length = 0;
  for await (const part of bytes) {
    const chunk = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      const line = chunk.subarray(from, at);
      yield rest.length === 0 ? line : Buffer.concat([...rest, line]);
      rest = [];
      length = 0;
      from = at + 1;
    }
    if (from === chunk.length) continue;
    rest.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > INPUT_LINE_CHARS_MAX) {
      const text = `${name}: a line has more than ${INPUT_LINE_CHARS_MAX} bytes.`;
      throw new LakeError('LIMIT_EXCEEDED', text, { limit: 'INPUT_LINE_CHARS_MAX' });
    }
  }
  if (length > 0) yield Buffer.concat(rest);
}

async function* csvRows(input: TextInput): AsyncGenerator<InputRow, void, undefined> {
  const parser = new CsvParser();
  let columns: readonly CsvColumn[] | undefined;
  const take = function* (records: readonly CsvRecord[]): Generator<InputRow, void, undefined> {
    for (const record of records) {
      if (columns === undefined) columns = checkHeader(record, input);
      else yield csvRow(columns, record);
    }
  };
  // What CSV is made of is ASCII: bytes are cut as characters, and each field decoded for itself.
  for await (const part of input.bytes) {
    yield* take(parser.push(Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('latin1')));
  }
  yield* take(parser.finish());
}

interface CsvColumn {
  readonly name: string;
  /** Undefined for `_kind`. */
  readonly type: DataType | undefined;
}

function checkHeader({ fields, bad }: CsvRecord, input: TextInput): readonly CsvColumn[] {
  const names = fields.map((name) => (decoded(name) ?? '').replace(/^\uFEFF/, ''));
  const refuse = (why: string): LakeError =>
    new LakeError('ARGUMENT_INVALID', `${input.name}: the first line, which names the columns: ${why}.`);
  if (bad !== undefined) throw refuse(bad);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw refuse(`'${twice}' stands there twice`);
  const columns = names.map((name): CsvColumn => {
    return { name, type: input.fields.find((field) => field.name === name)?.type };
  });
  const extra = columns.filter(({ name, type }) => type === undefined && name !== '_kind');
  if (extra.length > 0) {
    const list = extra.map(({ name }) => `'${name}'`).join(', ');
    const own = input.fields.map(({ name }) => name).join(', ');
    const text = `${input.name}: the table has no columns ${list}; it has ${own}.`;
    throw new LakeError('COLUMN_MISSING', text, { columns: extra.map(({ name }) => name) });
  }
  return columns;
}

function csvRow(columns: readonly CsvColumn[], record: CsvRecord): InputRow {
  const { fields, bad } = record;
  const text = (): string => lossy(bad === undefined ? csvLine(fields) : (fields[0] ?? ''));
  const length = fields.reduce((sum, field) => sum + (field?.length ?? 0), 0);
  return { ...(bad === undefined ? csvValues(columns, fields) : unread(bad)), text, length };
}

function csvValues(columns: readonly CsvColumn[], fields: CsvRecord['fields']): ReadRow {
  if (fields.length !== columns.length)
    return unread(`${fields.length} fields for ${columns.length} columns`);
  const row: Record<string, unknown> = {};
  for (const [i, { name, type }] of columns.entries()) {
    const field = decoded(fields[i] ?? null);
    if (field === undefined) return unread('bytes that are not UTF-8', name);
    try {
      row[name] = field === null || type === undefined ? field : csvValue(type, field);
    } catch (error) {
      return unread(whyNotJson(error, 'field'), name);
    }
  }
  return { row };
}

/** Text whose characters are bytes, as what they say; undefined when they are not UTF-8. */
function decoded(bytes: string | null): string | null | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII.
  if (bytes === null || /^[\x00-\x7f]*$/.test(bytes)) return bytes;
  const buffer = Buffer.from(bytes, 'latin1');
  return isUtf8(buffer) ? buffer.toString('utf8') : undefined;
}

function lossy(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Nested values are JSON inside the field; truth values words. */
function csvValue(type: DataType, text: string): unknown {
  switch (type.kind) {
    case 'ARRAY':
    case 'MAP':
    case 'MULTISET':
    case 'ROW':
      return parseJson(text, 'field');
    case 'BOOLEAN':
      return /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : text;
    default:
      return text;
  }
}
