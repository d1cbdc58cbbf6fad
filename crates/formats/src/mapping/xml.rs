//! Rows of XML documents. An element that is a row is read with its subtree; of the elements around it memory holds the attributes of
//! those that are open, and the texts that the mapping refers to.

use std::collections::HashMap;

use super::Mapping;
use super::finding::Reading;
use super::reference::{Base, Path, Reference, XmlStep};
use super::row::Row;
use crate::read::xml::{Element, Node, walk_path};
use crate::{Input, Output, ParseError};

/// Texts around the rows, by element (in the order of the document) and slot.
type Texts = HashMap<(usize, usize), Vec<String>>;

/// An element that is open, and its number in the order of the document.
struct Open {
    number: usize,
    element: Element,
}

struct Found<'a> {
    row: Option<&'a Element>,
    open: &'a [Open],
    texts: &'a Texts,
}

impl Row for Found<'_> {
    fn texts(&self, reference: &Reference) -> Vec<String> {
        let Path::Xml { steps, attribute } = &reference.path else { return Vec::new() };
        let around = match reference.base {
            Base::Row => return self.row.map(|row| inside(row, steps, attribute.as_deref())).unwrap_or_default(),
            Base::Up(ups) => self.open.len().checked_sub(ups).and_then(|at| self.open.get(at)),
            Base::Top => self.open.first(),
        };
        let Some(around) = around else { return Vec::new() };
        if let (true, Some(name)) = (steps.is_empty(), attribute) {
            return around.element.attr(name).map(str::to_owned).into_iter().collect();
        }
        self.texts.get(&(around.number, reference.slot)).cloned().unwrap_or_default()
    }
}

pub(super) fn read(
    mapping: &Mapping,
    names: &[String],
    input: &Input,
    out: &mut Output<'_>,
    reading: &mut Reading<'_>,
) -> Result<(), ParseError> {
    let around = names.split_last().map_or(&[][..], |(_, around)| around);
    let is_text =
        |reference: &&Reference| matches!(&reference.path, Path::Xml { steps, attribute } if !(steps.is_empty() && attribute.is_some()));
    let wanted: Vec<&Reference> = mapping.outer.iter().filter(is_text).collect();
    let texts = if wanted.is_empty() { Texts::new() } else { texts_around(&wanted, names, input)? };
    let (mut open, mut number): (Vec<Open>, usize) = (Vec::new(), 0);
    let (mut found, mut top) = (false, None);
    walk_path(input, names, |node| {
        match node {
            Node::Open(element) => {
                if top.is_none() {
                    top = Some(element.clone());
                }
                open.push(Open { number, element: element.clone() });
                number += 1;
            }
            Node::Close(..) => {
                open.pop();
            }
            Node::Row(element) => {
                found = true;
                let row = Found { row: Some(&element), open: &open, texts: &texts };
                reading.row(&row, &|| format!("byte {}", element.offset), out);
            }
        }
        Ok(())
    })?;
    let outside: Vec<Open> = top.into_iter().map(|element| Open { number: 0, element }).collect();
    reading.scan(&Found { row: None, open: &outside, texts: &texts }, out);
    // A document that has what is around the rows, and no row, is an empty report.
    let has_around = outside.first().is_some_and(|open| around.first().is_none_or(|first| *first == open.element.name));
    if found || has_around {
        Ok(())
    } else {
        Err(ParseError::whole(format!("no element `{}` in the document (`rows.at`)", names.join("/"))))
    }
}

/// The first reading: texts and attributes of elements that stand beside the rows.
fn texts_around(wanted: &[&Reference], names: &[String], input: &Input) -> Result<Texts, ParseError> {
    let mut texts = Texts::new();
    let (mut open, mut number): (Vec<Open>, usize) = (Vec::new(), 0);
    walk_path(input, names, |node| {
        match node {
            Node::Open(element) => {
                open.push(Open { number, element: element.clone() });
                number += 1;
            }
            Node::Close(_, text) => {
                for reference in wanted {
                    let Path::Xml { steps, attribute } = &reference.path else { continue };
                    let Some(from) = open.len().checked_sub(steps.len() + 1).and_then(|at| open.get(at)) else { continue };
                    let last = open.iter().skip(open.len() - steps.len());
                    if !last.zip(steps).all(|(open, step)| is_meant(&open.element, step)) {
                        continue;
                    }
                    let value = match (attribute, open.last()) {
                        (Some(name), Some(last)) => last.element.attr(name),
                        _ => Some(text).filter(|text| !text.is_empty()),
                    };
                    if let Some(value) = value {
                        texts.entry((from.number, reference.slot)).or_default().push(value.to_owned());
                    }
                }
                open.pop();
            }
            Node::Row(_) => {}
        }
        Ok(())
    })?;
    Ok(texts)
}

fn is_meant(element: &Element, step: &XmlStep) -> bool {
    element.name == step.name && step.with.as_ref().is_none_or(|(name, value)| element.attr(name) == Some(value))
}

/// The texts at a path below an element.
fn inside(row: &Element, steps: &[XmlStep], attribute: Option<&str>) -> Vec<String> {
    let mut at = vec![row];
    for step in steps {
        at = at.into_iter().flat_map(|element| element.children.iter().filter(|child| is_meant(child, step))).collect();
    }
    let text = |element: &Element| match attribute {
        Some(name) => element.attr(name).map(str::to_owned),
        None => Some(element.deep_text()).filter(|text| !text.trim().is_empty()),
    };
    at.into_iter().filter_map(text).collect()
}
