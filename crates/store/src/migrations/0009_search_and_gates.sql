-- Who has a package is asked of few, narrow rows; what the gate said, and by which names an image goes, is kept.

-- Packages that were ever listed, for search by a part of the name: in the order of the answer, with nothing else in the row.
ALTER TABLE package_name RENAME TO package_name_before;
DROP INDEX package_name_by_name;
CREATE TABLE package_name (
  org BIGINT NOT NULL,
  purl {text} NOT NULL,
  name {text} NOT NULL,
  PRIMARY KEY (org, purl)
) {strict_without_rowid};
INSERT INTO package_name (org, purl, name) SELECT org, purl, name FROM package_name_before;
DROP TABLE package_name_before;

-- Most packages are made from no source package of another name.
DROP INDEX component_span_by_origin;
CREATE INDEX component_span_by_origin ON component_span (org, origin) WHERE origin <> '';

-- What the release gate had said when it was deployed: passed, bypassed or none; null where the delivery does not tell.
ALTER TABLE deployment ADD COLUMN gate {text};
ALTER TABLE deployment ADD COLUMN gate_reason {text};

-- The tag of an image beside its digest, where a report states both: a deployment may name the one or the other.
ALTER TABLE report ADD COLUMN tag {text};
