// JSON whose integers stay exact: those beyond 2^53 become bigint, never a rounded double.
// Metadata files hold Java longs (commit identifiers of Long.MAX_VALUE, watermarks of Long.MIN_VALUE).
import { corrupt, LakeError, NESTING_DEPTH_MAX } from '../base/index.ts';

/** A JSON value. Integers within ±(2^53 - 1) and everything with a fraction or exponent are numbers. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/**
 * A number that `printJson` writes with a point or an exponent, so that no reader takes it for an integer.
 */
export class RealNumber {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** Digits of one integer: far beyond any 64-bit value, small enough to convert at once. */
const INTEGER_DIGITS_MAX = 400;

/**
 * Parses one JSON text.
 *
 * Shape   like `JSON.parse`, but an integer literal beyond ±(2^53 - 1) gives a bigint. Of repeated members
 *         the last counts.
 * Limits  values nested at most `depthMax` deep, by default `NESTING_DEPTH_MAX`.
 * Errors  `FILE_CORRUPT` naming `file` and the character where the text stops being JSON.
 */
export function parseJson(text: string, file: string, depthMax = NESTING_DEPTH_MAX): Json {
  const scanner = new Scanner(text, file, depthMax);
  const value = scanner.value(0);
  scanner.end();
  return value;
}

/**
 * Prints a JSON value as `JSON.stringify` does, bigint as its digits. Members that are undefined are left
 * out.
 *
 * Units   `indent` blanks a level; 0 (default) prints one line.
 * Limits  values nested at most `depthMax` deep, by default `NESTING_DEPTH_MAX`.
 * Errors  `ARGUMENT_INVALID` for a number that is not finite or values nested too deep.
 */
export function printJson(value: unknown, indent = 0, depthMax = NESTING_DEPTH_MAX): string {
  return print(value, { indent, depthMax }, 0);
}

interface Printing {
  readonly indent: number;
  readonly depthMax: number;
}

function print(value: unknown, printing: Printing, depth: number): string {
  const { indent, depthMax } = printing;
  if (depth > depthMax) throw new LakeError('ARGUMENT_INVALID', 'JSON value is nested too deep');
  switch (typeof value) {
    case 'bigint':
      return value.toString();
    case 'number':
      return printNumber(value);
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    case 'object': {
      if (value === null) return 'null';
      if (value instanceof RealNumber) return printReal(value.value);
      const isArray = Array.isArray(value);
      const parts: string[] = [];
      if (isArray) for (const item of value) parts.push(print(item ?? null, printing, depth + 1));
      else {
        for (const [name, member] of Object.entries(value)) {
          if (member === undefined) continue;
          parts.push(`${JSON.stringify(name)}:${indent > 0 ? ' ' : ''}${print(member, printing, depth + 1)}`);
        }
      }
      return wrap(parts, isArray ? '[]' : '{}', indent, depth);
    }
    default:
      throw new LakeError('ARGUMENT_INVALID', `JSON cannot hold a ${typeof value}`);
  }
}

function printNumber(value: number): string {
  if (!Number.isFinite(value)) throw new LakeError('ARGUMENT_INVALID', `JSON cannot hold ${value}`);
  return JSON.stringify(value);
}

function printReal(value: number): string {
  const text = Object.is(value, -0) ? '-0' : printNumber(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function wrap(parts: readonly string[], brackets: string, indent: number, depth: number): string {
  if (parts.length === 0) return brackets;
  if (indent === 0) return `${brackets[0]}${parts.join(',')}${brackets[1]}`;
  const inner = `\n${' '.repeat(indent * (depth + 1))}`;
  return `${brackets[0]}${inner}${parts.join(`,${inner}`)}\n${' '.repeat(indent * depth)}${brackets[1]}`;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const COMMA = 0x2c;
const COLON = 0x3a;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;

class Scanner {
  private readonly text: string;
  private readonly file: string;
  private readonly depthMax: number;
  private at = 0;

  constructor(text: string, file: string, depthMax: number) {
    this.text = text;
    this.file = file;
    this.depthMax = depthMax;
  }

  end(): void {
    this.blanks();
    if (this.at < this.text.length) throw this.bad('text after the JSON value');
  }

  value(depth: number): Json {
    if (depth > this.depthMax) throw this.bad(`JSON nested deeper than ${this.depthMax}`);
    this.blanks();
    const c = this.text.charCodeAt(this.at);
    switch (c) {
      case 0x7b:
        return this.object(depth);
      case 0x5b:
        return this.array(depth);
      case QUOTE:
        return this.string();
      case 0x74:
        return this.word('true', true);
      case 0x66:
        return this.word('false', false);
      case 0x6e:
        return this.word('null', null);
      default:
        if (c === MINUS || (c >= 0x30 && c <= 0x39)) return this.number();
        throw this.bad(Number.isNaN(c) ? 'JSON ends early' : 'not JSON');
    }
  }

  private object(depth: number): Json {
    const result: Record<string, Json> = {};
    this.at++;
    if (this.closes(0x7d)) return result;
    for (;;) {
      this.blanks();
      if (this.text.charCodeAt(this.at) !== QUOTE) throw this.bad('expected a member name');
      const name = this.string();
      this.blanks();
      if (this.text.charCodeAt(this.at) !== COLON) throw this.bad('expected `:`');
      this.at++;
      const value = this.value(depth + 1);
      if (name === '__proto__') {
        Object.defineProperty(result, name, { value, enumerable: true, configurable: true, writable: true });
      } else result[name] = value;
      if (this.closes(0x7d)) return result;
      this.comma('}');
    }
  }

  private array(depth: number): Json {
    const result: Json[] = [];
    this.at++;
    if (this.closes(0x5d)) return result;
    for (;;) {
      result.push(this.value(depth + 1));
      if (this.closes(0x5d)) return result;
      this.comma(']');
    }
  }

  private string(): string {
    const { text } = this;
    const start = this.at;
    let at = start + 1;
    let escaped = false;
    for (; ; at++) {
      const c = text.charCodeAt(at);
      if (c === QUOTE) break;
      if (c === BACKSLASH) {
        escaped = true;
        at++;
      } else if (Number.isNaN(c)) throw this.bad('string without end');
      else if (c < 0x20) throw this.bad('control character in a string');
    }
    this.at = at + 1;
    if (!escaped) return text.slice(start + 1, at);
    try {
      return JSON.parse(text.slice(start, at + 1)) as string;
    } catch (error) {
      this.at = start;
      throw this.bad('bad escape in a string', error);
    }
  }

  private number(): number | bigint {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (match === null) throw this.bad('not a number');
    const source = match[0];
    this.at += source.length;
    const value = Number(source);
    if (match[1] !== undefined || match[2] !== undefined || Number.isSafeInteger(value)) return value;
    if (source.length > INTEGER_DIGITS_MAX)
      throw this.bad(`integer of more than ${INTEGER_DIGITS_MAX} digits`);
    return BigInt(source);
  }

  private word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) throw this.bad('not JSON');
    this.at += word.length;
    return value;
  }

  private closes(bracket: number): boolean {
    this.blanks();
    if (this.text.charCodeAt(this.at) !== bracket) return false;
    this.at++;
    return true;
  }

  private comma(bracket: string): void {
    if (this.text.charCodeAt(this.at) !== COMMA) throw this.bad(`expected \`,\` or \`${bracket}\``);
    this.at++;
  }

  private blanks(): void {
    for (;;) {
      const c = this.text.charCodeAt(this.at);
      if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return;
      this.at++;
    }
  }

  private bad(what: string, cause?: unknown): LakeError {
    return corrupt(this.file, this.at, `${what} (character ${this.at})`, cause);
  }
}
