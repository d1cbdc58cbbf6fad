//! stub
use model::{Issue, State, Timestamp};
pub struct Subject<'a> {
    pub issue: &'a Issue,
    pub now: Timestamp,
    pub is_new: bool,
}
#[derive(Debug)]
pub struct FilterError;
impl std::fmt::Display for FilterError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no")
    }
}
pub struct Filter;
impl Filter {
    pub fn parse(_: &str) -> Result<Filter, FilterError> {
        Ok(Filter)
    }
    pub fn matches(&self, _: &Subject<'_>) -> bool {
        true
    }
    pub fn names_refs(&self) -> bool {
        false
    }
}
pub fn from_bar(_: &str, _: Timestamp) -> (String, Vec<()>, Vec<State>, bool) {
    (String::new(), vec![], vec![], false)
}
