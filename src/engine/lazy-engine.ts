// Engines opened when something needs one: loading DuckDB takes about 40 MB and as many milliseconds, and
// many reads do without.
import type { Field } from '../base/index.ts';
import type { Batch } from '../codec/index.ts';
import type { Engine, EngineOptions, ParquetRead, QueryOptions, Stage } from './engine.ts';

/** Opens an engine, loading DuckDB if none was opened before. See `open-engine.ts`. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const engine = await import('./open-engine.ts');
  return engine.openEngine(options);
}

/**
 * An engine that is opened by the first call that needs it.
 *
 * Shape   `open` is called each time and should give the same engine. `opened` tells of it once it is there.
 *         The engine is not closed with this one: it belongs to whoever opens it.
 */
export function lazyEngine(open: () => Promise<Engine>, opened: (engine: Engine) => void): Engine {
  const get = async (): Promise<Engine> => {
    const engine = await open();
    opened(engine);
    return engine;
  };
  return {
    native: false,
    async *readParquet(read: ParquetRead): AsyncGenerator<Batch, void, undefined> {
      yield* (await get()).readParquet(read);
    },
    async *query(sql: string, options?: QueryOptions): AsyncGenerator<Batch, void, undefined> {
      yield* (await get()).query(sql, options);
    },
    async stage(name: string, fields: readonly Field[]): Promise<Stage> {
      return (await get()).stage(name, fields);
    },
    async lockDown(allowedPaths: readonly string[]): Promise<void> {
      await (await get()).lockDown(allowedPaths);
    },
    async [Symbol.asyncDispose](): Promise<void> {},
  };
}
