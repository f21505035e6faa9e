export * from './java-hash.ts';
export { JavaMap } from './java-map.ts';
export * from './map-order.ts';
