// The table of shares in docs/memory.md, computed by the code that cuts the memory number.
// Usage: node scripts/memory-docs.ts   (writes the table between its two marks)
import { readFileSync, writeFileSync } from 'node:fs';
import { cutBudget, MEMORY_MIN_BYTES } from '../src/memory/index.ts';

const MB = 1024 * 1024;
const SIZES_MB = [Math.ceil(MEMORY_MIN_BYTES / MB), 420, 512, 1024, 4096];
const BETWEEN_MARKS = /(<!-- shares -->\n)[\s\S]*?(<!-- \/shares -->)/;

/** The page with its table as the code has it now. */
export function withShares(page: string): string {
  const rows = SIZES_MB.map((size) => {
    const budget = cutBudget(size * MB);
    const shares = [budget.baseBytes, budget.batchesBytes, budget.scanBytes, budget.sqlBytes];
    return `| ${[size, ...shares.map((bytes) => Math.floor(bytes / MB))].join(' | ')} |`;
  });
  const table = `| memory | base | batches | scan | sql |\n|---:|---:|---:|---:|---:|\n${rows.join('\n')}\n`;
  return page.replace(BETWEEN_MARKS, (_, open: string, close: string) => `${open}${table}${close}`);
}

if (import.meta.main) {
  const file = new URL('../docs/memory.md', import.meta.url);
  writeFileSync(file, withShares(readFileSync(file, 'utf8')));
}
