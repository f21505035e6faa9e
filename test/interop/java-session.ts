// One Java process that works on the tables of a warehouse for as long as it is held: a question a line.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { JAVA_RUN } from './tools.ts';

/** Characters of Java's complaints that are kept for an error's message. */
const STDERR_CHARS_MAX = 16_384;

/** Java said no, in its words. */
export class JavaRefusal extends Error {}

interface Asked {
  readonly answer: (value: unknown) => void;
  readonly fail: (error: Error) => void;
}

/** Answers come in the order of the questions. Ends with `await using`. */
export class JavaSession implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #asked: Asked[] = [];
  #stderr = '';

  constructor(warehouse: string) {
    this.#process = spawn(JAVA_RUN, ['session', warehouse], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_CHARS_MAX);
    });
    // What cannot be written to a process that died is told by its end.
    this.#process.stdin?.on('error', () => undefined);
    const lines = createInterface({ input: this.#process.stdout as NodeJS.ReadableStream });
    lines.on('line', (line) => this.#take(line));
    this.#ended = new Promise((resolve) => {
      this.#process.on('error', (error) => this.#fail(error));
      this.#process.on('close', (code, signal) => {
        this.#fail(new Error(`the Java session ended with ${signal ?? code}: ${this.#stderr}`));
        resolve();
      });
    });
  }

  /** Performs one action: see SessionCommand.java. Rejects with `JavaRefusal` where Java throws. */
  ask<T = null>(action: string, request: Readonly<Record<string, unknown>>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#process.exitCode !== null || this.#process.signalCode !== null) {
        reject(new Error(`the Java session has ended: ${this.#stderr}`));
        return;
      }
      this.#asked.push({ answer: (value) => resolve(value as T), fail: reject });
      this.#process.stdin?.write(`${JSON.stringify({ do: action, ...request })}\n`);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.stdin?.end();
    await this.#ended;
  }

  #take(line: string): void {
    const asked = this.#asked.shift();
    if (asked === undefined) throw new Error(`Java answered what nobody asked: ${line}`);
    const answer = JSON.parse(line) as { readonly ok?: unknown; readonly refused?: string };
    if (answer.refused === undefined) asked.answer(answer.ok);
    else asked.fail(new JavaRefusal(answer.refused));
  }

  #fail(error: Error): void {
    for (const asked of this.#asked.splice(0)) asked.fail(error);
  }
}
