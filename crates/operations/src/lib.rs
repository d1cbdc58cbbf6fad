//! What Muster does, one file a verb: load, call the pipeline, write in one transaction.
