// Filters written as SQL conditions, parsed into predicates that planning can prune by. SQL beyond that is
// not an error here: the caller hands it to the SQL engine.
import { type DataType, type Field, LakeError, NESTING_DEPTH_MAX } from '../../base/index.ts';
import { parseText } from '../../codec/index.ts';
import type { Literal, Predicate } from '../predicate.ts';
import { filterTokens, invalid, type Token } from './filter-tokens.ts';

/**
 * Parses a condition over columns.
 *
 * Shape   comparisons (`= == != <> < <= > >=`) of a column with a literal, `in`, `between`, `like`, `is
 *         null`, each with `not`; joined by `and`, `or`, `not` and parentheses; a BOOLEAN column alone. Names
 *         may be quoted by back-ticks or double quotes; unquoted names match in any case when no column has
 *         exactly that name. Literals: numbers, `'text'`, `true`, `false`, `X'00ff'`, `DATE '…'`, `TIME '…'`,
 *         `TIMESTAMP '…'`; a plain text is read as the column's type, in the encoding of `jsonLines`.
 *         Local-zoned timestamps are in UTC. Gives undefined for SQL that is no such condition (functions,
 *         arithmetic, two columns compared, a literal the column's type cannot hold): it may still be valid
 *         for a SQL engine.
 * Errors  FILTER_INVALID with the position and what was expected; COLUMN_MISSING.
 */
export function parseFilter(text: string, fields: readonly Field[]): Predicate | undefined {
  const parser = new FilterParser(text, fields);
  try {
    return parser.parse();
  } catch (error) {
    if (error instanceof NotCovered) return undefined;
    throw error;
  }
}

/** Ends the parse where SQL begins that predicates cannot say. Never leaves this file. */
class NotCovered extends Error {}

const COMPARISONS: Readonly<Record<string, 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'>> = {
  '=': 'eq',
  '==': 'eq',
  '!=': 'ne',
  '<>': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
};
const SWAPPED = { eq: 'eq', ne: 'ne', lt: 'gt', le: 'ge', gt: 'lt', ge: 'le' } as const;
const KEYWORDS = new Set('and or not in is null like between true false escape'.split(' '));
/** Words that start what only a SQL engine understands. */
const SQL_WORDS = new Set(
  [
    'case cast try_cast exists select interval ilike similar glob collate distinct',
    'any some all row struct array map',
  ].flatMap((words) => words.split(' ')),
);
const TYPED_LITERALS = new Set(['date', 'time', 'timestamp']);
const SQL_SYMBOLS = new Set([
  '+',
  '-',
  '*',
  '/',
  '%',
  '||',
  '::',
  '->',
  '.',
  '[',
  '{',
  '?',
  '$',
  '^',
  '~',
  '&',
  '|',
  '@',
  '#',
]);

class FilterParser {
  readonly #text: string;
  readonly #fields: readonly Field[];
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(text: string, fields: readonly Field[]) {
    this.#text = text;
    this.#fields = fields;
    this.#tokens = filterTokens(text);
  }

  parse(): Predicate {
    const predicate = this.#or();
    if (this.#peek().kind !== 'end') throw this.#expected('and, or, or the end');
    return predicate;
  }

  #or(): Predicate {
    const first = this.#and();
    const children = [first];
    while (this.#accept('or')) children.push(this.#and());
    return children.length === 1 ? first : { kind: 'or', children };
  }

  #and(): Predicate {
    const first = this.#not();
    const children = [first];
    while (this.#accept('and')) children.push(this.#not());
    return children.length === 1 ? first : { kind: 'and', children };
  }

  #not(): Predicate {
    if (++this.#depth > NESTING_DEPTH_MAX) throw this.#expected(`at most ${NESTING_DEPTH_MAX} levels`);
    try {
      if (this.#accept('not')) return { kind: 'not', child: this.#not() };
      if (!this.#accept('(')) return this.#condition();
      const inner = this.#or();
      if (!this.#accept(')')) throw this.#expected('and, or, or )');
      return inner;
    } finally {
      this.#depth--;
    }
  }

  #condition(): Predicate {
    if (this.#literalAhead()) return this.#literalFirst();
    const field = this.#column();
    const column = field.name;
    const comparison = this.#comparison();
    if (comparison !== undefined) return { kind: comparison, column, value: this.#literal(field) };
    if (this.#accept('is')) {
      const not = this.#accept('not');
      if (!this.#accept('null')) throw this.#expected('null');
      return { kind: not ? 'isNotNull' : 'isNull', column };
    }
    const not = this.#accept('not');
    const predicate = this.#listOrPattern(field);
    if (predicate !== undefined) return not ? { kind: 'not', child: predicate } : predicate;
    if (not) throw this.#expected('in, like or between');
    if (field.type.kind === 'BOOLEAN' && this.#endsCondition()) return { kind: 'eq', column, value: true };
    // A tuple.
    if (this.#peek().text === ',') throw new NotCovered();
    throw this.#expected('a comparison, in, like, between or is null');
  }

  #listOrPattern(field: Field): Predicate | undefined {
    const column = field.name;
    if (this.#accept('in')) return { kind: 'in', column, values: this.#list(field) };
    if (this.#accept('like')) {
      const pattern = this.#peek();
      const text = field.type.kind === 'CHAR' || field.type.kind === 'VARCHAR';
      if (pattern.kind !== 'text' || !text) throw this.#expected(text ? 'a quoted pattern' : 'a text column');
      this.#next++;
      if (this.#word() === 'escape') throw new NotCovered();
      return { kind: 'like', column, pattern: pattern.value };
    }
    if (!this.#accept('between')) return undefined;
    const low = this.#literal(field);
    if (!this.#accept('and')) throw this.#expected('and');
    const high = this.#literal(field);
    return {
      kind: 'and',
      children: [
        { kind: 'ge', column, value: low },
        { kind: 'le', column, value: high },
      ],
    };
  }

  #list(field: Field): readonly Literal[] {
    if (!this.#accept('(')) throw this.#expected('(');
    const values: Literal[] = [];
    do values.push(this.#literal(field));
    while (this.#accept(','));
    if (!this.#accept(')')) throw this.#expected(', or )');
    return values;
  }

  /** `5 < a`, `true`, `false`. */
  #literalFirst(): Predicate {
    const start = this.#next;
    const first = this.#word();
    this.#skipLiteral();
    const comparison = this.#comparison();
    if (comparison === undefined) {
      const constant = first === 'true' || first === 'false';
      if (constant && this.#endsCondition()) return { kind: first };
      throw this.#expected('a comparison');
    }
    if (this.#literalAhead()) throw new NotCovered();
    const field = this.#column();
    const after = this.#next;
    this.#next = start;
    const value = this.#literal(field, true);
    this.#next = after;
    if (!this.#endsCondition()) throw this.#expected('and, or, or the end');
    return { kind: SWAPPED[comparison], column: field.name, value };
  }

  #column(): Field {
    const token = this.#peek();
    const word = this.#word();
    if (token.kind === 'end' || (word !== undefined && KEYWORDS.has(word))) throw this.#expected('a column');
    if (word !== undefined && SQL_WORDS.has(word)) throw new NotCovered();
    if (token.kind !== 'name' && token.kind !== 'quoted-name') throw this.#expected('a column');
    this.#next++;
    // A name followed by a parenthesis is a function, by a point a table or a nested field.
    const after = this.#peek();
    if (after.kind === 'symbol' && (after.text === '(' || SQL_SYMBOLS.has(after.text)))
      throw new NotCovered();
    return this.#fieldOf(token);
  }

  #fieldOf(token: Token): Field {
    const exact = this.#fields.find((field) => field.name === token.value);
    if (exact !== undefined) return exact;
    const lower = token.value.toLowerCase();
    const similar = this.#fields.filter((field) => field.name.toLowerCase() === lower);
    if (token.kind === 'name' && similar.length === 1) return similar[0] as Field;
    const names = this.#fields.map((field) => field.name).join(', ');
    const position = token.at + 1;
    const message = `The filter names column '${token.value}' at character ${position}; there are ${names}.`;
    throw new LakeError('COLUMN_MISSING', message, { column: token.value, position });
  }

  /** True before a literal, a sign of a number included. */
  #literalAhead(): boolean {
    const token = this.#peek();
    if (token.kind === 'text' || token.kind === 'number' || token.kind === 'hex') return true;
    if (token.text === '-' || token.text === '+') return this.#peek(1).kind === 'number';
    const word = this.#word();
    if (word === undefined) return false;
    return word === 'true' || word === 'false' || (TYPED_LITERALS.has(word) && this.#peek(1).kind === 'text');
  }

  #skipLiteral(): void {
    const { kind } = this.#peek();
    this.#next += kind === 'text' || kind === 'number' || kind === 'hex' || this.#isConstant() ? 1 : 2;
  }

  #isConstant(): boolean {
    const word = this.#word();
    return word === 'true' || word === 'false';
  }

  /** A literal as a value of the column; `flipped` when the column comes after it. */
  #literal(field: Field, flipped = false): Literal {
    const token = this.#peek();
    if (!this.#literalAhead()) {
      const sql = token.kind === 'name' || token.kind === 'quoted-name' || SQL_SYMBOLS.has(token.text);
      if (sql || token.text === '(') throw new NotCovered();
      throw this.#expected(`a value of ${field.name} (${field.type.kind})`);
    }
    let text = token.value;
    let { kind } = token;
    if (token.text === '-' || token.text === '+') {
      text = (token.text === '-' ? '-' : '') + this.#peek(1).value;
      kind = 'number';
    } else if (token.kind === 'name' && !this.#isConstant()) {
      if (!typedFits(token.value.toLowerCase(), field.type)) throw new NotCovered();
      text = this.#peek(1).value;
      kind = 'text';
    }
    this.#skipLiteral();
    const after = this.#peek();
    if (!flipped && after.kind === 'symbol' && SQL_SYMBOLS.has(after.text)) throw new NotCovered();
    return this.#convert(field, text, kind, token.at);
  }

  #convert(field: Field, text: string, kind: Token['kind'], at: number): Literal {
    const form = field.type.kind;
    const text8 = form === 'CHAR' || form === 'VARCHAR';
    const binary = form === 'BINARY' || form === 'VARBINARY';
    // A number or constant beside text, a hex literal beside anything but bytes: an engine may convert it.
    if ((text8 && kind !== 'text') || (kind === 'hex' && !binary)) throw new NotCovered();
    if (kind === 'name' && form !== 'BOOLEAN') throw new NotCovered();
    try {
      return parseText(field.type, text) as Literal;
    } catch (error) {
      if (!(error instanceof LakeError)) throw error;
      // The type cannot hold it, but the comparison may still make sense: 5.5 beside an INT.
      if (error.code === 'VALUE_OUT_OF_RANGE' || (kind === 'number' && isExact(form))) throw new NotCovered();
      throw invalid(this.#text, at, `a value of ${field.name} (${form})`);
    }
  }

  #comparison(): 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | undefined {
    const token = this.#peek();
    const comparison = token.kind === 'symbol' ? COMPARISONS[token.text] : undefined;
    if (comparison !== undefined) this.#next++;
    return comparison;
  }

  #endsCondition(): boolean {
    const word = this.#word();
    return this.#peek().kind === 'end' || this.#peek().text === ')' || word === 'and' || word === 'or';
  }

  #peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)] as Token;
  }

  /** The unquoted word ahead in lower case. */
  #word(): string | undefined {
    const token = this.#peek();
    return token.kind === 'name' ? token.value.toLowerCase() : undefined;
  }

  #accept(word: string): boolean {
    const token = this.#peek();
    const here = token.kind === 'symbol' ? token.text === word : this.#word() === word;
    if (here) this.#next++;
    return here;
  }

  /** The error here, unless what stands here is SQL that only an engine understands. */
  #expected(what: string): Error {
    const token = this.#peek();
    const word = this.#word();
    const sql = token.kind === 'symbol' && SQL_SYMBOLS.has(token.text);
    if (sql || (word !== undefined && SQL_WORDS.has(word))) return new NotCovered();
    return invalid(this.#text, token.at, what);
  }
}

function typedFits(word: string, type: DataType): boolean {
  if (word === 'date') return type.kind === 'DATE';
  if (word === 'time') return type.kind === 'TIME';
  return type.kind === 'TIMESTAMP' || type.kind === 'TIMESTAMP_LTZ';
}

function isExact(kind: DataType['kind']): boolean {
  return kind === 'TINYINT' || kind === 'SMALLINT' || kind === 'INT' || kind === 'BIGINT';
}
