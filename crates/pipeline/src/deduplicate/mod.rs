//! One issue for each real vulnerability: identity over time inside one tool, then across tools, with evidence on every link.

pub mod across;
pub mod over_time;
