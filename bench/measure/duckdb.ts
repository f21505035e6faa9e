// The same statement in plain DuckDB over the same Parquet files: `TABLE` in it stands for them. One JSON
// line.

const [sql = '', memory = '', ...files] = process.argv.slice(2);
const start = performance.now();
// Loading the library counts, as it does for the lake, which loads it when it opens an engine.
const { DuckDBInstance } = await import('@duckdb/node-api');
const instance = await DuckDBInstance.create(':memory:', { memory_limit: memory });
const connection = await instance.connect();
const list = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ');
const result = await connection.runAndReadAll(sql.replaceAll('TABLE', `read_parquet([${list}])`));
const ms = performance.now() - start;
console.log(JSON.stringify({ ms, row: result.getRowObjectsJson()[0] }));
