export { decodeRoaring, encodeRoaring, RoaringBitmap, rbm32Or, roaringOf, uniteRoaring } from './bitmap.ts';
export { decodeRoaringMap, RoaringMap } from './bitmap64-map.ts';
export { decodeRoaringTree, type RoaringTree, rbm64Or, visitRoaringTree } from './bitmap64-tree.ts';
