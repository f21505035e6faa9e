// One leaf of a file being read: pages are put in where rows are missing.
import { corrupt } from '../../base/index.ts';
import type { PageTarget } from '../../codec/index.ts';
import type { ChunkSource } from './chunk-reader.ts';
import type { LeafPages } from './leaf-pages.ts';

/** A leaf, its pages, and how much of which chunk was put in. */
export class OpenLeaf {
  readonly #target: PageTarget;
  readonly #pages: LeafPages;
  readonly #chunks: readonly ChunkSource[];
  readonly #file: string;
  #chunk = -1;
  #values = 0;

  constructor(target: PageTarget, pages: LeafPages, chunks: readonly ChunkSource[], file: string) {
    this.#target = target;
    this.#pages = pages;
    this.#chunks = chunks;
    this.#file = file;
  }

  /** Whether `fill` has something to do before rows of a chunk can be taken. */
  wants(chunk: number): boolean {
    return this.#chunk !== chunk || this.#target.rowsReady === 0;
  }

  /** Puts pages of a chunk in until a row is ready. */
  async fill(chunk: number): Promise<void> {
    const target = this.#target;
    const { start, valueCount } = (this.#chunks[chunk] as ChunkSource).chunk;
    if (this.#chunk !== chunk) {
      if (target.rowsReady > 0) throw this.#fail(start, 'the row group before has more rows than it says');
      this.#chunk = chunk;
      this.#values = 0;
      target.startChunk(valueCount);
    }
    while (target.rowsReady === 0) {
      if (this.#values >= valueCount) throw this.#fail(start, 'a column has fewer rows than its row group');
      const { page, dictionary } = await this.#pages.next(chunk);
      this.#values += page.header.valueCount;
      if (this.#values > valueCount)
        throw this.#fail(page.offset, `Parquet page: more than the ${valueCount} values of its chunk`);
      if (dictionary !== undefined) target.setDictionary(dictionary);
      target.setPage(page);
    }
    this.#pages.readAhead(this.#values < valueCount ? chunk : chunk + 1);
  }

  #fail(offset: number, what: string): Error {
    return corrupt(this.#file, offset, what);
  }

  close(): Promise<void> {
    return this.#pages.close();
  }
}

/** Puts pages of a chunk into every leaf that has used its own up. */
export async function fillLeaves(leaves: readonly OpenLeaf[], chunk: number): Promise<void> {
  const wanting = leaves.filter((leaf) => leaf.wants(chunk));
  if (wanting.length > 0) await Promise.all(wanting.map((leaf) => leaf.fill(chunk)));
}
