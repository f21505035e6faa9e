// The entry of the `spillway` command. Start it through bin/spillway, which picks the right Node.
import { processIo } from './io.ts';
import { main } from './main.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Once: the first signal asks the sub-command to stop and clean up, the second one ends the process.
  process.once(signal, () => stop.abort());
}
process.exitCode = await main(process.argv.slice(2), processIo(stop.signal));
