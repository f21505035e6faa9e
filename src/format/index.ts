export * from './manifest/index.ts';
export * from './predicate.ts';
export * from './schema.ts';
export * from './snapshot.ts';
