//! Instants, to the millisecond, in UTC.

use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant: milliseconds since 1970-01-01T00:00:00Z. Printed as RFC 3339 in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// Why a text is not a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimestampError(String);

impl fmt::Display for TimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a time; write it as RFC 3339, for example 2026-11-20T08:00:00Z", self.0)
    }
}

impl std::error::Error for TimestampError {}

impl Timestamp {
    /// Milliseconds in a day.
    pub const DAY: i64 = 86_400_000;

    /// Reads RFC 3339; a date alone means its first instant. The second value is false where no zone was given and UTC was taken.
    ///
    /// # Errors
    /// When the text is neither a time nor a date.
    pub fn parse(text: &str) -> Result<(Self, bool), TimestampError> {
        let text = text.trim();
        let wrong = || TimestampError(text.chars().take(60).collect());
        if let Ok(at) = text.parse::<jiff::Timestamp>() {
            return Ok((Self(at.as_millisecond()), true));
        }
        if let Ok(at) = jiff::fmt::strtime::parse("%Y-%m-%dT%H:%M:%S%.f%z", text).and_then(|parts| parts.to_timestamp()) {
            return Ok((Self(at.as_millisecond()), true));
        }
        let civil = text.parse::<jiff::civil::DateTime>().map_err(|_| wrong())?;
        let at = civil.to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| wrong())?;
        Ok((Self(at.timestamp().as_millisecond()), false))
    }

    /// Reads the many ways in which scanners write a time; `None` where it is none of them.
    #[must_use]
    pub fn lenient(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok((at, _)) = Self::parse(text) {
            return Some(at);
        }
        if let Some(at) = text.strip_suffix(" UTC").and_then(|rest| Self::parse(rest).ok()) {
            return Some(at.0);
        }
        const SHAPES: [&str; 12] = [
            "%a, %d %b %Y %H:%M:%S %z",
            "%a, %d %b %Y %H:%M:%S",
            "%a %b %d %H:%M:%S %Y",
            "%a, %d %b %Y %H:%M:%S GMT",
            "%Y-%m-%d %H:%M:%S%.f %z",
            "%Y-%m-%d %H:%M",
            "%Y/%m/%d %H:%M:%S",
            "%Y%m%dT%H%M%S%z",
            "%d %b %Y %H:%M:%S",
            "%d/%m/%Y %H:%M:%S",
            "%a %d %b %Y %H:%M:%S",
            "%b %d, %Y %I:%M:%S %p",
        ];
        SHAPES.iter().find_map(|shape| {
            let parts = jiff::fmt::strtime::parse(shape, text).ok()?;
            if let Ok(at) = parts.to_timestamp() {
                return Some(Self(at.as_millisecond()));
            }
            let at = parts.to_datetime().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
            Some(Self(at.timestamp().as_millisecond()))
        })
    }

    /// The instant of that many seconds since the epoch.
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// This instant moved by whole days (negative: earlier).
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(Self::DAY)))
    }

    /// The last millisecond of this instant's day in UTC.
    #[must_use]
    pub fn end_of_day(self) -> Self {
        Self(self.0.div_euclid(Self::DAY).saturating_mul(Self::DAY).saturating_add(Self::DAY - 1))
    }

    /// Days from `earlier` to this instant, with fraction.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of any real date fit a double exactly")]
        let days = self.0.saturating_sub(earlier.0) as f64 / 86_400_000.0;
        days
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(at) => write!(f, "{at}"),
            Err(_) => write!(f, "{}ms", self.0),
        }
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text).map(|(at, _)| at)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "date-time", "description": "RFC 3339, UTC"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_prints() {
        let at = Timestamp(1_763_625_600_123);
        assert_eq!(at.to_string().parse::<Timestamp>().unwrap(), at);
    }

    #[test]
    fn a_time_without_zone_is_utc_and_says_so() {
        assert_eq!(Timestamp::parse("2026-01-05T08:00:00").unwrap(), (Timestamp(1_767_600_000_000), false));
        assert_eq!(Timestamp::parse("2026-01-05T08:00:00+01:00").unwrap(), (Timestamp(1_767_596_400_000), true));
        assert_eq!(Timestamp::parse("2026-01-05").unwrap().0, Timestamp(1_767_571_200_000));
        assert!(Timestamp::parse("yesterday").is_err());
    }

    #[test]
    fn scanners_words_for_time() {
        let noon = Timestamp(1_767_614_400_000);
        for text in [
            "2026-01-05T12:00:00Z",
            "Mon, 05 Jan 2026 12:00:00 GMT",
            "Mon, 5 Jan 2026 12:00:00",
            "Mon Jan 05 12:00:00 2026",
            "2026-01-05 12:00:00 UTC",
        ] {
            assert_eq!(Timestamp::lenient(text), Some(noon), "{text}");
        }
        assert_eq!(Timestamp::lenient("soon"), None);
    }

    #[test]
    fn end_of_day() {
        let at: Timestamp = "2026-01-05T08:00:00Z".parse().unwrap();
        assert_eq!(at.end_of_day().to_string(), "2026-01-05T23:59:59.999Z");
    }
}
