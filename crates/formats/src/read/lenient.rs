//! Values that scanners write in several types: numbers as texts, one thing or a list of it. Used with
//! `#[serde(default, deserialize_with = "…")]`. What cannot be read at all becomes absent; use them where a field is not worth a row.

use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};
use serde_json::Value;

/// A text from a text, number or truth value; absent for null, lists and objects. An empty text is absent.
///
/// # Errors
/// Only on broken JSON.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    struct Text;
    impl<'de> Visitor<'de> for Text {
        type Value = Option<String>;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a text")
        }
        fn visit_str<E: de::Error>(self, value: &str) -> Result<Self::Value, E> {
            Ok(Some(value.to_owned()).filter(|text| !text.is_empty()))
        }
        fn visit_string<E: de::Error>(self, value: String) -> Result<Self::Value, E> {
            Ok(Some(value).filter(|text| !text.is_empty()))
        }
        fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
            Ok(Some(value.to_string()))
        }
        fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
            Ok(Some(value.to_string()))
        }
        fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
            Ok(Some(value.to_string()))
        }
        fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
            Ok(Some(value.to_string()))
        }
        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
        fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            Ok(None)
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok(None)
        }
    }
    deserializer.deserialize_any(Text)
}

/// A whole number from 0 up, from a number or a text that holds one.
///
/// # Errors
/// Only on broken JSON.
pub fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Number(number) => number.as_u64().or_else(|| whole_float(number.as_f64())).and_then(|n| u32::try_from(n).ok()),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be a whole number in range")]
fn whole_float(number: Option<f64>) -> Option<u64> {
    number.filter(|n| n.fract() == 0.0 && (0.0..=4_294_967_295.0).contains(n)).map(|n| n as u64)
}

/// A number, from a number or a text that holds one.
///
/// # Errors
/// Only on broken JSON.
pub fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
    .filter(|n| n.is_finite()))
}

/// A truth value, from one or from `"true"`, `"yes"`, 1 and their opposites.
///
/// # Errors
/// Only on broken JSON.
pub fn truth<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Bool(value) => Some(value),
        Value::Number(number) => number.as_i64().map(|n| n != 0),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Some(true),
            "false" | "no" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    })
}

/// A list of texts, from one text or a list of texts and numbers; others are left out.
///
/// # Errors
/// Only on broken JSON.
pub fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Array(values) => values.iter().filter_map(scalar).collect(),
        other => scalar(&other).into_iter().collect(),
    })
}

/// A list of `T`, from a list, one `T`, or null. An element of another shape is left out.
///
/// # Errors
/// Only on broken JSON.
pub fn list<'de, D: Deserializer<'de>, T: de::DeserializeOwned>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Null => Vec::new(),
        Value::Array(values) => values.into_iter().filter_map(|value| serde_json::from_value(value).ok()).collect(),
        other => serde_json::from_value(other).into_iter().collect(),
    })
}

/// A `T`, or its default where the value has another shape or is null.
///
/// # Errors
/// Only on broken JSON.
pub fn or_default<'de, D: Deserializer<'de>, T: de::DeserializeOwned + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(deserializer)?).unwrap_or_default())
}

/// The text of a text, number or truth value that is not empty.
#[must_use]
pub fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// The CWE number in `79`, `CWE-79`, `CWE-079: …`, `https://cwe.mitre.org/data/definitions/79.html`; absent for 0.
#[must_use]
pub fn cwe(text: &str) -> Option<u32> {
    let lower = text.trim().to_ascii_lowercase();
    let digits_of = |rest: &str| -> Option<u32> {
        let digits: String = rest.trim_start_matches(['-', '_', ' ', ':', '/']).chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok().filter(|n| *n > 0)
    };
    if let Some((_, rest)) = lower.split_once("definitions/") {
        return digits_of(rest);
    }
    match lower.rsplit_once("cwe") {
        Some((_, rest)) => digits_of(rest),
        None => lower.parse().ok().filter(|n| *n > 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Row {
        #[serde(default, deserialize_with = "text")]
        a: Option<String>,
        #[serde(default, deserialize_with = "whole")]
        b: Option<u32>,
        #[serde(default, deserialize_with = "texts")]
        c: Vec<String>,
    }

    #[test]
    fn other_types_do_not_cost_the_row() {
        let row: Row = serde_json::from_str(r#"{"a": 7, "b": "12", "c": "one"}"#).unwrap();
        assert_eq!((row.a.as_deref(), row.b, row.c), (Some("7"), Some(12), vec!["one".to_owned()]));
        let row: Row = serde_json::from_str(r#"{"a": {"x": [1]}, "b": -3, "c": ["x", null, 4]}"#).unwrap();
        assert_eq!((row.a, row.b, row.c), (None, None, vec!["x".to_owned(), "4".to_owned()]));
    }

    #[test]
    fn cwe_numbers() {
        for text in ["79", "CWE-79", "cwe-079: XSS", "https://cwe.mitre.org/data/definitions/79.html", "CWE79", "external/cwe/cwe-079"] {
            assert_eq!(cwe(text), Some(79), "{text}");
        }
        assert_eq!((cwe("0"), cwe("none"), cwe("CWE-")), (None, None, None));
    }
}
