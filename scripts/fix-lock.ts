// Completes package-lock.json. A registry that does not carry a package for some other platform makes npm
// leave that package out of the lock, and `npm ci` then refuses the lock everywhere ("Missing: ... from lock
// file"). This adds such entries from what their parent says about them: name, exact version, platform.
// They have no checksum; npm skips them here, by their platform, and checks nothing but the version
// elsewhere. Usage, after every change of a dependency: npm install --package-lock-only && node
// scripts/fix-lock.ts
import { readFileSync, writeFileSync } from 'node:fs';

/** One package of a lock file, as far as it matters here. */
export interface LockEntry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A lock file of version 3. */
export interface Lock {
  readonly packages: Readonly<Record<string, LockEntry>>;
}

const SYSTEMS = 'aix android darwin freebsd linux netbsd openbsd openharmony sunos win32'.split(' ');
const PROCESSORS = 'arm arm64 ia32 loong64 mips64el ppc64 riscv64 s390x x64'.split(' ');

/** An optional package that the lock should name and does not. */
export interface Gap {
  readonly name: string;
  readonly version: string;
  /** The entry to add, or undefined where the name does not say which platform it is for. */
  readonly entry: LockEntry | undefined;
}

/** The optional packages the lock leaves out. */
export function findGaps(lock: Lock): Gap[] {
  const gaps = new Map<string, Gap>();
  for (const [where, parent] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      const nested = `${where}/node_modules/${name}`;
      if (`node_modules/${name}` in lock.packages || nested in lock.packages) continue;
      gaps.set(name, { name, version, entry: entryOf(name, version, parent) });
    }
  }
  return [...gaps.values()];
}

/** The lock with its gaps filled, packages in npm's order. Throws where a gap cannot be filled. */
export function fillGaps(lock: Lock): Lock {
  const packages: Record<string, LockEntry> = { ...lock.packages };
  for (const { name, version, entry } of findGaps(lock)) {
    if (entry === undefined) throw new Error(`cannot tell the platform of ${name}@${version}`);
    packages[`node_modules/${name}`] = entry;
  }
  const sorted = Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  return { ...lock, packages: Object.fromEntries(sorted) };
}

function entryOf(name: string, version: string, parent: LockEntry): LockEntry | undefined {
  const words = name.split(/[-/]/).map((word) => (word === 'armv7' ? 'arm' : word));
  const os = words.find((word) => SYSTEMS.includes(word));
  const cpu = words.find((word) => PROCESSORS.includes(word));
  if (os === undefined || cpu === undefined || !/^\d/.test(version)) return undefined;
  const libc = words.includes('musl') ? { libc: ['musl'] } : {};
  return { version, cpu: [cpu], ...libc, ...(parent.dev ? { dev: true } : {}), optional: true, os: [os] };
}

if (import.meta.main) {
  const file = new URL('../package-lock.json', import.meta.url);
  const lock = JSON.parse(readFileSync(file, 'utf8')) as Lock;
  const gaps = findGaps(lock);
  if (gaps.length > 0) writeFileSync(file, `${JSON.stringify(fillGaps(lock), null, 2)}\n`);
  console.log(`${gaps.length} packages added${gaps.map((gap) => `\n  ${gap.name}@${gap.version}`).join('')}`);
}
