//! A finding of one tool recognised again in the next report.
