export { DESCRIPTION_KEY, ID_KEY, TYPE_KEY } from './arrow-schema.ts';
export { arrowStream } from './arrow-stream.ts';
export { type ReadArrowOptions, readArrow } from './read-arrow.ts';
