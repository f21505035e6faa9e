// Text to arrays, maps and rows as Java's casts read it: `[a, b]`, `{k -> v}`, `{a, b}`, or `ARRAY(…)`,
// `MAP(…)`, `STRUCT(…)`. Elements are text again, read by the cast of their type; `null` without quotes is
// null.
import type { Value } from '../arrow/index.ts';
import { castFailed } from './cells.ts';
import { trim } from './parse-number.ts';

/** Reads one element. */
export type ElementOfText = (text: string) => Value;

/** Source: casting/StringToArrayCastRule.java. */
export function arrayOfText(text: string, element: ElementOfText): readonly Value[] {
  const content = contentOf(text, '[', ']', 'ARRAY');
  return split(content, true).map((token) => orNull(trim(token), element));
}

/** Pairs of key and value; of repeated keys the last counts. Source: casting/StringToMapCastRule.java. */
export function mapOfText(text: string, key: ElementOfText, value: ElementOfText): readonly Value[] | null {
  const trimmed = trim(text);
  if (/^null$/i.test(trimmed)) return null;
  const entries = new Map<string, Value>();
  const put = (keyText: string, valueText: string): void => {
    const cell = orNull(keyText, key);
    entries.set(keyOf(cell), [cell, orNull(valueText, value)]);
  };
  if (/^\{.*\}$/.test(trimmed)) {
    for (const entry of split(contentOf(trimmed, '{', '}', 'MAP'), false)) {
      const piece = trim(entry);
      const arrow = piece.indexOf('->', 1);
      if (arrow < 0 || arrow + 2 >= piece.length) throw castFailed(text, 'MAP', 'entries are key -> value');
      put(trim(piece.slice(0, arrow)), trim(piece.slice(arrow + 2)));
    }
    return [...entries.values()];
  }
  const elements = split(contentOf(trimmed, '{', '}', 'MAP'), false).map(trim);
  if (elements.length % 2 !== 0) throw castFailed(text, 'MAP', 'a key has no value');
  for (let i = 0; i < elements.length; i += 2) {
    const before = entries.size;
    put(elements[i] as string, elements[i + 1] as string);
    // Java collects this form with a function that refuses both.
    if (entries.size === before) throw castFailed(text, 'MAP', 'a key is repeated');
    if (elements[i + 1] === 'null') throw castFailed(text, 'MAP', 'a value is null');
  }
  return [...entries.values()];
}

/** Source: casting/StringToRowCastRule.java. Empty text gives a row of nulls. */
export function rowOfText(text: string, fields: readonly ElementOfText[]): readonly Value[] {
  const content = contentOf(text, '{', '}', 'STRUCT');
  if (content === '') return fields.map(() => null);
  const tokens = split(content, true);
  if (tokens.length !== fields.length) {
    throw castFailed(text, 'ROW', `${tokens.length} values for ${fields.length} fields`);
  }
  return fields.map((field, i) => orNull(trim(tokens[i] as string), field));
}

function orNull(token: string, element: ElementOfText): Value {
  return token === 'null' ? null : element(token);
}

function keyOf(cell: Value): string {
  return JSON.stringify(cell, (_, v: unknown) =>
    typeof v === 'bigint' ? `${v}n` : v instanceof Uint8Array ? Array.from(v) : v,
  );
}

/** What stands inside the brackets, or inside the parentheses of the function form. */
function contentOf(text: string, open: string, close: string, name: string): string {
  const trimmed = trim(text);
  const body = new RegExp(`^\\${open}(.*)\\${close}$`).exec(trimmed);
  const call = body ?? new RegExp(`^${name}\\s*\\((.*)\\)$`, 'i').exec(trimmed);
  if (call === null) throw castFailed(text, name, `expected ${open}…${close} or ${name}(…)`);
  return trim(call[1] as string);
}

/**
 * Splits at commas outside quotes and brackets; empty pieces are left out. Quotes and backslashes stay in the
 * pieces when `keep`, otherwise they (and what a backslash precedes) are dropped.
 */
function split(content: string, keep: boolean): string[] {
  const pieces: string[] = [];
  let current = '';
  let depth = 0;
  let quoted = false;
  let escaped = false;
  for (const c of content.split('')) {
    if (escaped) {
      escaped = false;
      if (!keep) continue;
    } else if (c === '\\') {
      escaped = true;
      if (!keep) continue;
    } else if (c === '"') {
      quoted = !quoted;
      if (!keep) continue;
    } else if (!quoted) {
      if ('[{('.includes(c)) depth++;
      else if (']})'.includes(c) && depth > 0) depth--;
      else if (c === ',' && depth === 0) {
        if (current !== '') pieces.push(current);
        current = '';
        continue;
      }
    }
    current += c;
  }
  if (current !== '') pieces.push(current);
  return pieces;
}
