//! Findings of several tools to one issue.
