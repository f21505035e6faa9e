// The only place that reads the time or makes randomness. Everything else takes them as arguments.
import { randomUUID } from 'node:crypto';

/** Milliseconds since 1970-01-01T00:00:00Z. */
export function nowMs(): number {
  return Date.now();
}

/** Milliseconds of a clock that never goes back; only differences mean something. */
export function monotonicMs(): number {
  return performance.now();
}

/** A random version-4 UUID in its text form. */
export function uuid(): string {
  return randomUUID();
}

/** Resolves after `ms` milliseconds, or rejects with the signal's reason when it fires first. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
