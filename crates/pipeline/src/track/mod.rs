//! Lifecycle: what a report closes, states, decisions, SLA.
