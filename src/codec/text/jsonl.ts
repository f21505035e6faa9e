// Batches as lines of JSON in the project's encoding: it loses nothing, and equal rows are equal lines.
import type { Batch, IntVector, Vector } from '../arrow/index.ts';
import { jsonMembers, type Member } from './json-column.ts';
import { type TextOf, tooLong } from './plain-column.ts';

/** A member printed before the columns: `text(i)` is the JSON text of row `i`. */
export interface LeadingMember {
  readonly name: string;
  readonly text: TextOf;
}

/**
 * `leading`: members put before the columns, in order. `chunkChars`: text is handed out once it is this long.
 */
export interface JsonLinesOptions {
  readonly leading?: readonly LeadingMember[];
  readonly chunkChars?: number;
}

/** Characters of a chunk of text: large enough that a write is not the cost, small beside a batch. */
export const CHUNK_CHARS = 64 * 1024;

const KINDS = ['"+I"', '"-U"', '"+U"', '"-D"'] as const;

/**
 * The rows of a batch as JSON lines, keys in field order.
 *
 * Shape   yields strings of whole lines, each line ended by `\n`. BIGINT and DECIMAL are strings, DECIMAL
 *         with its full scale; FLOAT is widened to double; `"NaN"`, `"Infinity"`, `"-Infinity"`, `"-0"` are
 *         strings; binary is lower-case hex; DATE `yyyy-mm-dd`; TIME `hh:mm:ss.mmm`; TIMESTAMP
 *         `yyyy-mm-ddThh:mm:ss.nnnnnnnnn`, with `Z` when local-zoned; MAP and MULTISET are `[key, value]`
 *         pairs ordered by the JSON text of the key in UTF-16 order.
 * Limits  a chunk is `chunkChars` plus at most one line.
 * Errors  LIMIT_EXCEEDED for a line of more than 512 MB.
 */
export function* jsonLines(batch: Batch, options: JsonLinesOptions = {}): Generator<string, void, undefined> {
  const line = jsonLineOf(batch, options.leading);
  const chunkChars = options.chunkChars ?? CHUNK_CHARS;
  let chunk = '';
  for (let i = 0; i < batch.rowCount; i++) {
    try {
      chunk += `${line(i)}\n`;
    } catch (error) {
      throw tooLong(error);
    }
    if (chunk.length >= chunkChars) {
      yield chunk;
      chunk = '';
    }
  }
  if (chunk !== '') yield chunk;
}

/** The JSON text of row `i` of a batch, without the line end. See `jsonLines`. */
export function jsonLineOf(batch: Batch, leading: readonly LeadingMember[] = []): TextOf {
  const members: Member[] = [
    ...leading.map((m, c) => ({ prefix: `${c > 0 ? ',' : ''}${JSON.stringify(m.name)}:`, text: m.text })),
    ...jsonMembers(batch.fields, batch.columns, leading.length > 0),
  ];
  return (i) => {
    let out = '{';
    for (const member of members) out += member.prefix + member.text(i);
    return `${out}}`;
  };
}

/** `_kind` before the columns: `kinds` holds 0 +I, 1 -U, 2 +U, 3 -D. */
export function kindMember(kinds: Vector): LeadingMember {
  const values = (kinds as IntVector).values;
  return { name: '_kind', text: (i) => KINDS[values[i] as number] ?? '"?"' };
}

/** The same value before the columns of every row; text for bigint and string, number for number. */
export function constantMember(name: string, value: string | number): LeadingMember {
  const text = JSON.stringify(value);
  return { name, text: () => text };
}
