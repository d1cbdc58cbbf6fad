-- The record of one or more organisations. Every table that belongs to an organisation starts its key with `org`, and every statement
-- names it, so that the same schema can be distributed by organisation. Instants are milliseconds since 1970 in UTC; truth is 0 or 1.
-- Columns named *_json hold JSON whose shape is a type of the model; they are read whole and never searched.

-- An organisation: one record, one audit trail, one inventory.
CREATE TABLE organisation (
  org BIGINT NOT NULL PRIMARY KEY,
  name {text} NOT NULL UNIQUE,
  created BIGINT NOT NULL
) {strict};

-- The next number of a series (findings, streams, reports, events), handed out in blocks inside the transaction that uses them.
CREATE TABLE counter (
  org BIGINT NOT NULL,
  series {text} NOT NULL,
  next BIGINT NOT NULL,
  PRIMARY KEY (org, series)
) {strict};

-- What was scanned by one tool in one category, on any ref: the frame in which findings keep their identity.
CREATE TABLE lineage (
  org BIGINT NOT NULL,
  id BIGINT NOT NULL,
  target_kind {text} NOT NULL,
  target {text} NOT NULL,
  tool {text} NOT NULL,
  category {text} NOT NULL,
  PRIMARY KEY (org, id),
  UNIQUE (org, target_kind, target, tool, category)
) {strict};

-- A lineage on one ref: the newer complete report supersedes the older. `timeline_json` is what is open now and the tooling of the last
-- complete report; `digest` is that of the newest snapshot, by which an unchanged report is known without looking at a finding.
CREATE TABLE stream (
  org BIGINT NOT NULL,
  id BIGINT NOT NULL,
  lineage BIGINT NOT NULL,
  target {text} NOT NULL,
  target_kind {text} NOT NULL,
  ref {text} NOT NULL,
  tracked BIGINT NOT NULL,
  latest_at BIGINT NOT NULL,
  latest_report BIGINT,
  digest {text},
  timeline_json {text} NOT NULL,
  PRIMARY KEY (org, id),
  UNIQUE (org, lineage, ref)
) {strict};
CREATE INDEX stream_by_target ON stream (org, target_kind, target);

-- A report, or one run inside it, as it was imported. `seen` is the list of its findings with their index, shared by content.
CREATE TABLE report (
  org BIGINT NOT NULL,
  id BIGINT NOT NULL,
  stream BIGINT,
  path {text} NOT NULL,
  format {text},
  tool {text},
  tool_version {text},
  -- Hash of the bytes as they came, before redaction, and the run's place in them.
  content_hash {text} NOT NULL,
  run BIGINT NOT NULL,
  -- Valid time (when the scan ran) and recorded time (when it was imported).
  scanned BIGINT NOT NULL,
  recorded BIGINT NOT NULL,
  time_stated BIGINT NOT NULL,
  version {text},
  coverage {text} NOT NULL,
  scope_json {text} NOT NULL,
  tooling {text} NOT NULL,
  seen {text},
  row_json {text} NOT NULL,
  retracted BIGINT,
  PRIMARY KEY (org, id)
) {strict};
CREATE INDEX report_by_stream ON report (org, stream, scanned);
CREATE INDEX report_by_recorded ON report (org, recorded);
CREATE INDEX report_by_content ON report (org, content_hash);

-- Lists of findings with their index in the report, by the hash of the list: a re-import that changes nothing stores none.
CREATE TABLE seen_list (
  org BIGINT NOT NULL,
  hash {text} NOT NULL,
  list {bytes} NOT NULL,
  PRIMARY KEY (org, hash)
) {strict};

-- Reports as they were kept: redacted, compressed, by the hash of the bytes that came.
CREATE TABLE report_content (
  org BIGINT NOT NULL,
  content_hash {text} NOT NULL,
  body {bytes} NOT NULL,
  PRIMARY KEY (org, content_hash)
) {strict};

-- What one tool says of one weakness in one place, once for all refs. `issue` is the issue that it belongs to, `link_json` why.
CREATE TABLE finding (
  org BIGINT NOT NULL,
  id BIGINT NOT NULL,
  lineage BIGINT NOT NULL,
  identity {text} NOT NULL,
  first_seen BIGINT NOT NULL,
  -- The finding in our words (model::Finding without report and index), as JSON.
  body {bytes} NOT NULL,
  body_hash BIGINT NOT NULL,
  -- What recognises it in the next report.
  match_json {text} NOT NULL,
  -- Keyed hash of a secret's value. Evidence, never printed.
  secret_hash {text},
  secret_head_only BIGINT NOT NULL,
  -- Key of the place where it belongs.
  place {text} NOT NULL,
  -- Placement by flags of the import, for what the inventory does not know.
  flags_json {text} NOT NULL,
  issue {text} NOT NULL,
  link_json {text} NOT NULL,
  PRIMARY KEY (org, id),
  UNIQUE (org, identity)
) {strict};
CREATE INDEX finding_by_lineage ON finding (org, lineage);
CREATE INDEX finding_by_issue ON finding (org, issue);

-- When a finding was there, on each stream of its lineage. Open while `until` is null; `held` while its closure waits.
CREATE TABLE presence (
  org BIGINT NOT NULL,
  finding BIGINT NOT NULL,
  stream BIGINT NOT NULL,
  since BIGINT NOT NULL,
  until BIGINT,
  held BIGINT NOT NULL,
  cause {text},
  PRIMARY KEY (org, finding, stream, since)
) {strict_without_rowid};
CREATE INDEX presence_by_stream ON presence (org, stream, finding);

-- Findings that share a key are compared with each other, and no others are.
CREATE TABLE block (
  org BIGINT NOT NULL,
  key {text} NOT NULL,
  finding BIGINT NOT NULL,
  PRIMARY KEY (org, key, finding)
) {strict_without_rowid};
CREATE INDEX block_by_finding ON block (org, finding);

-- Public identifiers of findings: who has this CVE, and what a feed that names it must rank again.
CREATE TABLE identifier (
  org BIGINT NOT NULL,
  name {text} NOT NULL,
  finding BIGINT NOT NULL,
  PRIMARY KEY (org, name, finding)
) {strict_without_rowid};
CREATE INDEX identifier_by_finding ON identifier (org, finding);

-- Two names of one vulnerability that a report itself states.
CREATE TABLE stated_alias (
  org BIGINT NOT NULL,
  a {text} NOT NULL,
  b {text} NOT NULL,
  source {text} NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (org, a, b)
) {strict_without_rowid};
CREATE INDEX stated_alias_back ON stated_alias (org, b);

-- Where a text stands in another, 1 for its start and 0 for nowhere: SQLite's name for it.
{postgres} CREATE FUNCTION instr(text, text) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT strpos($1, $2)';

-- The real vulnerability as the queue filters and sorts it. Derived: it can be made again from findings, presence, decisions, inventory and
-- feeds. Lists are texts with U+001F before, between and behind their values; facts are 0 unknown, 1 no, 2 yes; ranks 0 (unknown) to 5.
CREATE TABLE issue (
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
  severity_by {text} NOT NULL,
  criticality BIGINT NOT NULL,
  exposure {text} NOT NULL,
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
  compliance {text} NOT NULL,
  cwes {text} NOT NULL,
  data {text} NOT NULL,
  identifiers {text} NOT NULL,
  kinds {text} NOT NULL,
  packages {text} NOT NULL,
  paths {text} NOT NULL,
  refs {text} NOT NULL,
  services {text} NOT NULL,
  tools {text} NOT NULL,
  -- Title, place and identifiers in lower case.
  search {text} NOT NULL,
  PRIMARY KEY (org, id)
) {strict};
CREATE INDEX issue_queue ON issue (org, queued, order_key, id);
CREATE INDEX issue_queue_of_team ON issue (org, team, queued, order_key, id);
CREATE INDEX issue_queue_of_application ON issue (org, application, queued, order_key, id);
CREATE INDEX issue_by_due ON issue (org, queued, due, order_key, id);
CREATE INDEX issue_by_change ON issue (org, next_change);
-- All that the facets and the views of the whole queue count, so that they need no other page of the table.
CREATE INDEX issue_facets ON issue (org, queued, tier, kind, team, application, severity, tier_days, due, first_seen, suggestions);

-- The whole of an issue as JSON, apart from what is searched: a filter reads past a hundred thousand issues to show fifty.
CREATE TABLE issue_body (
  org BIGINT NOT NULL,
  issue {text} NOT NULL,
  body_json {text} NOT NULL,
  PRIMARY KEY (org, issue)
) {strict};

-- Ids that issues had before they merged. They lead on for ever.
CREATE TABLE redirect (
  org BIGINT NOT NULL,
  old {text} NOT NULL,
  new {text} NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (org, old)
) {strict};
CREATE INDEX redirect_back ON redirect (org, new);

-- Two findings that may be one issue, below the threshold.
CREATE TABLE suggestion (
  org BIGINT NOT NULL,
  a BIGINT NOT NULL,
  b BIGINT NOT NULL,
  confidence DOUBLE PRECISION NOT NULL,
  because_json {text} NOT NULL,
  PRIMARY KEY (org, a, b)
) {strict_without_rowid};
CREATE INDEX suggestion_back ON suggestion (org, b);

-- What people decided.
CREATE TABLE decision (
  org BIGINT NOT NULL,
  id BIGINT NOT NULL,
  kind {text} NOT NULL,
  decided BIGINT NOT NULL,
  ended BIGINT,
  decision_json {text} NOT NULL,
  PRIMARY KEY (org, id)
) {strict};

-- The findings that a decision covers, by identity.
CREATE TABLE decision_cover (
  org BIGINT NOT NULL,
  identity {text} NOT NULL,
  decision BIGINT NOT NULL,
  PRIMARY KEY (org, identity, decision)
) {strict_without_rowid};

-- What happened to an issue, for its history. Written by us, never rewritten.
CREATE TABLE event (
  org BIGINT NOT NULL,
  id BIGINT NOT NULL,
  issue {text} NOT NULL,
  happened BIGINT NOT NULL,
  recorded BIGINT NOT NULL,
  what {text} NOT NULL,
  by_whom {text} NOT NULL,
  detail {text} NOT NULL,
  PRIMARY KEY (org, id)
) {strict};
CREATE INDEX event_by_issue ON event (org, issue, happened);

-- Inventory files as they were read, each known by its repository and its path as given.
CREATE TABLE inventory_file (
  org BIGINT NOT NULL,
  repository {text} NOT NULL,
  path {text} NOT NULL,
  applied BIGINT NOT NULL,
  declared_json {text} NOT NULL,
  PRIMARY KEY (org, repository, path)
) {strict};

-- A package in a snapshot of a target: from SBOMs and runtime sensors. `loaded` is null where nobody looked.
CREATE TABLE component (
  org BIGINT NOT NULL,
  stream BIGINT NOT NULL,
  purl {text} NOT NULL,
  version {text} NOT NULL,
  file {text} NOT NULL,
  scanned BIGINT NOT NULL,
  direct BIGINT,
  loaded BIGINT,
  occurrences BIGINT,
  component_json {text} NOT NULL,
  PRIMARY KEY (org, stream, purl, version, file)
) {strict};
CREATE INDEX component_by_purl ON component (org, purl);

-- What a runtime sensor saw of a package of a service: the newest word for each source.
CREATE TABLE runtime_fact (
  org BIGINT NOT NULL,
  service {text} NOT NULL,
  purl {text} NOT NULL,
  version {text} NOT NULL,
  source {text} NOT NULL,
  loaded BIGINT NOT NULL,
  occurrences BIGINT,
  seen BIGINT NOT NULL,
  PRIMARY KEY (org, service, purl, version, source, seen)
) {strict};

-- An image or commit running in an environment.
CREATE TABLE deployment (
  org BIGINT NOT NULL,
  service {text} NOT NULL,
  environment {text} NOT NULL,
  since BIGINT NOT NULL,
  until BIGINT,
  image {text},
  code_commit {text},
  recorded BIGINT NOT NULL,
  PRIMARY KEY (org, service, environment, since)
) {strict};

-- A route of a service and what answers it.
CREATE TABLE endpoint (
  org BIGINT NOT NULL,
  service {text} NOT NULL,
  method {text} NOT NULL,
  pattern {text} NOT NULL,
  source {text} NOT NULL,
  path {text},
  symbol {text},
  recorded BIGINT NOT NULL,
  PRIMARY KEY (org, service, method, pattern, source)
) {strict};

-- One change that ends one or more issues.
CREATE TABLE fix (
  org BIGINT NOT NULL,
  id {text} NOT NULL,
  owner {text},
  risk_removed BIGINT NOT NULL,
  fix_json {text} NOT NULL,
  PRIMARY KEY (org, id)
) {strict};

-- The branches, environments and image lines of a target, declared or seen.
CREATE TABLE target_ref (
  org BIGINT NOT NULL,
  target_kind {text} NOT NULL,
  target {text} NOT NULL,
  ref {text} NOT NULL,
  last_seen BIGINT NOT NULL,
  deleted BIGINT,
  PRIMARY KEY (org, target_kind, target, ref)
) {strict};

-- Settings of an organisation by name.
CREATE TABLE setting (
  org BIGINT NOT NULL,
  name {text} NOT NULL,
  since BIGINT NOT NULL,
  value_json {text} NOT NULL,
  PRIMARY KEY (org, name, since)
) {strict};
