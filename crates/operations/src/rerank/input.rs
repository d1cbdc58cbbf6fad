//! What an issue can be ranked again by, as it is stored beside its rank.
//!
//! Ranking asks of an issue what its findings, services and statements said when it was made; that changes with them, and then the issue is
//! made again from its findings. A feed or another risk model changes none of it: what is kept here is enough, and a tenth of what would be
//! read otherwise. Members have short names and are left out where they say nothing, since there is one of these for each issue.

use std::borrow::Cow;

use model::{Cvss, Exposure, Issue, Kind, RankTerm, Severity, Timestamp, Tri};
use pipeline::prioritise::signals::asks_class;
use pipeline::prioritise::{RankInput, ReachFact, RuntimeFact, Said, Stated, VerifiedFact};
use serde::{Deserialize, Serialize};
use store::Packed;

/// Version of what is kept, the first byte. Another one is not read: the issue is made again from its findings. It goes up with any change of
/// what `derive` tells ranking, for then what is kept says less or something else.
const VERSION: u8 = 1;
/// Bytes from which on it is packed: shorter ones would become little smaller.
const LONG: usize = 250;

/// What is kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct KeptInput {
    pub(crate) input: RankInput,
    /// When something about the issue changes by time alone, but for the age of what was seen running.
    pub(crate) next_change: Option<Timestamp>,
    /// The statement that counts, among the terms.
    pub(crate) statement: Option<RankTerm>,
}

impl KeptInput {
    /// What to keep of an issue: nothing where its rank decides more than its place, or follows from more than this.
    pub(crate) fn of(issue: &Issue, input: &RankInput, next_change: Option<Timestamp>) -> Option<Vec<u8>> {
        // A decision is outgrown when the vulnerability becomes known exploited: state and rank are then made together.
        issue.decisions.is_empty().then(|| written(input, next_change, crate::vex::term(issue))).flatten()
    }

    /// What was kept; nothing where this version cannot read it.
    pub(crate) fn read(stored: &[u8]) -> Option<Self> {
        let (VERSION, text) = stored.split_first().map(|(version, text)| (*version, text))? else { return None };
        Packed::stored(text.to_vec()).read::<Words<'_>>().ok().map(Words::into_kept)
    }
}

fn written(input: &RankInput, next_change: Option<Timestamp>, statement: Option<RankTerm>) -> Option<Vec<u8>> {
    let text = serde_json::to_vec(&Words { next_change, statement, ..Words::of(input) }.without_unasked(input)).ok()?;
    let text = if text.len() < LONG { text } else { Packed::of(&text).into_bytes() };
    Some(std::iter::once(VERSION).chain(text).collect())
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Makes [`Words`] of the members of [`RankInput`], each named once with its letter in JSON and its type as it is stored. All are named, so
/// that a new member is not forgotten here.
macro_rules! words {
    (copied { $($letter:literal $copied:ident: $copied_type:ty,)* } lent { $($sign:literal $lent:ident: $lent_type:ty,)* }) => {
        /// What is kept, as JSON has it.
        #[derive(Default, Serialize, Deserialize)]
        #[serde(default)]
        struct Words<'a> {
            #[serde(rename = "n", skip_serializing_if = "is_default")]
            next_change: Option<Timestamp>,
            #[serde(rename = "z", skip_serializing_if = "is_default")]
            statement: Option<RankTerm>,
            $(#[serde(rename = $letter, skip_serializing_if = "is_default")]
            $copied: $copied_type,)*
            $(#[serde(rename = $sign, skip_serializing_if = "is_default")]
            $lent: Cow<'a, $lent_type>,)*
        }

        impl<'a> Words<'a> {
            fn of(input: &'a RankInput) -> Self {
                let RankInput { $($copied,)* $($lent,)* } = input;
                Self { next_change: None, statement: None, $($copied: *$copied,)* $($lent: Cow::Borrowed($lent),)* }
            }

            fn into_kept(self) -> KeptInput {
                let Self { next_change, statement, $($copied,)* $($lent,)* } = self;
                KeptInput { input: RankInput { $($copied,)* $($lent: $lent.into_owned(),)* }, next_change, statement }
            }
        }
    };
}

words! {
    copied {
        "f" first_seen: Timestamp,
        "s" severity: Severity,
        "x" fix_available: Tri,
        "q" vex: Tri,
    }
    lent {
        "k" kinds: [Kind],
        "b" severity_by: str,
        "t" title: str,
        "l" rules: [String],
        "i" identifiers: [String],
        "w" cwes: [u32],
        "c" cvss: [Cvss],
        "r" reachability: [ReachFact],
        "u" runtime: [RuntimeFact],
        "v" verified: [VerifiedFact],
        "e" exposure: Stated<Exposure>,
        "p" production: Stated<Tri>,
        "d" data: Option<Stated<Vec<String>>>,
        "y" criticality: Stated<Severity>,
        "o" compliance: Stated<Vec<String>>,
        "h" said: [Said],
    }
}

impl Words<'_> {
    /// Without what is not asked of such an issue, so that many issues are alike in what is kept of them, and ranked once.
    fn without_unasked(self, input: &RankInput) -> Self {
        // Only signals of one's own ask for a fix, and with them nothing that is kept is read.
        let asked = Self { fix_available: Tri::default(), ..self };
        if asks_class(input) {
            return asked;
        }
        Self { title: Cow::default(), rules: Cow::default(), cwes: Cow::default(), ..asked }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> RankInput {
        let at = Timestamp(1_700_000_000_000);
        RankInput {
            kinds: vec![Kind::Sca, Kind::Sast],
            severity: Severity::High,
            severity_by: "Trivy".into(),
            title: "A flaw".into(),
            rules: vec!["CVE-2024-1".into()],
            identifiers: vec!["CVE-2024-1000".into(), "GHSA-1".into()],
            cwes: vec![79],
            cvss: vec![Cvss::from_score(7.5), Cvss::from_vector("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")],
            reachability: vec![Stated::new(pipeline::prioritise::Reach::Reachable, "Snyk").at(at)],
            runtime: vec![RuntimeFact {
                state: pipeline::prioritise::Runtime::Loaded,
                places: Some((1, 2)),
                calls: Some(3),
                source: "sensor".into(),
                at,
            }],
            verified: vec![Stated::new(pipeline::prioritise::Verification::Dast, "ZAP")],
            exposure: Stated::new(Exposure::Internet, "muster.yaml:4"),
            production: Stated::new(Tri::Yes, "muster.yaml:5"),
            data: Some(Stated::new(vec!["health".into()], "muster.yaml:6")),
            criticality: Stated::new(Severity::Critical, "muster.yaml:7"),
            compliance: Stated::new(vec!["pci".into()], "muster.yaml:8"),
            fix_available: Tri::Yes,
            vex: Tri::No,
            said: vec![Said { fact: "exposed".into(), value: true, by: "Ada".into(), at: Some(at) }],
            first_seen: at,
        }
    }

    #[test]
    fn what_is_kept_comes_back_but_for_what_is_not_asked() {
        let code = RankInput { kinds: vec![Kind::Sast], ..full() };
        let asked = |input: RankInput| RankInput { fix_available: Tri::Unknown, ..input };
        let package = RankInput { title: String::new(), rules: Vec::new(), cwes: Vec::new(), ..asked(full()) };
        let all = [(full(), package), (code.clone(), asked(code)), (RankInput::default(), RankInput::default())];
        for ((input, back), next_change) in all.into_iter().zip([Some(Timestamp(9)), None, None]) {
            let kept = KeptInput::of(&Issue::default(), &input, next_change).unwrap();
            assert_eq!(KeptInput::read(&kept), Some(KeptInput { input: back, next_change, statement: None }));
            // Its rank is that of the whole.
            let intel = intel::NoIntel;
            let rank = |input: &RankInput| {
                pipeline::prioritise::rank(input, &intel, &pipeline::prioritise::Model::default(), Timestamp(1_800_000_000_000))
            };
            assert_eq!(rank(&KeptInput::read(&kept).unwrap().input), rank(&input));
        }
    }

    #[test]
    fn another_version_and_damage_are_not_read() {
        let mut kept = KeptInput::of(&Issue::default(), &full(), None).unwrap();
        kept[0] = VERSION + 1;
        assert_eq!(KeptInput::read(&kept), None);
        assert_eq!(KeptInput::read(&[]), None);
        assert_eq!(KeptInput::read(&[VERSION, b'{']), None);
    }

    #[test]
    fn an_issue_with_a_decision_keeps_nothing() {
        let decision = r#"{"id":"1","kind":"accept","author":"Ada","reason":"r","at":"2026-01-01T00:00:00Z","covers":["f"]}"#;
        let issue = Issue { decisions: vec![serde_json::from_str(decision).unwrap()], ..Issue::default() };
        assert_eq!(KeptInput::of(&issue, &full(), None), None);
    }
}
