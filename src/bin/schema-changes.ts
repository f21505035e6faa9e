// The grammar of `spillway alter`: options of the command line into changes of a schema.
import { type ColumnPosition, parseType, type SchemaChange } from '../index.ts';
import { type GivenOption, type OptionSpecs, UsageError } from './arguments.ts';

/** The options that change a schema. All may be given again and again; their order counts. */
export const CHANGE_OPTIONS = {
  add: {
    kind: 'many',
    value: "'C TYPE [PLACE]'",
    help: "add a column; PLACE: first, last, 'after X', 'before X'",
  },
  drop: { kind: 'many', value: 'C', help: 'drop a column' },
  rename: { kind: 'many', value: 'C=NAME', help: 'rename a column' },
  type: { kind: 'many', value: "'C TYPE'", help: 'change the type; NULL or NOT NULL stays' },
  nullable: { kind: 'many', value: 'C', help: 'allow nulls' },
  'not-null': { kind: 'many', value: 'C', help: 'forbid nulls' },
  default: { kind: 'many', value: 'C=VALUE', help: 'set the default of a column' },
  'no-default': { kind: 'many', value: 'C', help: 'remove the default of a column' },
  comment: { kind: 'many', value: 'C=TEXT', help: "set a column's comment; nothing after = removes it" },
  'table-comment': { kind: 'many', value: 'TEXT', help: "set the table's comment; '' removes it" },
  move: { kind: 'many', value: "'C PLACE'", help: 'put a column elsewhere' },
  set: { kind: 'many', value: 'KEY=VALUE', help: 'set an option of the table' },
  unset: { kind: 'many', value: 'KEY', help: 'remove an option of the table' },
  'drop-primary-key': { kind: 'flag', help: 'of a table that was never written' },
} as const satisfies OptionSpecs;

/**
 * The changes a command line asks for, in its order.
 *
 * Shape   columns are `c`, or `c.inner` in rows; in arrays and map values `c.element.inner`, `c.value.inner`.
 *         A name with blanks, dots or `=` stands in backquotes. Other options are left out.
 * Errors  `UsageError` naming the option; `ARGUMENT_INVALID`, `FEATURE_UNSUPPORTED` for a type.
 */
export function parseChanges(given: readonly GivenOption[]): readonly SchemaChange[] {
  return given.flatMap((option) => parseChange(option) ?? []);
}

function parseChange({ name, text }: GivenOption): SchemaChange | undefined {
  const words = new Words(name, text);
  switch (name as keyof typeof CHANGE_OPTIONS) {
    case 'add':
      return addition(words);
    case 'drop':
      return { kind: 'drop-column', path: words.wholePath() };
    case 'rename': {
      const path = words.path();
      words.equals();
      return { kind: 'rename-column', path, name: words.lastName() };
    }
    case 'type':
      return { kind: 'retype-column', path: words.path(), type: parseType(words.rest()) };
    case 'nullable':
      return { kind: 'set-nullable', path: words.wholePath(), nullable: true };
    case 'not-null':
      return { kind: 'set-nullable', path: words.wholePath(), nullable: false };
    case 'default': {
      const path = words.path();
      return { kind: 'set-default', path, defaultValue: words.equals() };
    }
    case 'no-default':
      return { kind: 'set-default', path: words.wholePath() };
    case 'comment': {
      const path = words.path();
      const comment = words.equals();
      return { kind: 'comment-column', path, ...(comment === '' ? {} : { comment }) };
    }
    case 'table-comment':
      return { kind: 'comment-table', ...(text === '' ? {} : { comment: text }) };
    case 'move': {
      const [column = '', ...inner] = words.path();
      if (inner.length > 0) throw words.bad('only columns of the table can be moved');
      const position = parsePlace(words.rest());
      if (position === undefined)
        throw words.bad("the place is missing: first, last, 'after X' or 'before X'");
      return { kind: 'move-column', column, position };
    }
    case 'set': {
      const at = text.indexOf('=');
      if (at < 1) throw words.bad('KEY=VALUE is needed');
      return { kind: 'set-option', key: text.slice(0, at), value: text.slice(at + 1) };
    }
    case 'unset':
      return { kind: 'remove-option', key: text };
    case 'drop-primary-key':
      return { kind: 'drop-primary-key' };
    default:
      return undefined;
  }
}

const PLACE = /(?:^|\s)(?:(first|last)|(after|before)\s+(?:`((?:[^`]|``)+)`|([^\s`]+)))\s*$/i;

function addition(words: Words): SchemaChange {
  const path = words.path();
  const text = words.rest();
  const position = parsePlace(text);
  const type = parseType(position === undefined ? text : text.replace(PLACE, ''));
  return { kind: 'add-column', path, type, ...(position === undefined ? {} : { position }) };
}

function parsePlace(text: string): ColumnPosition | undefined {
  const match = PLACE.exec(text);
  if (match === null) return undefined;
  const [, end, side, quoted, plain] = match;
  if (side === undefined) return { kind: end?.toLowerCase() === 'first' ? 'first' : 'last' };
  const column = quoted?.replaceAll('``', '`') ?? plain ?? '';
  return { kind: side.toLowerCase() === 'after' ? 'after' : 'before', column };
}

/** The text of one option, read from the left. */
class Words {
  readonly #option: string;
  readonly #text: string;
  #at = 0;

  constructor(option: string, text: string) {
    this.#option = option;
    this.#text = text;
  }

  /** A column at the front, as the names that lead to it. */
  path(): readonly string[] {
    const names = [this.#name()];
    while (this.#text[this.#at] === '.') {
      this.#at++;
      names.push(this.#name());
    }
    return names;
  }

  /** A column and nothing else. */
  wholePath(): readonly string[] {
    const path = this.path();
    this.#end();
    return path;
  }

  /** A name and nothing else. */
  lastName(): string {
    const name = this.#name();
    this.#end();
    return name;
  }

  /** What follows the `=` that must be here. */
  equals(): string {
    if (this.#text[this.#at] !== '=') throw this.bad('a = is missing after the column');
    return this.#text.slice(++this.#at);
  }

  rest(): string {
    return this.#text.slice(this.#at).trim();
  }

  bad(what: string): UsageError {
    return new UsageError(`--${this.#option} '${this.#text}': ${what}`);
  }

  #name(): string {
    const name = /\s*(?:`((?:[^`]|``)+)`|([^\s`.=]+))/y;
    name.lastIndex = this.#at;
    const match = name.exec(this.#text);
    if (match === null) throw this.bad(`a name is missing at character ${this.#at + 1}`);
    this.#at = name.lastIndex;
    return match[1]?.replaceAll('``', '`') ?? (match[2] as string);
  }

  #end(): void {
    if (this.rest() !== '') throw this.bad(`'${this.rest()}' is too much; put odd names in backquotes`);
  }
}
