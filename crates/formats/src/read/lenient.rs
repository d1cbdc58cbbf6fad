//! Values that scanners write in several types: numbers as texts, one thing or a list of it. Used with
//! `#[serde(default, deserialize_with = "…")]`. What cannot be read at all becomes absent; use them where a field is not worth a row.

use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
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

/// Takes a `T` from an object, or every `T` from a list of objects; nothing from any other value.
struct Objects<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Objects<T> {
    type Value = Vec<T>;
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object or a list of objects")
    }
    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }
    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }
    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }
    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }
    fn visit_str<E: de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }
    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some(Element(element)) = seq.next_element()? {
            all.extend(element);
        }
        Ok(all)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Ok(vec![T::deserialize(MapAccessDeserializer::new(map))?])
    }
}

/// A `T` from an object; nothing from any other value.
struct Object<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
    type Value = Option<T>;
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }
    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_str<E: de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Some)
    }
}

struct Element<T>(Option<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Element<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Object(PhantomData)).map(Self)
    }
}

/// A `T` from an object, its default from any other value. As [`or_default`], and several times as fast, since nothing is held in
/// between; all members of `T` must be lenient themselves, as one that is not costs the row.
///
/// # Errors
/// On broken JSON, and when a member of `T` cannot be read.
pub fn object<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(deserializer.deserialize_any(Object(PhantomData))?.unwrap_or_default())
}

/// A list of `T`, from a list of objects, one object, or nothing from any other value; what [`object`] is to [`or_default`], to [`list`].
///
/// # Errors
/// On broken JSON, and when a member of `T` cannot be read.
pub fn objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    deserializer.deserialize_any(Objects(PhantomData))
}

/// The members of a small object in its own order. Cheaper to fill than a map, and as fast to ask as long as it is small.
#[derive(Debug)]
pub struct Members<V>(Vec<(String, V)>);

impl<V> Default for Members<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<V> Members<V> {
    /// The member of that name; of several the last.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&V> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// All members.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &V)> {
        self.0.iter().map(|(key, value)| (key, value))
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Members<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for Object<V> {
            type Value = Members<V>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object(PhantomData))
    }
}

/// The members of an object whose values are texts; none of any other value.
///
/// # Errors
/// Only on broken JSON.
pub fn text_members<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Members<String>, D::Error> {
    let members: Members<Value> = object(deserializer)?;
    let text = |(key, value)| match value {
        Value::String(text) => Some((key, text)),
        _ => None,
    };
    Ok(Members(members.0.into_iter().filter_map(text).collect()))
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

    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Outer {
        #[serde(deserialize_with = "object")]
        one: Inner,
        #[serde(deserialize_with = "objects")]
        many: Vec<Inner>,
        #[serde(deserialize_with = "text_members")]
        prints: Members<String>,
        #[serde(deserialize_with = "text")]
        last: Option<String>,
    }

    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Inner {
        #[serde(deserialize_with = "text")]
        a: Option<String>,
    }

    #[test]
    fn objects_of_other_shapes_are_absent_and_what_follows_is_read() {
        for other in ["null", "7", "-7", "1.5", "true", "\"text\"", "[[1], {\"a\": \"y\"}, null]"] {
            let row: Outer =
                serde_json::from_str(&format!(r#"{{"one": {other}, "many": {other}, "prints": {other}, "last": "x"}}"#)).unwrap();
            assert_eq!((row.one.a, row.last.as_deref()), (None, Some("x")), "{other}");
            assert_eq!((row.many.len(), row.prints.0.len()), (usize::from(other.starts_with('[')), 0), "{other}");
        }
        let row: Outer = serde_json::from_str(r#"{"one": {"a": 1, "b": {}}, "many": {"a": "y"}, "prints": {"p": "1", "q": 2}}"#).unwrap();
        assert_eq!((row.one.a.as_deref(), row.many[0].a.as_deref(), row.prints.0.len()), (Some("1"), Some("y"), 1));
    }

    #[test]
    fn cwe_numbers() {
        for text in ["79", "CWE-79", "cwe-079: XSS", "https://cwe.mitre.org/data/definitions/79.html", "CWE79", "external/cwe/cwe-079"] {
            assert_eq!(cwe(text), Some(79), "{text}");
        }
        assert_eq!((cwe("0"), cwe("none"), cwe("CWE-")), (None, None, None));
    }
}
