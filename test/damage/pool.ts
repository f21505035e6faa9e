// Child processes that run trials, watched from outside: whether they die, hang, or take too much memory.
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Trial, TrialResult } from './trial.ts';

/** How a trial ended: its result, or what befell the process. */
export type Ending =
  | { readonly kind: 'result'; readonly result: TrialResult; readonly ms: number; readonly rssPeak: number }
  | { readonly kind: 'died'; readonly how: string }
  | { readonly kind: 'hung'; readonly ms: number }
  | { readonly kind: 'failed'; readonly stack: string };

/** A trial may take so long: the slowest sound table takes two seconds on a busy machine. */
const HANG_MS = 60_000;
/** Trials of one process: its peak memory is measured from its start. */
const TRIALS_PER_CHILD = 150;

/** Runs trials in `size` processes at once, and says of each how it ended. `root`: a directory to work in. */
export async function runTrials(
  trials: Iterable<Trial>,
  options: {
    readonly size: number;
    readonly root: string;
    readonly onEnd: (trial: Trial, ending: Ending) => void;
  },
): Promise<void> {
  const queue = trials[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    let child: Child | undefined;
    for (let step = queue.next(); step.done !== true; step = queue.next()) {
      if (child === undefined || child.count >= TRIALS_PER_CHILD || !child.alive) {
        await child?.end();
        child = await Child.start(options.root);
      }
      options.onEnd(step.value, await child.run(step.value));
    }
    await child?.end();
  };
  await Promise.all(Array.from({ length: options.size }, lane));
}

class Child {
  readonly #process: ChildProcess;
  #errors = '';
  count = 0;
  alive = true;

  private constructor(process: ChildProcess) {
    this.#process = process;
    process.stderr?.on('data', (text) => {
      this.#errors = (this.#errors + String(text)).slice(-2000);
    });
    process.on('exit', () => {
      this.alive = false;
    });
  }

  static async start(root: string): Promise<Child> {
    const child = fork(join(import.meta.dirname, 'child.ts'), [root], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const started = new Child(child);
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code) =>
        reject(new Error(`a trial process did not start: ${code} ${started.#errors}`)),
      );
    });
    return started;
  }

  run(trial: Trial): Promise<Ending> {
    this.count++;
    const began = performance.now();
    return new Promise((resolve) => {
      const finish = (ending: Ending): void => {
        clearTimeout(watchdog);
        this.#process.off('message', onMessage);
        this.#process.off('exit', onExit);
        resolve(ending);
      };
      const onExit = (code: number | null, signal: string | null): void =>
        finish({ kind: 'died', how: `${signal ?? `exit ${code}`} ${this.#errors}` });
      const onMessage = (message: TrialResult | { readonly failure: string }): void => {
        if ('failure' in message) finish({ kind: 'failed', stack: message.failure });
        else
          finish({
            kind: 'result',
            result: message,
            ms: performance.now() - began,
            rssPeak: this.#rssPeak(),
          });
      };
      const watchdog = setTimeout(() => {
        this.alive = false;
        this.#process.kill('SIGKILL');
        finish({ kind: 'hung', ms: performance.now() - began });
      }, HANG_MS);
      this.#process.on('message', onMessage);
      this.#process.on('exit', onExit);
      this.#process.send(trial);
    });
  }

  /** Bytes of the process's largest resident set so far. */
  #rssPeak(): number {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, 'utf8');
    return Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  }

  async end(): Promise<void> {
    if (!this.alive) return;
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.disconnect();
    await gone;
  }
}
