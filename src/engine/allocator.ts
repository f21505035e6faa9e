// Gives memory back that DuckDB's own allocator (jemalloc) keeps after use: it does not count against
// `memory_limit`, but it is this process's memory all the same. Does nothing where the allocator cannot be
// reached.
import { ALLOCATOR_SLACK_BYTES } from '../base/index.ts';
import { loadNative, type Mallctl } from './duckdb-native.ts';

/** How often a busy engine is looked at. */
const LOOK_EVERY_MS = 100;
/** `MALLCTL_ARENAS_ALL`: every arena at once. */
const PURGE_ALL = 'arena.4096.purge';

/**
 * What DuckDB's allocator holds, in bytes: `active` in pages with something in them, `resident` in memory.
 */
export interface AllocatorBytes {
  readonly active: number;
  readonly resident: number;
}

/** Reads and purges DuckDB's allocator; undefined when this build of DuckDB has none of its own. */
export class Allocator {
  readonly #mallctl: Mallctl;
  readonly #value = new BigUint64Array(16);
  readonly #length = new BigUint64Array(16);

  private constructor(mallctl: Mallctl) {
    this.#mallctl = mallctl;
  }

  static open(): Allocator | undefined {
    const { mallctl } = loadNative();
    if (mallctl === undefined) return undefined;
    const allocator = new Allocator(mallctl);
    return allocator.read() === undefined ? undefined : allocator;
  }

  /** Bytes held now; undefined when the allocator keeps no statistics. */
  read(): AllocatorBytes | undefined {
    // Statistics are of the last epoch: a new one is begun by writing it.
    this.#value[0] = 1n;
    if (this.#mallctl('epoch', null, null, this.#value, 8) !== 0) return undefined;
    const active = this.#number('stats.active');
    const resident = this.#number('stats.resident');
    return active === undefined || resident === undefined ? undefined : { active, resident };
  }

  #number(name: string): number | undefined {
    this.#length[0] = 8n;
    if (this.#mallctl(name, this.#value, this.#length, null, 0) !== 0) return undefined;
    return Number(this.#value[0]);
  }

  /** Gives every unused page back to the system. About 10 ms on the calling thread. */
  purge(): void {
    this.#mallctl(PURGE_ALL, null, null, null, 0);
  }

  /**
   * Pages freed from now on go back at once instead of staying counted as ours until the system wants them.
   */
  dropMuzzyPages(): void {
    this.#value[0] = 0n;
    this.#mallctl('arenas.muzzy_decay_ms', null, null, this.#value, 8);
  }
}

/**
 * Keeps what the allocator holds on top of its use below `ALLOCATOR_SLACK_BYTES` while `isBusy`, and near
 * nothing when it becomes idle.
 */
export function keepAllocatorSmall(isBusy: () => boolean): Disposable {
  const allocator = Allocator.open();
  if (allocator === undefined) return { [Symbol.dispose]: () => undefined };
  allocator.dropMuzzyPages();
  let wasBusy = false;
  const timer = setInterval(() => {
    const busy = isBusy();
    if (busy) {
      const bytes = allocator.read();
      if (bytes !== undefined && bytes.resident - bytes.active > ALLOCATOR_SLACK_BYTES) allocator.purge();
    } else if (wasBusy) {
      allocator.purge();
    }
    wasBusy = busy;
  }, LOOK_EVERY_MS);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
