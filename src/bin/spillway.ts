// The entry of the `spillway` command. Start it through bin/spillway, which picks the right Node.
import { processIo } from './io.ts';
import { main } from './main.ts';

/** How long the process may take to end after its work is done. */
const EXIT_GRACE_MS = 10_000;

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Once: the first signal asks the sub-command to stop and clean up, the second one ends the process.
  process.once(signal, () => stop.abort());
}
process.exitCode = await main(process.argv.slice(2), processIo(stop.signal));
// A query the engine never came back from keeps its thread, and the process could not end by itself.
setTimeout(() => process.kill(process.pid, 'SIGKILL'), EXIT_GRACE_MS).unref();
