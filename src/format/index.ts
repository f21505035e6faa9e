export * from './bucket.ts';
export * from './deletion-vector.ts';
export * from './manifest/index.ts';
export * from './partition.ts';
export * from './predicate.ts';
export * from './schema.ts';
export * from './snapshot.ts';
