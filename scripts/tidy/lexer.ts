// Cuts TypeScript into tokens, well enough for the checks in this folder: strings, templates, comments and
// regular expressions never hide code or pretend to be code. It does not build a syntax tree.

/** One token. `text` of a string is what stands between its quotes, escapes untouched. */
export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'template' | 'regex' | 'mark' | 'comment';
  readonly text: string;
  /** Line of the first character, from 1. */
  readonly line: number;
  /** Line of the last character. */
  readonly lastLine: number;
}

const BEFORE_REGEX = new Set(
  'return typeof case in of delete void throw new instanceof else do yield await'.split(' '),
);

/** All tokens of a text, comments included. Templates give one token per piece and the code between. */
export function lex(text: string): readonly Token[] {
  return new Lexer(text).run();
}

class Lexer {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  /** For each open brace: whether its closing one continues a template. */
  readonly #braces: boolean[] = [];
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  run(): readonly Token[] {
    if (this.#text.startsWith('#!')) this.#at = this.#endOfLine();
    while (this.#at < this.#text.length) this.#next();
    return this.#tokens;
  }

  #next(): void {
    const char = this.#text[this.#at] as string;
    if (char === '\n') {
      this.#line++;
      this.#at++;
    } else if (/\s/.test(char)) this.#at++;
    else if (this.#text.startsWith('//', this.#at)) this.#take('comment', this.#endOfLine());
    else if (this.#text.startsWith('/*', this.#at)) this.#take('comment', this.#after('*/', this.#at + 2));
    else if (char === "'" || char === '"') this.#string(char);
    else if (char === '`') this.#template();
    else if (char === '}' && this.#braces.pop() === true) this.#template();
    else if (/[A-Za-z_$#@\u0080-\uffff]/.test(char)) this.#take('word', this.#while(/[\w$#@\u0080-\uffff]/));
    else if (/\d/.test(char)) this.#take('number', this.#while(/[\w.]/));
    else if (char === '/' && this.#regexMayStart()) this.#regex();
    else this.#mark(char);
  }

  #mark(char: string): void {
    if (char === '{') this.#braces.push(false);
    const arrow = this.#text.startsWith('=>', this.#at);
    this.#take('mark', this.#at + (arrow ? 2 : 1));
  }

  #string(quote: string): void {
    let end = this.#at + 1;
    while (end < this.#text.length && this.#text[end] !== quote) end += this.#text[end] === '\\' ? 2 : 1;
    this.#take('string', end + 1, 1);
  }

  /** From a backtick, or from the brace that ends a `${`, to the next `${` or the closing backtick. */
  #template(): void {
    let end = this.#at + 1;
    while (end < this.#text.length && this.#text[end] !== '`') {
      if (this.#text.startsWith('${', end)) {
        this.#take('template', end + 2);
        this.#braces.push(true);
        return;
      }
      end += this.#text[end] === '\\' ? 2 : 1;
    }
    this.#take('template', end + 1);
  }

  #regex(): void {
    let end = this.#at + 1;
    let inClass = false;
    while (end < this.#text.length && this.#text[end] !== '\n') {
      const char = this.#text[end];
      if (char === '\\') end++;
      else if (char === '[') inClass = true;
      else if (char === ']') inClass = false;
      else if (char === '/' && !inClass) break;
      end++;
    }
    end++;
    while (/[a-z]/.test(this.#text[end] ?? '')) end++;
    this.#take('regex', end);
  }

  /** A slash divides after a value, and starts a regular expression everywhere else. */
  #regexMayStart(): boolean {
    const last = this.#tokens.findLast((token) => token.kind !== 'comment');
    if (last === undefined) return true;
    if (last.kind === 'word') return BEFORE_REGEX.has(last.text);
    if (last.kind === 'mark') return ![')', ']', '}'].includes(last.text);
    return last.kind === 'template' && last.text.endsWith('${');
  }

  #take(kind: Token['kind'], end: number, quotes = 0): void {
    const raw = this.#text.slice(this.#at, end);
    const line = this.#line;
    for (const char of raw) if (char === '\n') this.#line++;
    const text = quotes === 0 ? raw : raw.slice(quotes, -quotes);
    this.#tokens.push({ kind, text, line, lastLine: this.#line });
    this.#at = end;
  }

  #while(pattern: RegExp): number {
    let end = this.#at;
    while (end < this.#text.length && pattern.test(this.#text[end] as string)) end++;
    return end;
  }

  #endOfLine(): number {
    const end = this.#text.indexOf('\n', this.#at);
    return end < 0 ? this.#text.length : end;
  }

  #after(mark: string, from: number): number {
    const end = this.#text.indexOf(mark, from);
    return end < 0 ? this.#text.length : end + mark.length;
  }
}
