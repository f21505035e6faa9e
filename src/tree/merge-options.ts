// The options a merge depends on, read from a table's options as Java parses them.
import { LakeError } from '../base/index.ts';

export type OptionTexts = Readonly<Record<string, string>>;

/** A schema Java refuses too: `option` names what to correct. */
export function schemaInvalid(option: string, message: string): LakeError {
  return new LakeError('SCHEMA_INVALID', message, { option });
}

/** The first of the keys that is set, or nothing. Later keys are Java's fallback keys. */
export function textOption(options: OptionTexts, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = Object.hasOwn(options, key) ? options[key] : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}

/** `true` or `false` in any case; false when not set. */
export function booleanOption(options: OptionTexts, ...keys: readonly string[]): boolean {
  const value = textOption(options, ...keys);
  if (value === undefined) return false;
  const lower = value.toLowerCase();
  if (lower === 'true') return true;
  if (lower === 'false') return false;
  throw schemaInvalid(keys[0] as string, `Option '${keys[0]}' must be true or false, not '${value}'`);
}

/** One of the names, in any case. */
export function enumOption<T extends string>(
  options: OptionTexts,
  key: string,
  names: readonly T[],
  fallback: T,
): T {
  const value = textOption(options, key);
  if (value === undefined) return fallback;
  const name = names.find((candidate) => candidate === value.toLowerCase());
  if (name !== undefined) return name;
  throw schemaInvalid(key, `Option '${key}' must be one of ${names.join(', ')}, not '${value}'`);
}

/** A 32-bit integer in decimal digits. */
export function integerOption(options: OptionTexts, key: string, fallback: number): number {
  const value = textOption(options, key);
  if (value === undefined) return fallback;
  const number = Number(value);
  if (/^[+-]?[0-9]+$/.test(value) && number >= -2147483648 && number <= 2147483647) return number;
  throw schemaInvalid(key, `Option '${key}' must be an integer, not '${value}'`);
}

/** Names between commas, trimmed. */
export function listOption(options: OptionTexts, key: string): readonly string[] {
  const value = textOption(options, key);
  return value === undefined ? [] : splitNames(value).map((name) => name.trim());
}

/** Java's `split(",")`: trailing empty names are dropped, but for the one of an empty text. */
export function splitNames(text: string): string[] {
  if (text === '') return [''];
  const names = text.split(',');
  while (names.at(-1) === '') names.pop();
  return names;
}
