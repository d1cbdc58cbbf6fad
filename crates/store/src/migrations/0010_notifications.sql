-- Who has to be told of an advisory or of an exploited vulnerability that became known after the packages did.

-- A team (`owner`, empty for places that nobody owns) and a vulnerability (its CVE, else the advisory). `kind` is affected or exploited;
-- `first` is when it was noted, `changed` when it last reached more packages or services. `body_json` says what they have and how they are reached.
CREATE TABLE notification (
  org BIGINT NOT NULL,
  vulnerability {text} NOT NULL,
  kind {text} NOT NULL,
  owner {text} NOT NULL,
  first BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  body_json {text} NOT NULL,
  PRIMARY KEY (org, vulnerability, kind, owner)
) {strict};
CREATE INDEX notification_by_time ON notification (org, changed, vulnerability);
