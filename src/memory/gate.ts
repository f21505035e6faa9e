// Who may hold how many bytes of a share, and who waits. First come, first served; nobody is starved by
// smaller requests.
import { LakeError } from '../base/index.ts';

/** How many requests may wait at one gate. More are refused at once. */
const WAITERS_MAX = 256;

/** Bytes held by someone until released. `await using` gives them back. */
export interface Lease extends AsyncDisposable {
  readonly bytes: number;
  readonly holder: string;
  release(): void;
}

/**
 * What a request for bytes says of itself. `atLeast` defaults to the bytes asked: the grant may be anything
 * in between.
 */
export interface LeaseRequest {
  readonly holder: string;
  readonly atLeast?: number;
  readonly waitMs: number;
  readonly signal?: AbortSignal;
}

interface Waiter {
  readonly bytes: number;
  readonly atLeast: number;
  readonly holder: string;
  readonly grant: (lease: Lease) => void;
}

/** A share of memory that is leased out. */
export class Gate {
  readonly capacityBytes: number;
  readonly #name: string;
  #freeBytes: number;
  readonly #held = new Set<Lease>();
  #waiters: Waiter[] = [];

  constructor(name: string, capacityBytes: number) {
    this.#name = name;
    this.capacityBytes = capacityBytes;
    this.#freeBytes = capacityBytes;
  }

  /**
   * Leases `bytes`, or as much of them as is free if that is at least `atLeast`.
   *
   * Limits  `bytes` above the capacity are cut to it; at most 256 requests wait.
   * Errors  BUDGET_EXHAUSTED with asked, capacity, holders after `waitMs`; CANCELLED when the signal fires.
   */
  acquire(bytes: number, request: LeaseRequest): Promise<Lease> {
    const asked = Math.min(bytes, this.capacityBytes);
    const atLeast = Math.min(request.atLeast ?? asked, asked);
    if (this.#waiters.length === 0 && this.#freeBytes >= atLeast) {
      return Promise.resolve(this.#take(Math.min(asked, this.#freeBytes), request.holder));
    }
    if (this.#waiters.length >= WAITERS_MAX)
      return Promise.reject(this.#refusal(atLeast, request.holder, 1000));
    return this.#wait(asked, atLeast, request);
  }

  #wait(bytes: number, atLeast: number, request: LeaseRequest): Promise<Lease> {
    const { holder, waitMs, signal } = request;
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        bytes,
        atLeast,
        holder,
        grant: (lease) => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', cancel);
          resolve(lease);
        },
      };
      const leave = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        this.#admit();
      };
      const cancel = (): void => {
        leave();
        reject(
          new LakeError('CANCELLED', `waiting for ${this.#name} memory was cancelled`, {}, signal?.reason),
        );
      };
      const timer = setTimeout(() => {
        leave();
        reject(this.#refusal(atLeast, holder, waitMs));
      }, waitMs);
      if (signal?.aborted) {
        clearTimeout(timer);
        reject(
          new LakeError('CANCELLED', `waiting for ${this.#name} memory was cancelled`, {}, signal.reason),
        );
        return;
      }
      signal?.addEventListener('abort', cancel, { once: true });
      this.#waiters.push(waiter);
    });
  }

  #take(bytes: number, holder: string): Lease {
    let open = true;
    const release = (): void => {
      if (!open) return;
      open = false;
      this.#held.delete(lease);
      this.#freeBytes += bytes;
      this.#admit();
    };
    const lease: Lease = {
      bytes,
      holder,
      release,
      [Symbol.asyncDispose]: () => {
        release();
        return Promise.resolve();
      },
    };
    this.#freeBytes -= bytes;
    this.#held.add(lease);
    return lease;
  }

  #admit(): void {
    for (let first = this.#waiters[0]; first !== undefined; first = this.#waiters[0]) {
      if (this.#freeBytes < first.atLeast) return;
      this.#waiters.shift();
      first.grant(this.#take(Math.min(first.bytes, this.#freeBytes), first.holder));
    }
  }

  #refusal(asked: number, holder: string, waitedMs: number): LakeError {
    const holders = [...this.#held]
      .sort((a, b) => b.bytes - a.bytes)
      .slice(0, 5)
      .map((lease) => ({ holder: lease.holder, bytes: lease.bytes }));
    return new LakeError(
      'BUDGET_EXHAUSTED',
      `${holder} needs ${asked} bytes of ${this.#name} memory; ` +
        `${this.#freeBytes} of ${this.capacityBytes} are free`,
      { asked, free: this.#freeBytes, capacity: this.capacityBytes, holders, waitedMs, retryAfterMs: 1000 },
    );
  }
}
