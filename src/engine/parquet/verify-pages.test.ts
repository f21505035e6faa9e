import assert from 'node:assert/strict';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readParquetFooter } from './parquet-copy.ts';
import { verifyParquetPages } from './verify-pages.ts';

const DATA = join(import.meta.dirname, '../../../test/data');
const root = mkdtempSync(join(tmpdir(), 'verify-pages-'));
after(() => rmSync(root, { recursive: true, force: true }));

describe('checksums of pages', () => {
  it('are right in everything Java wrote, and in every page', async () => {
    let pages = 0;
    for (const file of globSync('{golden,parquet}/warehouse/*/{c,t,d,s,p,v}*/**/*.parquet', { cwd: DATA })) {
      const verified = await verifyParquetPages(join(DATA, file));
      assert.equal(verified.withChecksum, verified.pages, file);
      pages += verified.pages;
    }
    assert.ok(pages > 1000);
  });

  it('tell every changed bit of every page', async () => {
    const [file = ''] = globSync('golden/warehouse/golden.db/compress_none/bucket-0/*.parquet', {
      cwd: DATA,
    });
    const sound = readFileSync(join(DATA, file));
    const { footer } = await readParquetFooter(join(DATA, file));
    const damaged = join(root, 'damaged.parquet');
    for (const { start, length } of footer.chunks) {
      for (let at = start; at < start + length; at += 37) {
        const bytes = Uint8Array.from(sound);
        bytes[at] = (bytes[at] as number) ^ (1 << (at % 8));
        writeFileSync(damaged, bytes);
        const outcome = await verifyParquetPages(damaged).catch((error: Error) => error);
        if (!(outcome instanceof Error)) continue;
        assert.equal((outcome as { code?: string }).code, 'FILE_CORRUPT', String(outcome.stack));
        assert.match(outcome.message, /damaged\.parquet at byte \d+/);
      }
      // The last byte of a chunk belongs to its last page, not to a header.
      const bytes = Uint8Array.from(sound);
      bytes[start + length - 1] = (bytes[start + length - 1] as number) ^ 1;
      writeFileSync(damaged, bytes);
      await assert.rejects(verifyParquetPages(damaged), { code: 'FILE_CORRUPT', message: /checksum/ });
    }
  });
});
