// The command line's grammar, shared by every sub-command: options are data, `parseArguments` turns words
// into typed values, and `printOptions` turns the same data into help. It never looks at files or tables.

/** One option of a sub-command. Flags take no value; every other kind takes exactly one. */
export type OptionSpec =
  | { readonly kind: 'flag'; readonly short?: string; readonly help: string }
  | { readonly kind: 'text'; readonly short?: string; readonly value: string; readonly help: string }
  | { readonly kind: 'list'; readonly short?: string; readonly value: string; readonly help: string }
  | { readonly kind: 'many'; readonly short?: string; readonly value: string; readonly help: string }
  | { readonly kind: 'integer'; readonly short?: string; readonly value: string; readonly help: string }
  | { readonly kind: 'count'; readonly short?: string; readonly value: string; readonly help: string }
  | {
      readonly kind: 'choice';
      readonly short?: string;
      readonly choices: readonly string[];
      readonly help: string;
    };

/** Options by long name, without the dashes: `{ limit: { kind: 'count', value: 'N', help: '...' } }`. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/**
 * What one option becomes: flags a boolean, lists an array, `many` the texts of all times it is given,
 * integers a bigint (64 bits), counts a number.
 */
export type OptionValue<S extends OptionSpec> = S extends { kind: 'flag' }
  ? boolean
  : S extends { kind: 'list' | 'many' }
    ? readonly string[] | undefined
    : S extends { kind: 'integer' }
      ? bigint | undefined
      : S extends { kind: 'count' }
        ? number | undefined
        : S extends { kind: 'choice'; choices: readonly (infer C)[] }
          ? C | undefined
          : string | undefined;

/** What `parseArguments` returns. An option that was not given is `undefined`, a flag `false`. */
export interface ParsedArguments<S extends OptionSpecs> {
  readonly options: { readonly [K in keyof S]: OptionValue<S[K]> };
  readonly positionals: readonly string[];
  /** The options that were given, as they follow each other: for commands where the order counts. */
  readonly given: readonly GivenOption[];
  /** `--warehouse`, else SPILLWAY_WAREHOUSE, else `./warehouse`. Not checked to exist. */
  readonly warehouse: string;
}

/** One option of a command line: its long name and its text, '' for a flag. */
export interface GivenOption {
  readonly name: string;
  readonly text: string;
}

/** What a sub-command takes beside its options. */
export interface ArgumentsSpec<S extends OptionSpecs> {
  readonly options: S;
  /** Names of the words that must be there, as the usage line has them: `['DATABASE.TABLE']`. */
  readonly positionals: readonly string[];
  /** Names of further words that may be there, after the required ones. Default: none. */
  readonly optionalPositionals?: readonly string[];
  /** Whether the last of `positionals` may be followed by more of its kind. */
  readonly repeated?: boolean;
  /** Environment for SPILLWAY_WAREHOUSE; pass `io.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A command line that cannot be understood: exit status 2, one line on stderr. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Options every sub-command that opens a warehouse takes. */
const SHARED = {
  warehouse: {
    kind: 'text',
    short: 'w',
    value: 'DIR',
    help: 'warehouse directory (SPILLWAY_WAREHOUSE; ./warehouse)',
  },
  help: { kind: 'flag', short: 'h', help: 'show this help' },
} as const satisfies OptionSpecs;

/**
 * Parses the words after the sub-command's name.
 *
 * Shape   `--name value`, `--name=value`, `-n value`, `-nvalue`, flags without a value; `--` ends options.
 *         A `list` is split at commas.
 * Units   `integer` is a signed 64-bit decimal, `count` a decimal from 0 to 2^53-1.
 * Limits  an option given twice is refused, but for `many`; so are empty values of anything but `text`.
 * Errors  `UsageError`, naming the option or the missing word.
 */
export function parseArguments<const S extends OptionSpecs>(
  args: readonly string[],
  spec: ArgumentsSpec<S>,
): ParsedArguments<S> {
  const specs: OptionSpecs = { ...SHARED, ...spec.options };
  const values = new Map<string, unknown>();
  const positionals: string[] = [];
  const given: GivenOption[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (word === '--') {
      positionals.push(...args.slice(i + 1));
      break;
    }
    if (word === '-' || !word.startsWith('-')) {
      positionals.push(word);
      continue;
    }
    const { name, inline } = splitOption(word, specs);
    const option = specs[name] as OptionSpec;
    if (values.has(name) && option.kind !== 'many') throw new UsageError(`--${name} is given twice`);
    if (option.kind === 'flag') {
      if (inline !== undefined) throw new UsageError(`--${name} takes no value`);
      values.set(name, true);
      given.push({ name, text: '' });
      continue;
    }
    const text = inline ?? args[++i];
    if (text === undefined) throw new UsageError(`--${name} needs a value: --${name} ${placeholder(option)}`);
    given.push({ name, text });
    const value = parseValue(name, option, text);
    values.set(name, option.kind === 'many' ? [...((values.get(name) as string[]) ?? []), value] : value);
  }
  checkPositionals(positionals, spec);
  for (const [name, option] of Object.entries(specs)) {
    if (option.kind === 'flag' && !values.has(name)) values.set(name, false);
  }
  return {
    options: Object.fromEntries(values) as ParsedArguments<S>['options'],
    positionals,
    given,
    warehouse:
      (values.get('warehouse') as string | undefined) || spec.env.SPILLWAY_WAREHOUSE || './warehouse',
  };
}

/** Whether help is asked for anywhere before a `--`; it wins over every other mistake on the line. */
export function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end < 0 ? args : args.slice(0, end)).some((word) => word === '--help' || word === '-h');
}

/** The option lines of a help text, aligned, the sub-command's own first. */
export function printOptions(options: OptionSpecs): string {
  const rows = Object.entries({ ...options, ...SHARED }).map(([name, option]): [string, string] => {
    const short = option.short === undefined ? '    ' : `-${option.short}, `;
    const value = option.kind === 'flag' ? '' : ` ${placeholder(option)}`;
    return [`  ${short}--${name}${value}`, option.help];
  });
  const width = Math.min(34, Math.max(...rows.map(([left]) => left.length)));
  return rows
    .map(([left, help]) =>
      left.length > width ? `${left}\n${' '.repeat(width)}  ${help}` : `${left.padEnd(width)}  ${help}`,
    )
    .join('\n');
}

/** The candidate nearest to a mistyped word, or nothing when over a third of its letters are wrong. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.ceil(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function splitOption(word: string, specs: OptionSpecs): { name: string; inline: string | undefined } {
  if (word.startsWith('--')) {
    const equals = word.indexOf('=');
    const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
    if (!Object.hasOwn(specs, name)) throw unknownOption(`--${name}`, specs);
    return { name, inline: equals < 0 ? undefined : word.slice(equals + 1) };
  }
  const found = Object.entries(specs).find(([, option]) => option.short === word[1]);
  if (found === undefined) throw unknownOption(word, specs);
  return { name: found[0], inline: word.length > 2 ? word.slice(2) : undefined };
}

function unknownOption(word: string, specs: OptionSpecs): UsageError {
  const near = suggest(
    word,
    Object.keys(specs).map((name) => `--${name}`),
  );
  return new UsageError(`unknown option ${word}${near === undefined ? '' : `; did you mean ${near}?`}`);
}

function parseValue(name: string, option: Exclude<OptionSpec, { kind: 'flag' }>, text: string): unknown {
  switch (option.kind) {
    case 'text':
    case 'many':
      return text;
    case 'list': {
      const items = text.split(',').map((item) => item.trim());
      if (items.includes('')) throw new UsageError(`--${name} has an empty item: '${text}'`);
      return items;
    }
    case 'integer':
      return parseInteger(name, text);
    case 'count': {
      const value = parseInteger(name, text);
      if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) {
        throw new UsageError(`--${name} must be from 0 to 2^53-1, not ${text}`);
      }
      return Number(value);
    }
    case 'choice':
      if (option.choices.includes(text)) return text;
      throw new UsageError(`--${name} must be one of ${option.choices.join(', ')}, not '${text}'`);
  }
}

function parseInteger(name: string, text: string): bigint {
  if (!/^[+-]?\d{1,19}$/.test(text)) throw new UsageError(`--${name} must be a whole number, not '${text}'`);
  const value = BigInt(text);
  if (value !== BigInt.asIntN(64, value)) throw new UsageError(`--${name} does not fit 64 bits: ${text}`);
  return value;
}

function checkPositionals(
  given: readonly string[],
  {
    positionals: required,
    optionalPositionals: optional = [],
    repeated = false,
  }: Omit<ArgumentsSpec<OptionSpecs>, 'options' | 'env'>,
): void {
  if (given.length < required.length) throw new UsageError(`${required[given.length]} is missing`);
  if (repeated) return;
  const extra = given[required.length + optional.length];
  if (extra !== undefined) throw new UsageError(`unexpected argument '${extra}'`);
}

function placeholder(option: Exclude<OptionSpec, { kind: 'flag' }>): string {
  return option.kind === 'choice' ? option.choices.join('|') : option.value;
}

/** Levenshtein distance, a row at a time. Words of a command line are short. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const swap = (row[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[to.length] as number;
}
