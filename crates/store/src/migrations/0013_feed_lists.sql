-- Several lists of exploited vulnerabilities stand beside each other: each is as old as its own newest file. What was loaded before says of
-- which list it was nowhere; it counts till a list that is named is loaded.
CREATE TABLE feed_of_list (
  feed {text} NOT NULL,
  -- Whose list it is, where a feed has several: `CISA KEV`; empty of the others.
  list {text} NOT NULL,
  dated BIGINT NOT NULL,
  loaded BIGINT NOT NULL,
  file {text} NOT NULL,
  version {text} NOT NULL,
  rows_loaded BIGINT NOT NULL,
  PRIMARY KEY (feed, list, dated)
) {strict};
INSERT INTO feed_of_list (feed, list, dated, loaded, file, version, rows_loaded)
  SELECT feed, '', dated, loaded, file, version, rows_loaded FROM feed;
DROP TABLE feed;
ALTER TABLE feed_of_list RENAME TO feed;
