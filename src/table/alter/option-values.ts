// Values of options as Java parses them while it checks a schema: no blanks around, any case.
import { refused } from './refuse.ts';

export type Options = Readonly<Record<string, string>>;

/** The first of the keys that is set. Later keys are Java's fallback keys. */
export function textOf(options: Options, ...keys: readonly string[]): string | undefined {
  const key = keys.find((candidate) => Object.hasOwn(options, candidate));
  return key === undefined ? undefined : options[key];
}

/** A 32-bit integer, undefined when not set. */
export function intOf(options: Options, key: string): number | undefined {
  const text = textOf(options, key);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^[+-]?\d+$/.test(text) && number === (number | 0)) return number;
  throw refused(`Option '${key}' = '${text}' is not a 32-bit whole number.`, { option: key });
}

/** Refuses what is no 64-bit integer. */
export function checkLong(options: Options, ...keys: readonly string[]): void {
  const text = textOf(options, ...keys);
  if (text === undefined) return;
  if (/^[+-]?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text)) return;
  throw refused(`Option '${keys[0]}' = '${text}' is not a 64-bit whole number.`, { option: keys[0] });
}

/** True or false, the fallback when not set. */
export function flagOf(options: Options, key: string, fallback = false): boolean {
  const text = textOf(options, key);
  if (text === undefined) return fallback;
  const upper = text.toUpperCase();
  if (upper !== 'TRUE' && upper !== 'FALSE') {
    throw refused(`Option '${key}' = '${text}' is not true or false.`, { option: key });
  }
  return upper === 'TRUE';
}

/** One of the words, the first when not set. */
export function wordOf<T extends string>(
  options: Options,
  words: readonly [T, ...T[]],
  ...keys: readonly string[]
): T {
  const text = textOf(options, ...keys);
  if (text === undefined) return words[0];
  const word = words.find((candidate) => candidate === text.toLowerCase());
  if (word !== undefined) return word;
  throw refused(`Option '${keys[0]}' = '${text}' is not one of ${words.join(', ')}.`, { option: keys[0] });
}

/** The words between commas as they are. */
export function splitOf(options: Options, ...keys: readonly string[]): readonly string[] {
  const text = textOf(options, ...keys);
  return text === undefined ? [] : splitLikeJava(text);
}

/** Java's `split(",")`: trailing empty words are dropped, but for the one of an empty text. */
export function splitLikeJava(text: string): readonly string[] {
  if (text === '') return [''];
  const words = text.split(',');
  while (words.at(-1) === '') words.pop();
  return words;
}
