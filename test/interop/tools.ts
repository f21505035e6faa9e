// What else reads and writes Paimon tables on this machine: Java with Maven, pypaimon. Tests that need one
// ask here; `npm test` says in its last lines what it found.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Builds the Java side when needed, then runs one command of it. */
export const JAVA_RUN = fileURLToPath(new URL('../../interop/run.sh', import.meta.url));

const JAVA_VERSION_MIN = 17;

/** A tool: its version, or why it is not used. */
export type Tool = { readonly version: string } | { readonly missing: string };

/** Java and Maven, as the commands `java` and `mvn`. */
export function findJava(): Tool {
  const java = said('java', ['-version']);
  if (java === undefined) return { missing: `no Java (command 'java') is installed here` };
  const version = /version "([^"]+)"/.exec(java)?.[1] ?? '';
  if (!(Number.parseInt(version, 10) >= JAVA_VERSION_MIN))
    return { missing: `Java is of version '${version}', ${JAVA_VERSION_MIN} is the least` };
  const maven = /Apache Maven (\S+)/.exec(said('mvn', ['-B', '-Dstyle.color=never', '-version']) ?? '')?.[1];
  if (maven === undefined) return { missing: `no Maven (command 'mvn') is installed here` };
  return { version: `Java ${version} and Maven ${maven}` };
}

/** The Python that pypaimon is looked for in: `SPILLWAY_PYTHON`, else `python3`. */
export const PYTHON = process.env.SPILLWAY_PYTHON ?? 'python3';

/** pypaimon in that Python. */
export function findPypaimon(): Tool {
  const code = 'import importlib.metadata as m, pypaimon; print(m.version("pypaimon"))';
  const answer = said(PYTHON, ['-c', code]);
  if (answer === undefined)
    return { missing: `'${PYTHON}' does not import pypaimon; SPILLWAY_PYTHON may name another Python` };
  return { version: `pypaimon ${answer.trim()}` };
}

/** Option `skip` of a test that needs the tool. */
export function skipWithout(tool: Tool): false | string {
  return 'missing' in tool ? `not run: ${tool.missing}` : false;
}

/** What a command printed; undefined when it cannot be started or fails. */
function said(command: string, words: readonly string[]): string | undefined {
  const { error, status, stdout, stderr } = spawnSync(command, words, { encoding: 'utf8' });
  return error === undefined && status === 0 ? stdout + stderr : undefined;
}
