//! Tier, score and deadline, each with its reasons.
