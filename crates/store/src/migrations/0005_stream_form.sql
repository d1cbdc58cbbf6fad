-- A tool may write what it found as a report and as a bill of materials. They name packages in their own ways and need not be of one
-- scan, so that neither says that what only the other has is gone: each form of a lineage on a ref is followed on its own. `form` is
-- empty for reports, and `sbom` for bills of materials.
CREATE TABLE stream_of_form (
  org BIGINT NOT NULL,
  id BIGINT NOT NULL,
  lineage BIGINT NOT NULL,
  target {text} NOT NULL,
  target_kind {text} NOT NULL,
  ref {text} NOT NULL,
  form {text} NOT NULL,
  tracked BIGINT NOT NULL,
  latest_at BIGINT NOT NULL,
  latest_report BIGINT,
  digest {text},
  timeline_json {text} NOT NULL,
  PRIMARY KEY (org, id),
  UNIQUE (org, lineage, ref, form)
) {strict};
INSERT INTO stream_of_form (org, id, lineage, target, target_kind, ref, form, tracked, latest_at, latest_report, digest, timeline_json)
  SELECT org, id, lineage, target, target_kind, ref, '', tracked, latest_at, latest_report, digest, timeline_json FROM stream;
DROP TABLE stream;
ALTER TABLE stream_of_form RENAME TO stream;
CREATE INDEX stream_by_target ON stream (org, target_kind, target);
