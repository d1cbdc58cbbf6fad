-- The words of findings are apart from the rest of them, as those of issues are: where a finding belongs changes often, what it says does not.
-- What recognises a finding is in bytes (MatchKey of the pipeline); what is stored as JSON stays readable.
CREATE TABLE finding_body (
  org BIGINT NOT NULL,
  finding BIGINT NOT NULL,
  -- The finding in our words (model::Finding without report and index) as JSON, packed (store::Packed).
  body {bytes} NOT NULL,
  PRIMARY KEY (org, finding)
) {strict_without_rowid};
INSERT INTO finding_body (org, finding, body) SELECT org, id, body FROM finding ORDER BY org, id;

CREATE TABLE finding_narrow (
  org BIGINT NOT NULL,
  id BIGINT NOT NULL,
  lineage BIGINT NOT NULL,
  identity {text} NOT NULL,
  first_seen BIGINT NOT NULL,
  body_hash BIGINT NOT NULL,
  match_key {bytes} NOT NULL,
  -- Keyed hash of a secret's value. Evidence, never printed.
  secret_hash {text},
  secret_head_only BIGINT NOT NULL,
  -- Key of the place where it belongs.
  place {text} NOT NULL,
  -- Placement by flags of the import, for what the inventory does not know.
  flags_json {text} NOT NULL,
  issue {text} NOT NULL,
  link_json {text} NOT NULL,
  -- Which scan's words it carries, so that the newest count whatever the order in which reports come.
  said BIGINT NOT NULL,
  -- Kind, canonical rule and path, between line breaks: what closing asks of it.
  subject {text} NOT NULL,
  PRIMARY KEY (org, id)
) {strict};
{sqlite} INSERT INTO finding_narrow (org, id, lineage, identity, first_seen, body_hash, match_key, secret_hash, secret_head_only, place, flags_json, issue, link_json, said, subject) SELECT org, id, lineage, identity, first_seen, body_hash, CAST(match_json AS BLOB), secret_hash, secret_head_only, place, flags_json, issue, link_json, said, subject FROM finding ORDER BY org, id;
{postgres} INSERT INTO finding_narrow (org, id, lineage, identity, first_seen, body_hash, match_key, secret_hash, secret_head_only, place, flags_json, issue, link_json, said, subject) SELECT org, id, lineage, identity, first_seen, body_hash, convert_to(match_json, 'UTF8'), secret_hash, secret_head_only, place, flags_json, issue, link_json, said, subject FROM finding ORDER BY org, id;
DROP TABLE finding;
ALTER TABLE finding_narrow RENAME TO finding;
CREATE UNIQUE INDEX finding_by_identity ON finding (org, identity);
CREATE INDEX finding_by_lineage ON finding (org, lineage);
CREATE INDEX finding_by_issue ON finding (org, issue);
