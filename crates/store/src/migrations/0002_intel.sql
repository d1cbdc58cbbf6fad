-- What the world knows of vulnerabilities and weaknesses. Shared by all organisations: facts, no decisions.

-- A feed file that was loaded.
CREATE TABLE feed (
  feed {text} NOT NULL,
  dated BIGINT NOT NULL,
  loaded BIGINT NOT NULL,
  file {text} NOT NULL,
  version {text} NOT NULL,
  rows_loaded BIGINT NOT NULL,
  PRIMARY KEY (feed, dated)
) {strict};

-- Known exploited vulnerabilities, each from the day it was added.
CREATE TABLE kev (
  cve {text} NOT NULL PRIMARY KEY,
  added BIGINT NOT NULL,
  row_json {text} NOT NULL
) {strict};

-- EPSS by day of the model's answer. A day holds only what differs from the day before it.
CREATE TABLE epss (
  cve {text} NOT NULL,
  dated BIGINT NOT NULL,
  score DOUBLE PRECISION NOT NULL,
  percentile DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (cve, dated)
) {strict_without_rowid};

-- Everything else that is known of a CVE (CVSS, SSVC, exploits, weaknesses), one row a fact.
CREATE TABLE vulnerability_fact (
  cve {text} NOT NULL,
  kind {text} NOT NULL,
  source {text} NOT NULL,
  dated BIGINT NOT NULL,
  row_json {text} NOT NULL,
  PRIMARY KEY (cve, kind, source, dated)
) {strict};

-- Two names of one vulnerability, by a feed.
CREATE TABLE alias (
  a {text} NOT NULL,
  b {text} NOT NULL,
  source {text} NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (a, b)
) {strict_without_rowid};
CREATE INDEX alias_back ON alias (b);

-- Rows of feeds that are read whole: the CWE graph, decision tables, mappings.
CREATE TABLE reference_row (
  feed {text} NOT NULL,
  position BIGINT NOT NULL,
  row_json {text} NOT NULL,
  PRIMARY KEY (feed, position)
) {strict};
