-- What authors say of vulnerabilities in products (VEX), and what we say ourselves.

-- A document as it was applied. A later version of the same document (`name`) replaces an earlier one from its own date on; both stay,
-- so that the past can be asked. `format` is openvex, csaf or cyclonedx; `dated` the day this version was issued, `applied` when we got it.
CREATE TABLE vex_document (
  org BIGINT NOT NULL,
  id BIGINT NOT NULL,
  name {text} NOT NULL,
  version {text} NOT NULL,
  author {text} NOT NULL,
  format {text} NOT NULL,
  file {text} NOT NULL,
  content_hash {text} NOT NULL,
  dated BIGINT NOT NULL,
  applied BIGINT NOT NULL,
  PRIMARY KEY (org, id),
  UNIQUE (org, content_hash)
) {strict};
CREATE INDEX vex_document_by_name ON vex_document (org, author, name);

-- One statement of a document: status, date, products and components (model::VexStatement). It holds from `dated` on.
CREATE TABLE vex_statement (
  org BIGINT NOT NULL,
  document BIGINT NOT NULL,
  position BIGINT NOT NULL,
  dated BIGINT NOT NULL,
  statement_json {text} NOT NULL,
  PRIMARY KEY (org, document, position)
) {strict};

-- The names of the vulnerability that a statement gives, in upper case: by these it is found.
CREATE TABLE vex_name (
  org BIGINT NOT NULL,
  name {text} NOT NULL,
  document BIGINT NOT NULL,
  position BIGINT NOT NULL,
  PRIMARY KEY (org, name, document, position)
) {strict_without_rowid};

-- What we published: a new number whenever what our document says has changed. `application` is empty for the whole organisation.
CREATE TABLE vex_release (
  org BIGINT NOT NULL,
  application {text} NOT NULL,
  number BIGINT NOT NULL,
  released BIGINT NOT NULL,
  content_hash {text} NOT NULL,
  PRIMARY KEY (org, application, number)
) {strict};
