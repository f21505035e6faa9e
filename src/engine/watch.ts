// Watches one query: cancels it when the caller's signal fires, and gives it up when it neither works nor
// ends. DuckDB 1.5 can hang for ever in a query, and can ignore an interrupt while it does.
import { LakeError, monotonicMs, QUERY_INTERRUPT_GRACE_MS, QUERY_STALL_MS } from '../base/index.ts';

/** What is watched: a connection. */
export interface Watched {
  abandoned: boolean;
  interrupt(): void;
  /** Percent done, or -1. */
  readonly progress: number;
}

/**
 * Times after which a silent query is interrupted and given up; processor seconds used so far. All
 * replaceable for tests.
 */
export interface WatchOptions {
  readonly signal?: AbortSignal | undefined;
  readonly stallMs?: number;
  readonly graceMs?: number;
  readonly cpuMs?: () => number;
}

/** Share of one processor below which a silent query counts as doing nothing. */
const FLAT_CPU_SHARE = 0.02;

/** The watch over one query. `run` wraps each outstanding call; `close` ends it. */
export class QueryWatch {
  readonly #session: Watched;
  readonly #signal: AbortSignal | undefined;
  readonly #stallMs: number;
  readonly #graceMs: number;
  readonly #cpuMs: () => number;
  readonly #timer: NodeJS.Timeout;
  readonly #onAbort = (): void => this.#stop(this.#cancelled());
  #fail: ((error: LakeError) => void) | undefined;
  #grace: NodeJS.Timeout | undefined;
  #stopped: LakeError | undefined;
  /** When the silence that is watched began; undefined until the timer has seen the call. */
  #quietSinceMs: number | undefined;
  #lastCpuMs = 0;
  #lastProgress = -1;

  constructor(session: Watched, options: WatchOptions) {
    this.#session = session;
    this.#signal = options.signal;
    this.#stallMs = options.stallMs ?? QUERY_STALL_MS;
    this.#graceMs = options.graceMs ?? QUERY_INTERRUPT_GRACE_MS;
    this.#cpuMs = options.cpuMs ?? processCpuMs;
    this.#timer = setInterval(() => this.#look(), Math.max(10, this.#stallMs / 10));
    this.#timer.unref();
    options.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /**
   * Waits for one call of the query.
   *
   * Errors  CANCELLED when the signal fired; ENGINE_HUNG when the query stalled. The connection is
   *         `abandoned` when it did not answer the interrupt either: nothing of it may be touched then.
   */
  async run<T>(start: () => Promise<T>): Promise<T> {
    if (this.#signal?.aborted) throw this.#cancelled();
    // Calls come by the thousand and reading the clocks costs as much as one: the timer's next look does it.
    this.#quietSinceMs = undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#fail = reject;
        start().then(resolve, reject);
      });
    } catch (error) {
      throw this.#stopped ?? error;
    } finally {
      this.#fail = undefined;
      clearTimeout(this.#grace);
    }
  }

  /**
   * Interrupts a call nobody waits for any more and waits for it to end; gives the connection up when it does
   * not.
   */
  async settle(pending: Promise<void> | undefined): Promise<void> {
    if (pending === undefined || this.#session.abandoned) return;
    this.#session.interrupt();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.#session.abandoned = true;
        resolve();
      }, this.#graceMs);
    });
    await Promise.race([pending, late]);
    clearTimeout(timer);
  }

  /** The reason the query was stopped for, if it was. */
  get stopped(): LakeError | undefined {
    return this.#stopped;
  }

  close(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#grace);
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }

  #beQuietFromNow(): void {
    this.#quietSinceMs = monotonicMs();
    this.#lastCpuMs = this.#cpuMs();
  }

  #look(): void {
    if (this.#fail === undefined || this.#stopped !== undefined) return;
    if (this.#quietSinceMs === undefined) {
      this.#beQuietFromNow();
      return;
    }
    const now = monotonicMs();
    const progress = this.#session.progress;
    const cpu = this.#cpuMs();
    const worked = cpu - this.#lastCpuMs > FLAT_CPU_SHARE * (now - this.#quietSinceMs);
    if (worked || progress !== this.#lastProgress) {
      this.#lastProgress = progress;
      this.#beQuietFromNow();
      return;
    }
    if (now - this.#quietSinceMs < this.#stallMs) return;
    const text = `A query gave no rows, no progress and used no processor for ${this.#stallMs} ms.`;
    this.#stop(new LakeError('ENGINE_HUNG', text, { stallMs: this.#stallMs }));
  }

  /** Interrupts the query; what still has not come back after the grace time is given up. */
  #stop(reason: LakeError): void {
    this.#stopped ??= reason;
    if (this.#fail === undefined) return;
    this.#session.interrupt();
    clearTimeout(this.#grace);
    this.#grace = setTimeout(() => {
      this.#session.abandoned = true;
      this.#fail?.(reason);
    }, this.#graceMs);
  }

  #cancelled(): LakeError {
    return new LakeError('CANCELLED', 'The work was cancelled.', {}, this.#signal?.reason);
  }
}

function processCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
