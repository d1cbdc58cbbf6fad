-- What ranking says of an issue, apart from the rest of it: a day of EPSS or another risk model changes it of all issues, and nothing else.
-- An issue without a row has it in its body, as older versions wrote it; whoever ranks it again writes the row.
CREATE TABLE issue_rank (
  org BIGINT NOT NULL,
  issue {text} NOT NULL,
  -- model::IssueRank as JSON, packed (store::Packed).
  rank {bytes} NOT NULL,
  -- What ranking is told of the issue, where that is all that its rank follows from; null where its findings have to be read.
  input {bytes},
  PRIMARY KEY (org, issue)
) {strict_without_rowid};

-- Asked for deadlines before a day; no answer is in the order of deadlines and then of the queue by it.
DROP INDEX issue_by_due;
CREATE INDEX issue_by_due ON issue (org, queued, due) WHERE due IS NOT NULL;
