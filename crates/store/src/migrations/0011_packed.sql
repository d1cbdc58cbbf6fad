-- The words of issues are packed, as those of findings are from now on; what is stored as JSON stays readable.
CREATE TABLE issue_body_packed (
  org BIGINT NOT NULL,
  issue {text} NOT NULL,
  -- The whole of an issue (model::Issue without findings) as JSON, packed (store::Packed).
  body {bytes} NOT NULL,
  PRIMARY KEY (org, issue)
) {strict};
{sqlite} INSERT INTO issue_body_packed (org, issue, body) SELECT org, issue, CAST(body_json AS BLOB) FROM issue_body;
{postgres} INSERT INTO issue_body_packed (org, issue, body) SELECT org, issue, convert_to(body_json, 'UTF8') FROM issue_body;
DROP TABLE issue_body;
ALTER TABLE issue_body_packed RENAME TO issue_body;

-- Most issues change by no time alone, and many belong to no application.
DROP INDEX issue_by_change;
CREATE INDEX issue_by_change ON issue (org, next_change) WHERE next_change IS NOT NULL;
DROP INDEX issue_queue_of_application;
CREATE INDEX issue_queue_of_application ON issue (org, application, queued, order_key, id) WHERE application IS NOT NULL;
