// Runs the tests, and says at the end whether those that need Java or pypaimon ran.
// Usage: node scripts/test.ts [--interop] [files and options of node --test]
// --interop: only the tests that need Java; without Java and Maven that is a failure.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findJava, findPypaimon, type Tool } from '../test/interop/tools.ts';

const ROOT = join(import.meta.dirname, '..');
const ALL = ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'test/**/*.test.ts'];
const INTEROP = ['test/**/*.interop.test.ts'];
const TIMEOUT_MS = 20 * 60_000;

const words = process.argv.slice(2);
const only = words.includes('--interop');
const given = words.filter((word) => word !== '--interop');
const tools: readonly (readonly [name: string, Tool])[] = [
  ['interop', findJava()],
  ['pypaimon', findPypaimon()],
];

if (only) {
  const [, java] = tools[0] as readonly [string, Tool];
  if ('missing' in java) {
    console.error(`interop cannot run: ${java.missing}.`);
    process.exit(1);
  }
}
const files = given.some((word) => !word.startsWith('-')) ? [] : only ? INTEROP : ALL;
const { status, signal, error } = spawnSync(
  process.execPath,
  ['--test', '--test-concurrency=2', `--test-timeout=${TIMEOUT_MS}`, ...given, ...files],
  { cwd: ROOT, stdio: 'inherit' },
);
if (error !== undefined) throw error;
console.log(tools.map((tool) => report(...tool)).join('\n'));
process.exitCode = signal === null ? (status ?? 1) : 1;

function report(name: string, tool: Tool): string {
  if ('missing' in tool) return `${name}: NOT RUN: ${tool.missing}.`;
  return `${name}: ran with ${tool.version}.`;
}
