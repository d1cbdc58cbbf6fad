//! Policy to verdict with reasons.
