-- What remains of every 250 points of a series in the order of arrival, so that a long series is drawn without reading all of it. Blocks are
-- numbered from 0 and complete; a series from before this table gets all of its blocks when its next one is complete.
CREATE TABLE metric_blocks (
    series_id INTEGER NOT NULL REFERENCES metric_series (id) ON DELETE CASCADE,
    block INTEGER NOT NULL,
    count INTEGER NOT NULL,
    -- How many are NaN or infinite, and how many are numbers but not above zero.
    special INTEGER NOT NULL,
    not_positive INTEGER NOT NULL,
    first_step INTEGER NOT NULL,
    last_step INTEGER NOT NULL,
    -- The lowest, the highest, the lowest above zero and the first of each special value: step, microseconds and value, as JSON.
    points TEXT NOT NULL,
    PRIMARY KEY (series_id, block)
) STRICT, WITHOUT ROWID;
