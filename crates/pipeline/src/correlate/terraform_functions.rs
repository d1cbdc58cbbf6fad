//! Functions of a state or plan, and what speaks of them: the address of a function is a resource of its own, which names the function.

use std::collections::{BTreeMap, HashMap};

use super::Observation;
use super::yaml::Node;

/// Most references of one configuration that are followed.
const MOST_REFERENCES: usize = 20_000;

/// Functions of a file, and the addresses that wait for theirs.
#[derive(Default)]
pub(super) struct Functions {
    by_name: HashMap<String, Function>,
    by_address: HashMap<String, String>,
    /// Address of a URL in the configuration to the addresses that it refers to, the module's own path left out.
    references: HashMap<String, Vec<String>>,
    urls: Vec<Url>,
}

#[derive(Clone, Default)]
struct Function {
    name: String,
    tag: Option<String>,
    images: Vec<String>,
    arn: Option<String>,
}

struct Url {
    /// Where its observation stands.
    at: usize,
    address: String,
    function: Option<String>,
}

impl Functions {
    pub(super) fn add(&mut self, address: &str, values: &Node, tag: Option<String>, images: &[String]) {
        let name = function_name(values).unwrap_or_default();
        let arn = values.get("arn").and_then(Node::text).map(ToOwned::to_owned);
        let function = Function { name: name.clone(), tag, images: images.to_vec(), arn };
        // A name that is known only after the apply: the address stands for it.
        let key = if name.is_empty() { format!("at {address}") } else { name };
        self.by_address.insert(address.to_owned(), key.clone());
        self.by_name.entry(key).or_insert(function);
    }

    pub(super) fn add_url(&mut self, at: usize, address: &str, function: Option<String>) {
        self.urls.push(Url { at, address: address.to_owned(), function });
    }

    /// Keeps which functions the addresses of a plan refer to: their names may be known only after the apply.
    pub(super) fn refer(&mut self, document: &Node) {
        let Some(root) = document.at(&["configuration", "root_module"]) else { return };
        let mut stack = vec![(root, String::new(), 0)];
        let mut left = MOST_REFERENCES;
        while let Some((module, path, depth)) = stack.pop() {
            for resource in module.get("resources").map_or(&[][..], Node::items) {
                if left == 0 {
                    return;
                }
                left -= 1;
                let text = |key: &str| resource.get(key).and_then(Node::text).unwrap_or_default();
                if text("type") != "aws_lambda_function_url" {
                    continue;
                }
                let named = resource.at(&["expressions", "function_name", "references"]).map_or(&[][..], Node::items);
                let named = named.iter().filter_map(Node::text).map(|name| format!("{path}{name}")).collect();
                self.references.insert(format!("{path}{}", text("address")), named);
            }
            if depth < 16 {
                let calls = module.get("module_calls").map_or(&[][..], Node::entries);
                let inner =
                    calls.iter().filter_map(|(name, call)| Some((call.get("module")?, format!("{path}module.{}.", name.text), depth + 1)));
                stack.extend(inner);
            }
        }
    }

    /// Gives each address what its function shows: the service that it names, its images, its own name.
    pub(super) fn tie(&self, observations: &mut [Observation]) {
        // Instances of one resource (`[0]`, `["a"]`) are written without their index in the configuration.
        let plain: BTreeMap<String, &String> = self.by_address.iter().map(|(address, key)| (without_index(address), key)).collect();
        for url in &self.urls {
            let referred = || {
                let named = self.references.get(&without_index(&url.address))?;
                named.iter().find_map(|name| plain.get(&without_index(name)).copied())
            };
            let key = url.function.as_ref().or_else(referred);
            let Some(observation) = observations.get_mut(url.at) else { continue };
            let Some(function) = key.and_then(|key| self.by_name.get(key)) else {
                // A function of another state: its name is all that is known.
                if let Some(name) = &url.function {
                    observation.workload.clone_from(name);
                }
                continue;
            };
            if let Some(name) = function.tag.as_ref().or(Some(&function.name)).filter(|name| !name.is_empty()) {
                observation.workload.clone_from(name);
            }
            observation.images.clone_from(&function.images);
            observation.resources.extend(function.arn.iter().filter(|arn| arn.len() <= 500).cloned());
            observation.resources.sort();
            observation.resources.dedup();
        }
    }
}

/// The name of the function that a resource is or speaks of; an ARN (`arn:aws:lambda:eu-1:1:function:name:alias`) by its name.
pub(super) fn function_name(values: &Node) -> Option<String> {
    let text = values.get("function_name").and_then(Node::text).filter(|text| !text.is_empty())?;
    let name = match text.split_once(":function:") {
        Some((_, rest)) => rest.split(':').next().unwrap_or(rest),
        None => text,
    };
    Some(name.to_owned())
}

/// `module.a[0].x.y["k"]` without what stands in brackets.
fn without_index(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    let mut inside = false;
    for letter in address.chars() {
        match letter {
            '[' => inside = true,
            ']' => inside = false,
            _ if !inside => out.push(letter),
            _ => {}
        }
    }
    out
}
