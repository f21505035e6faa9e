export { compareRows, sameBytes } from './compare.ts';
export { arityOf, decodeArray, decodeCell, decodeRow, decodeRowBody } from './read.ts';
export { encodeArray, encodeRow, encodeRowBody } from './write.ts';
