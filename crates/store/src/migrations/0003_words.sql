-- Which scan's words a finding carries, so that the newest count whatever the order in which reports come; and what closing asks of
-- it (kind, canonical rule, path, between line breaks), so that an import need not read whole findings.
ALTER TABLE finding ADD COLUMN said BIGINT NOT NULL DEFAULT 0;
ALTER TABLE finding ADD COLUMN subject {text} NOT NULL DEFAULT '';
