// A process that reads a lake from many sides at once. Says what came of it, and how large it became as the
// kernel counts it.
import { readFileSync } from 'node:fs';
import { openLake } from '../../src/index.ts';

const [warehouse = '', tempDirectory = '', memory = '', ...names] = process.argv.slice(2);
const counts: Record<string, Set<number>> = {};

function counted(name: string, rows: number): void {
  counts[name] ??= new Set();
  counts[name].add(rows);
}

{
  await using lake = await openLake({ warehouse, memory, threads: 2, tempDirectory });
  const scans = Array.from({ length: 64 }, async (_, i) => {
    const name = names[i % names.length] as string;
    let rows = 0;
    for await (const batch of await (await lake.table(`golden.${name}`)).scan()) rows += batch.rowCount;
    counted(name, rows);
  });
  const statements = Array.from({ length: 20 }, async (_, i) => {
    const name = names[i % names.length] as string;
    let rows = 0;
    for await (const batch of await lake.sql(`SELECT * FROM golden.${name}`)) rows += batch.rowCount;
    counted(name, rows);
  });
  await Promise.all([...scans, ...statements]);
}
const peakKb = Number(/^VmHWM:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
const seen = Object.fromEntries(Object.entries(counts).map(([name, rows]) => [name, [...rows]]));
process.stdout.write(JSON.stringify({ peakMb: Math.round(peakKb / 1024), seen }));
