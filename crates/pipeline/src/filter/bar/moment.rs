//! Times in the bar: dates, moments, and spans from now.

use model::Timestamp;

use super::super::literal::{duration, quoted};
use super::bound::Bound;

/// Which way a span from now points: `due:<7d` lies ahead, `first_seen:<7d` behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Ahead,
    Back,
}

/// A day, or an instant where both are equal; the end does not belong to it.
#[derive(Clone, Copy)]
struct Moment {
    start: Timestamp,
    end: Timestamp,
    from_now: bool,
}

/// The condition that a bound on a time makes.
pub(super) fn condition(name: &str, bound: Bound<'_>, way: Way, now: Timestamp) -> Result<String, String> {
    let read = |text: &str| moment(text, way, now);
    let at_least = |moment: Moment| format!("{name} >= {}", written(moment.start));
    let below = |moment: Moment| format!("{name} < {}", written(moment.start));
    let above = |moment: Moment| match moment.start == moment.end {
        true => format!("{name} > {}", written(moment.start)),
        false => format!("{name} >= {}", written(moment.end)),
    };
    let at_most = |moment: Moment| match moment.start == moment.end {
        true => format!("{name} <= {}", written(moment.start)),
        false => format!("{name} < {}", written(moment.end)),
    };
    // "Less than 7 days ago" is later than the moment 7 days ago.
    let turned = |moment: Moment| moment.from_now && way == Way::Back;
    Ok(match bound {
        Bound::Unknown | Bound::Between(None, None) => format!("!has({name})"),
        Bound::Is(text) => {
            let moment = read(text)?;
            if moment.from_now {
                return Err(format!("write {name}:<{text} or {name}:>{text}"));
            }
            format!("({} && {})", at_least(moment), at_most(moment))
        }
        Bound::Above(text) => read(text).map(|moment| if turned(moment) { below(moment) } else { above(moment) })?,
        Bound::Below(text) => read(text).map(|moment| if turned(moment) { above(moment) } else { below(moment) })?,
        Bound::AtLeast(text) => read(text).map(|moment| if turned(moment) { at_most(moment) } else { at_least(moment) })?,
        Bound::AtMost(text) => read(text).map(|moment| if turned(moment) { at_least(moment) } else { at_most(moment) })?,
        Bound::Between(from, to) => {
            let from = from.map(read).transpose()?.map(|moment| if turned(moment) { at_most(moment) } else { at_least(moment) });
            let to = to.map(read).transpose()?.map(|moment| if turned(moment) { at_least(moment) } else { at_most(moment) });
            let ends: Vec<String> = from.into_iter().chain(to).collect();
            format!("({})", ends.join(" && "))
        }
    })
}

fn moment(text: &str, way: Way, now: Timestamp) -> Result<Moment, String> {
    let day = |start: Timestamp| Moment { start, end: start.plus_days(1), from_now: false };
    if text == "today" {
        return Ok(day(Timestamp(now.end_of_day().0.saturating_add(1)).plus_days(-1)));
    }
    if let Some(span) = duration(text) {
        let span = if way == Way::Ahead { span } else { span.saturating_neg() };
        let at = Timestamp(now.0.saturating_add(span));
        return Ok(Moment { start: at, end: at, from_now: true });
    }
    match Timestamp::parse(text) {
        Ok((at, _)) if text.len() <= 10 => Ok(day(at)),
        Ok((at, _)) => Ok(Moment { start: at, end: at, from_now: false }),
        Err(_) => Err(format!("\"{text}\" is neither a span (7d), a date (2026-11-20) nor a time")),
    }
}

fn written(at: Timestamp) -> String {
    quoted(&at.to_string())
}
