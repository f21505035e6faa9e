// What the parts of an open lake share.
import type { Engine } from '../engine/index.ts';
import type { Budget, Gate, PageBudget } from '../memory/index.ts';
import type { Store } from '../store/index.ts';
import type { Catalog } from '../table/index.ts';

/** One open lake, as its tables, scans and statements see it. Not part of the public surface. */
export interface LakeCore {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly budget: Budget;
  readonly sqlGate: Gate;
  /** What the batches of running reads take. */
  readonly batchGate: Gate;
  /** What the engine takes to decode for running reads. */
  readonly scanGate: Gate;
  /** What pages that are decoded without the engine take, over all reads. */
  readonly pages: PageBudget;
  readonly waitMs: number;
  /** Errors: CLOSED. */
  checkOpen(): void;
  /** The engine that sorts runs and decodes what we do not; opened when something needs it. */
  engine(): Promise<Engine>;
  /** Forgets an engine that answers nothing any more; the next read opens another. */
  dropEngine(engine: Engine): void;
  /**
   * A further engine for one statement. The caller gives it to `closeEngine`; closing the lake closes it too.
   */
  openEngine(memoryBytes: number): Promise<Engine>;
  closeEngine(engine: Engine): Promise<void>;
  /** A directory for files that go when the lake is closed; made when it is first asked for. */
  scratchDirectory(): Promise<string>;
}
