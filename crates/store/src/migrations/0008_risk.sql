-- The risk model as it was over time, and what happened to the ranks of issues.

-- A version of the model: the file as it was applied, from `since` on. Number 1 has `since` 0: it holds from the beginning of the record.
CREATE TABLE risk_model (
  org BIGINT NOT NULL,
  number BIGINT NOT NULL,
  name {text} NOT NULL,
  since BIGINT NOT NULL,
  by_whom {text} NOT NULL,
  file {text} NOT NULL,
  content_hash {text} NOT NULL,
  yaml {text} NOT NULL,
  PRIMARY KEY (org, number)
) {strict};

-- What an entry of a history moved: state, tier, score and place before and after, with the terms that did it. Null where it moved nothing.
ALTER TABLE event ADD COLUMN change_json {text};
CREATE INDEX event_by_time ON event (org, happened, id);
