package spillway.fuzz;

import java.util.List;

/** Draws how files are written: formats, codecs, pages, statistics, names, manifests. */
final class StorageMaker {

    private final Dice dice;

    StorageMaker(Dice dice) {
        this.dice = dice;
    }

    void draw(Draft draft) {
        drawFormat(draft);
        drawStatistics(draft);
        drawLayout(draft);
        drawIndexes(draft);
        if (dice.chance(0.3)) {
            draft.option("manifest.compression", dice.oneOf("null", "snappy", "zstd", "deflate"));
        }
        if (dice.chance(0.4)) {
            draft.option("manifest.merge-min-count", dice.between(2, 4));
            draft.option("manifest.target-file-size", dice.oneOf("2 kb", "8 kb", "8 mb"));
        }
    }

    private void drawFormat(Draft draft) {
        String format = draft.format;
        if (format.contains("-")) {
            String[] levels = format.split("-");
            draft.option("file.format", levels[1]);
            if (draft.shape.keyed) {
                draft.option("file.format.per.level", "0:" + levels[0]);
            }
        } else {
            draft.option("file.format", format);
        }
        draft.covers.add(format);
        if (dice.chance(0.5)) {
            String[] codecs = switch (format) {
                case "parquet" -> new String[] {"none", "snappy", "lz4", "zstd", "gzip"};
                case "orc" -> new String[] {"none", "snappy", "lz4", "zstd", "zlib"};
                default -> new String[] {"snappy", "zstd"};
            };
            String codec = dice.oneOf(codecs);
            draft.option("file.compression", codec);
            draft.covers.add(codec);
        }
        if (format.contains("parquet")) {
            drawParquet(draft);
        }
    }

    private void drawParquet(Draft draft) {
        if (dice.chance(0.3)) {
            draft.option("parquet.writer.version", "PARQUET_2_0");
            draft.covers.add("parquet v2 pages");
        }
        if (dice.chance(0.3)) {
            draft.option("parquet.enable.dictionary", "false");
        }
        if (dice.chance(0.3)) {
            draft.option("parquet.page.size", dice.oneOf("100", "500", "4000"));
            draft.option("parquet.page.row.count.limit", dice.oneOf("7", "20", "100"));
            draft.covers.add("many pages");
        }
        if (dice.chance(0.2)) {
            draft.option("parquet.block.size", dice.oneOf("1000", "5000"));
        }
    }

    private void drawStatistics(Draft draft) {
        if (dice.chance(0.4)) {
            String mode = dice.oneOf("none", "counts", "truncate(3)", "truncate(16)", "full");
            draft.option("metadata.stats-mode", mode);
        }
        List<Draft.Column> columns = draft.columns;
        if (dice.chance(0.3)) {
            String column = dice.pick(columns).name();
            String mode = dice.oneOf("none", "counts", "truncate(2)", "full");
            draft.option("fields." + column + ".stats-mode", mode);
        }
        if (dice.chance(0.3)) {
            draft.option("metadata.stats-dense-store", "false");
            draft.covers.add("dense store off");
        }
        if (dice.chance(0.15)) {
            draft.option("metadata.stats-keep-first-n-columns", dice.between(0, columns.size()));
        }
        if (draft.shape.keyed && dice.chance(0.15)) {
            draft.option("metadata.stats-mode.per.level", "0:" + dice.oneOf("none", "counts", "full"));
        }
    }

    private void drawLayout(Draft draft) {
        if (draft.shape.keyed && dice.chance(0.35)) {
            draft.option("data-file.thin-mode", "true");
            draft.covers.add("thin mode");
        }
        if (dice.chance(0.15)) {
            draft.option("data-file.prefix", "part-");
        }
        if (dice.chance(0.15)) {
            draft.option("data-file.path-directory", "files");
        }
        if (dice.chance(0.15)) {
            draft.option("file.suffix.include.compression", "true");
        }
        if (dice.chance(0.25)) {
            draft.option("index-file-in-data-file-dir", "true");
        }
        if (!draft.partitionKeys.isEmpty()) {
            if (dice.chance(0.4)) {
                draft.option("partition.legacy-name", "false");
            }
            if (dice.chance(0.2)) {
                draft.option("partition.default-name", "nothing");
            }
        }
        if (!draft.producer().equals("none") && dice.chance(0.3)) {
            draft.option("changelog-file.prefix", "change-");
            draft.option("changelog-file.format", draft.format.contains("avro") ? "avro" : "parquet");
            draft.option("changelog-file.compression", dice.oneOf("snappy", "zstd"));
        }
        // Flushing early would start compactions at moments that differ from run to run.
        if (draft.compaction != Draft.Compaction.INLINE && dice.chance(0.25)) {
            draft.option("write-buffer-size", "64 kb");
            draft.option("page-size", "4 kb");
            draft.option("target-file-size", "10 kb");
        }
        if (dice.chance(0.2)) {
            draft.option("read.batch-size", dice.oneOf("3", "100"));
        }
        if (draft.shape.keyed && dice.chance(0.2)) {
            draft.option("sort-engine", "min-heap");
        }
    }

    private void drawIndexes(Draft draft) {
        if (!dice.chance(0.2)) {
            return;
        }
        List<String> columns = draft.columns.stream()
                .filter(c -> switch (c.type().getTypeRoot()) {
                    case INTEGER, BIGINT, VARCHAR, DATE -> c.name().matches("[a-z0-9_]+");
                    default -> false;
                })
                .map(Draft.Column::name).toList();
        if (columns.isEmpty()) {
            return;
        }
        String column = dice.pick(columns);
        draft.frozen.add(column);
        String kind = dice.oneOf("bloom-filter", "bitmap");
        draft.option("file-index." + kind + ".columns", column);
        if (kind.equals("bloom-filter")) {
            // A filter is sized for a million values otherwise.
            draft.option("file-index.bloom-filter." + column + ".items", "300");
        }
        if (dice.chance(0.5)) {
            draft.option("file-index.in-manifest-threshold", "10 kb");
        }
        draft.covers.add("file index");
    }
}
