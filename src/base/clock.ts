// The only place that reads the time or makes randomness. Everything else takes them as arguments.
import { randomUUID } from 'node:crypto';
import { LakeError } from './errors.ts';

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

/** Sixteen random bytes, such as end the blocks of an Avro file. */
export function syncMarker(): Uint8Array {
  return Uint8Array.from(Buffer.from(uuid().replaceAll('-', ''), 'hex'));
}

/** A random number from 0 up to, not including, 1: for waits that must not coincide. */
export function random(): number {
  return Math.random();
}

/** Resolves after `ms` milliseconds. Errors: `CANCELLED` when the signal fires first. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(cancelled(signal));
      return;
    }
    const stop = (): void => {
      clearTimeout(timer);
      reject(cancelled(signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

function cancelled(signal: AbortSignal | undefined): LakeError {
  return new LakeError('CANCELLED', 'The work was cancelled.', {}, signal?.reason);
}
