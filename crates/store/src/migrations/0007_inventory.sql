-- The inventory in time, and what runs where.

-- Versions of inventory files, each known by its repository and its path as given. The first version of a file holds from the beginning of
-- the record (0), later ones from when they were applied, as do files that replace others. `declared_json` is null from when the file is
-- no longer part of the inventory.
CREATE TABLE inventory_version (
  org BIGINT NOT NULL,
  repository {text} NOT NULL,
  path {text} NOT NULL,
  since BIGINT NOT NULL,
  recorded BIGINT NOT NULL,
  declared_json {text},
  PRIMARY KEY (org, repository, path, since)
) {strict};
INSERT INTO inventory_version (org, repository, path, since, recorded, declared_json)
  SELECT org, repository, path, 0, applied, declared_json FROM inventory_file;
DROP TABLE inventory_file;

-- An image or commit running in an environment of a service. `unit` is what of the service it is: the image's repository, or `commit`; a
-- service may run several. `version` is the digest, tag or commit. A newer version of a unit ends the older, unless both are recorded
-- as running.
ALTER TABLE deployment RENAME TO deployment_before;
CREATE TABLE deployment (
  org BIGINT NOT NULL,
  service {text} NOT NULL,
  environment {text} NOT NULL,
  unit {text} NOT NULL,
  version {text} NOT NULL,
  since BIGINT NOT NULL,
  until BIGINT,
  image {text},
  code_commit {text},
  -- What said so: `deploy`, the name of a manifest or feed.
  source {text} NOT NULL,
  recorded BIGINT NOT NULL,
  PRIMARY KEY (org, service, environment, unit, version, since)
) {strict};
INSERT INTO deployment (org, service, environment, unit, version, since, until, image, code_commit, source, recorded)
  SELECT org, service, environment,
    CASE WHEN image IS NULL THEN 'commit' WHEN instr(image, '@') > 0 THEN substr(image, 1, CAST(instr(image, '@') - 1 AS INTEGER)) ELSE image END,
    CASE WHEN image IS NULL THEN COALESCE(code_commit, '') WHEN instr(image, '@') > 0 THEN substr(image, CAST(instr(image, '@') + 1 AS INTEGER)) ELSE '' END,
    since, until, image, code_commit, 'deploy', recorded FROM deployment_before;
DROP TABLE deployment_before;
