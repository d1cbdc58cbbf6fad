-- Packages with times, advisories with ranges, facts of any tool, and what is known of endpoints.

-- What one report listed of a stream: the packages by the hash of their list. From these the spans of a stream can be made again.
CREATE TABLE component_snapshot (
  org BIGINT NOT NULL,
  stream BIGINT NOT NULL,
  report BIGINT NOT NULL,
  scanned BIGINT NOT NULL,
  -- 1 where what it leaves out is gone.
  complete BIGINT NOT NULL,
  list {text} NOT NULL,
  -- Placement by flags of the import, for what the inventory does not know.
  flags_json {text} NOT NULL,
  PRIMARY KEY (org, stream, report)
) {strict};

-- Lists of packages, compressed JSON, by the hash of the list.
CREATE TABLE component_list (
  org BIGINT NOT NULL,
  hash {text} NOT NULL,
  body {bytes} NOT NULL,
  PRIMARY KEY (org, hash)
) {strict};

-- A package of a stream while it was listed; `until` is null while it is. `listed` is `sbom` where the report lists all packages, `report`
-- where it names those with findings. `purl` has neither version nor qualifiers; `origin` is a distribution's source package, `distro` its
-- release. Lists have line breaks between their values.
CREATE TABLE component_span (
  org BIGINT NOT NULL,
  stream BIGINT NOT NULL,
  purl {text} NOT NULL,
  version {text} NOT NULL,
  file {text} NOT NULL,
  since BIGINT NOT NULL,
  until BIGINT,
  direct BIGINT,
  listed {text} NOT NULL,
  origin {text} NOT NULL,
  distro {text} NOT NULL,
  licenses {text} NOT NULL,
  chain {text} NOT NULL,
  PRIMARY KEY (org, stream, purl, version, file, since)
) {strict_without_rowid};
CREATE INDEX component_span_by_purl ON component_span (org, purl);
CREATE INDEX component_span_by_origin ON component_span (org, origin);

-- Packages that were ever listed, for search by a part of the name.
CREATE TABLE package_name (
  org BIGINT NOT NULL,
  purl {text} NOT NULL,
  name {text} NOT NULL,
  PRIMARY KEY (org, purl)
) {strict};
CREATE INDEX package_name_by_name ON package_name (org, name);

-- What the old table held goes on as spans; it had no times but the newest.
INSERT INTO component_span (org, stream, purl, version, file, since, until, direct, listed, origin, distro, licenses, chain)
  SELECT org, stream, purl, version, file, scanned, NULL, direct, 'sbom', '', '', '', '' FROM component;
INSERT INTO package_name (org, purl, name) SELECT DISTINCT org, purl, purl FROM component;
DROP TABLE component;

-- Advisories with the packages that they name. Shared by all organisations.
CREATE TABLE advisory (
  id {text} NOT NULL PRIMARY KEY,
  source {text} NOT NULL,
  published BIGINT,
  modified BIGINT,
  withdrawn BIGINT,
  summary {text} NOT NULL
) {strict};

-- All names of an advisory, in upper case.
CREATE TABLE advisory_name (
  name {text} NOT NULL,
  advisory {text} NOT NULL,
  PRIMARY KEY (name, advisory)
) {strict_without_rowid};
CREATE INDEX advisory_name_back ON advisory_name (advisory);

-- Versions of a package that an advisory calls affected. `affected` is a range as `version::contains` reads it; `distro` the release of a
-- distribution for which it holds; `fixed` the versions that end it, with line breaks between.
CREATE TABLE advisory_package (
  advisory {text} NOT NULL,
  position BIGINT NOT NULL,
  purl {text} NOT NULL,
  distro {text} NOT NULL,
  affected {text} NOT NULL,
  fixed {text} NOT NULL,
  PRIMARY KEY (advisory, position)
) {strict};
CREATE INDEX advisory_package_by_purl ON advisory_package (purl);

-- What a tool says of a package, function, route or issue of a service. `verdict` is present, imported, reachable, unreachable, loaded,
-- not_loaded, executed, not_executed, confirmed, not_confirmed, exposed or not_exposed. `subject` is a package URL without version, an
-- identifier of a vulnerability, `METHOD /pattern` or an issue; the words of `scope` say which.
CREATE TABLE fact (
  org BIGINT NOT NULL,
  service {text} NOT NULL,
  scope {text} NOT NULL,
  subject {text} NOT NULL,
  -- The vulnerability or function that it is about, where the tool names one; empty for the package as a whole.
  about {text} NOT NULL,
  version {text} NOT NULL,
  source {text} NOT NULL,
  seen BIGINT NOT NULL,
  verdict {text} NOT NULL,
  expires BIGINT,
  calls BIGINT,
  environment {text} NOT NULL,
  detail {text} NOT NULL,
  file {text} NOT NULL,
  recorded BIGINT NOT NULL,
  PRIMARY KEY (org, service, scope, subject, about, version, source, seen, verdict)
) {strict};

-- How an endpoint is known: `documented` by a description, `code` by a route table, `seen` in traffic, `tested` by a scanner.
CREATE TABLE endpoint_sighting (
  org BIGINT NOT NULL,
  service {text} NOT NULL,
  method {text} NOT NULL,
  pattern {text} NOT NULL,
  how {text} NOT NULL,
  source {text} NOT NULL,
  first_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  calls BIGINT NOT NULL,
  -- none, required, or unknown.
  auth {text} NOT NULL,
  deprecated BIGINT NOT NULL,
  data {text} NOT NULL,
  PRIMARY KEY (org, service, method, pattern, how, source)
) {strict};
