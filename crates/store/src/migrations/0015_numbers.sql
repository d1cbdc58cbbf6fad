-- Issues have a number in the record: what hangs on them is found by it, and lies in the order in which they came. What is only searched for
-- is apart from what ranks and decisions change, so that a day of EPSS writes short rows.
CREATE TABLE issue_numbered (
  -- The number of the organisation times 2^40, and one of its own in that organisation.
  number BIGINT NOT NULL PRIMARY KEY,
  org BIGINT NOT NULL,
  id {text} NOT NULL,
  -- Ascending order of the queue: the highest score first.
  order_key BIGINT NOT NULL,
  -- 1 while open or in progress on a tracked ref.
  queued BIGINT NOT NULL,
  state {text} NOT NULL,
  -- 1 where it is or was seen on a tracked ref, or nowhere else.
  tracked BIGINT NOT NULL,
  tier {text} NOT NULL,
  tier_days BIGINT,
  due BIGINT,
  kind {text} NOT NULL,
  team {text},
  application {text},
  first_seen BIGINT NOT NULL,
  last_seen BIGINT NOT NULL,
  -- When something about it changes by time alone: a decision's term, a fact's age.
  next_change BIGINT,
  suggestions BIGINT NOT NULL,
  severity BIGINT NOT NULL,
  exposure {text} NOT NULL,
  services {text} NOT NULL,
  -- Hash of what issue_search has: it is written again where that differs. 0 where it is not known.
  texts_hash BIGINT NOT NULL,
  criticality BIGINT NOT NULL,
  score BIGINT NOT NULL,
  confidence DOUBLE PRECISION NOT NULL,
  epss DOUBLE PRECISION,
  exploit BIGINT NOT NULL,
  exposed BIGINT NOT NULL,
  kev BIGINT NOT NULL,
  loaded BIGINT NOT NULL,
  production BIGINT NOT NULL,
  reachable BIGINT NOT NULL,
  vex BIGINT NOT NULL,
  -- 1 where one of its identifiers is a CVE, so that feeds may say something of it.
  cve BIGINT NOT NULL,
  UNIQUE (org, id)
) {strict};
INSERT INTO issue_numbered (number, org, id, order_key, queued, state, tracked, tier, tier_days, due, kind, team, application, first_seen, last_seen, next_change, suggestions, severity, exposure, services, texts_hash, criticality, score, confidence, epss, exploit, exposed, kev, loaded, production, reachable, vex, cve) SELECT org * 1099511627776 + ROW_NUMBER() OVER (PARTITION BY org ORDER BY id), org, id, order_key, queued, state, tracked, tier, tier_days, due, kind, team, application, first_seen, last_seen, next_change, suggestions, severity, exposure, services, 0, criticality, score, confidence, epss, exploit, exposed, kev, loaded, production, reachable, vex, CASE WHEN instr(identifiers, 'cve-') > 0 THEN 1 ELSE 0 END FROM issue;
INSERT INTO counter (org, series, next) SELECT org, 'issue', COUNT(*) + 1 FROM issue GROUP BY org;

-- The texts of an issue that filters search for and nobody reads back. Lists have U+001F before, between and behind their values.
CREATE TABLE issue_search (
  number BIGINT NOT NULL PRIMARY KEY,
  severity_by {text} NOT NULL,
  compliance {text} NOT NULL,
  cwes {text} NOT NULL,
  data {text} NOT NULL,
  identifiers {text} NOT NULL,
  kinds {text} NOT NULL,
  packages {text} NOT NULL,
  paths {text} NOT NULL,
  refs {text} NOT NULL,
  tools {text} NOT NULL,
  -- Title, place and identifiers in lower case.
  search {text} NOT NULL
) {strict};
INSERT INTO issue_search (number, severity_by, compliance, cwes, data, identifiers, kinds, packages, paths, refs, tools, search) SELECT issue_numbered.number, issue.severity_by, issue.compliance, issue.cwes, issue.data, issue.identifiers, issue.kinds, issue.packages, issue.paths, issue.refs, issue.tools, issue.search FROM issue JOIN issue_numbered ON issue_numbered.org = issue.org AND issue_numbered.id = issue.id ORDER BY issue_numbered.number;

CREATE TABLE issue_body_numbered (
  number BIGINT NOT NULL PRIMARY KEY,
  -- The whole of an issue (model::Issue without findings) as JSON, packed (store::Packed).
  body {bytes} NOT NULL
) {strict};
INSERT INTO issue_body_numbered (number, body) SELECT issue_numbered.number, issue_body.body FROM issue_body JOIN issue_numbered ON issue_numbered.org = issue_body.org AND issue_numbered.id = issue_body.issue ORDER BY issue_numbered.number;
DROP TABLE issue_body;
ALTER TABLE issue_body_numbered RENAME TO issue_body;

CREATE TABLE issue_rank_numbered (
  number BIGINT NOT NULL PRIMARY KEY,
  -- model::IssueRank as JSON, packed (store::Packed).
  rank {bytes} NOT NULL,
  -- What ranking is told of the issue, where that is all that its rank follows from; null where its findings have to be read.
  input {bytes}
) {strict};
INSERT INTO issue_rank_numbered (number, rank, input) SELECT issue_numbered.number, issue_rank.rank, issue_rank.input FROM issue_rank JOIN issue_numbered ON issue_numbered.org = issue_rank.org AND issue_numbered.id = issue_rank.issue ORDER BY issue_numbered.number;
DROP TABLE issue_rank;
ALTER TABLE issue_rank_numbered RENAME TO issue_rank;

DROP TABLE issue;
ALTER TABLE issue_numbered RENAME TO issue;
CREATE INDEX issue_queue ON issue (org, queued, order_key, id);
CREATE INDEX issue_queue_of_team ON issue (org, team, queued, order_key, id);
CREATE INDEX issue_queue_of_application ON issue (org, application, queued, order_key, id) WHERE application IS NOT NULL;
CREATE INDEX issue_by_due ON issue (org, queued, due) WHERE due IS NOT NULL;
CREATE INDEX issue_by_change ON issue (org, next_change) WHERE next_change IS NOT NULL;
CREATE INDEX issue_facets ON issue (org, queued, tier, kind, team, application, severity, tier_days, due, first_seen, suggestions);

-- Entries of histories likewise: they come by the hundred thousand, and one index less is written.
CREATE TABLE event_numbered (
  -- The number of the organisation times 2^40, and one of its own in that organisation, in the order of writing.
  number BIGINT NOT NULL PRIMARY KEY,
  org BIGINT NOT NULL,
  issue {text} NOT NULL,
  happened BIGINT NOT NULL,
  recorded BIGINT NOT NULL,
  what {text} NOT NULL,
  by_whom {text} NOT NULL,
  detail {text} NOT NULL,
  change_json {text}
) {strict};
INSERT INTO event_numbered (number, org, issue, happened, recorded, what, by_whom, detail, change_json) SELECT org * 1099511627776 + id, org, issue, happened, recorded, what, by_whom, detail, change_json FROM event ORDER BY org, id;
DROP TABLE event;
ALTER TABLE event_numbered RENAME TO event;
CREATE INDEX event_by_issue ON event (org, issue, happened);
CREATE INDEX event_by_time ON event (org, happened, number);
