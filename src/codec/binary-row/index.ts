export { compareRows, sameBytes } from './compare.ts';
export { arityOf, decodeArray, decodeCell, decodeRow, decodeRowBody } from './read.ts';
export { rowHashes } from './row-hashes.ts';
export { encodeArray, encodeRow, encodeRowBody } from './write.ts';
