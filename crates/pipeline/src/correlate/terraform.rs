//! Terraform states and plans: what can be reached from outside, which images run, and whose the resources are.
//!
//! Read: states of version 4 (`terraform.tfstate`), and what `terraform show -json` prints of a state or a plan (what is planned, with child
//! modules). A resource belongs to the service that its tags or labels name (`service`, `app`, `Name`), else to the one of its own name, of its
//! image or of its address. The address of a function (`aws_lambda_function_url`) belongs to the function's service: by the function's name or
//! ARN, or in a plan by the resource that the configuration refers to. Values that a state holds are read and never kept but for names, addresses and images: states hold secrets.
//! Sources: developer.hashicorp.com, "JSON Output Format"; the documentation of the AWS, Google, AzureRM and Kubernetes providers.

use std::collections::BTreeSet;

use model::{Exposure, SourceLine};

use super::names::url_place;
use super::terraform_functions::{Functions, function_name};
use super::yaml::{self, Node, Value};
use super::{Declared, FileId, Observation, Problem};
use crate::normalise::image_repository;

/// Most resources of one file, and deepest modules.
const MOST: (usize, usize) = (100_000, 32);

/// True where a text looks like a state or a plan.
#[must_use]
pub fn recognise(text: &str) -> bool {
    let head: String = text.chars().take(4000).collect();
    head.trim_start().starts_with('{')
        && (head.contains("\"terraform_version\"") || (head.contains("\"format_version\"") && head.contains("_module\"")))
}

/// Reads a state or a plan.
#[must_use]
pub fn read(file: FileId, text: &str) -> (Declared, Vec<Problem>) {
    let mut reader =
        Reader { declared: Declared { file, lenient: true, ..Declared::default() }, left: MOST.0, functions: Functions::default() };
    let documents = match yaml::documents(text) {
        Ok(documents) => documents,
        Err(error) => {
            let problem = Problem::error(reader.at(error.line), error.message);
            return (reader.declared, vec![problem.instead("write it with `terraform show -json`")]);
        }
    };
    for document in &documents {
        reader.functions.refer(document);
        for resource in document.get("resources").map_or(&[][..], Node::items) {
            if resource.get("mode").and_then(Node::text) == Some("data") {
                continue;
            }
            let name = |key: &str| resource.get(key).and_then(Node::text).unwrap_or_default().to_owned();
            let module = resource.get("module").and_then(Node::text).map(|module| format!("{module}.")).unwrap_or_default();
            let address = format!("{module}{}.{}", name("type"), name("name"));
            for instance in resource.get("instances").map_or(&[][..], Node::items) {
                if let Some(values) = instance.get("attributes") {
                    reader.resource(&name("type"), &name("name"), &address, values);
                }
            }
        }
        for values in ["planned_values", "values"] {
            if let Some(root) = document.at(&[values, "root_module"]) {
                reader.module(root);
            }
        }
    }
    let Reader { mut declared, functions, .. } = reader;
    functions.tie(&mut declared.observations);
    (declared, Vec::new())
}

struct Reader {
    declared: Declared,
    left: usize,
    functions: Functions,
}

impl Reader {
    fn at(&self, line: u32) -> SourceLine {
        SourceLine { file: self.declared.file.path.clone(), line }
    }

    fn module(&mut self, root: &Node) {
        let mut stack = vec![(root, 0)];
        while let Some((module, depth)) = stack.pop() {
            for resource in module.get("resources").map_or(&[][..], Node::items) {
                let text = |key: &str| resource.get(key).and_then(Node::text).unwrap_or_default().to_owned();
                if text("mode") == "data" {
                    continue;
                }
                if let Some(values) = resource.get("values") {
                    self.resource(&text("type"), &text("name"), &text("address"), values);
                }
            }
            if depth < MOST.1 {
                stack.extend(module.get("child_modules").map_or(&[][..], Node::items).iter().map(|child| (child, depth + 1)));
            }
        }
    }

    fn resource(&mut self, kind: &str, name: &str, address: &str, values: &Node) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        let (exposure, line) = exposure_of(kind, values).unwrap_or((Exposure::Unknown, values.line));
        let images = images_of(values);
        let urls = urls_of(kind, values, exposure);
        let tag = owner_tag(values);
        if kind == "aws_lambda_function" {
            self.functions.add(address, values, tag.clone(), &images);
        }
        if exposure == Exposure::Unknown && images.is_empty() && urls.is_empty() && tag.is_none() {
            return;
        }
        let mut resources: BTreeSet<String> = BTreeSet::from([address.to_owned()]);
        for key in ["arn", "self_link"] {
            resources.extend(values.get(key).and_then(Node::text).map(ToOwned::to_owned));
        }
        resources
            .extend(values.get("id").and_then(Node::text).filter(|id| id.len() > 6 && id.contains(['-', '/', ':'])).map(ToOwned::to_owned));
        if kind == "aws_lambda_function_url" {
            self.functions.add_url(self.declared.observations.len(), address, function_name(values));
        }
        let workload = tag.unwrap_or_else(|| name.replace('_', "-"));
        let at = self.at(line);
        let resources = resources.into_iter().filter(|resource: &String| resource.len() <= 500).collect();
        self.declared.observations.push(Observation { workload, images, urls, exposure, resources, at, ..Observation::default() });
    }
}

fn text<'n>(values: &'n Node, keys: &[&str]) -> Option<&'n str> {
    get(values, keys).and_then(Node::text)
}

/// A value down a path; blocks are lists of one in states.
fn get<'n>(values: &'n Node, keys: &[&str]) -> Option<&'n Node> {
    keys.iter().try_fold(values, |node, key| match &node.value {
        Value::List(items) => items.first().and_then(|first| first.get(key)),
        _ => node.get(key),
    })
}

/// The service that tags or labels name.
fn owner_tag(values: &Node) -> Option<String> {
    const WORDS: [&str; 6] = ["service", "app.kubernetes.io/name", "app", "application", "component", "name"];
    for word in WORDS {
        for place in ["tags", "tags_all", "labels", "user_labels"] {
            let found = values.get(place).map_or(&[][..], Node::entries).iter().find(|(key, _)| key.text.eq_ignore_ascii_case(word));
            if let Some(value) = found.and_then(|(_, value)| value.text()) {
                return Some(value.to_owned());
            }
        }
    }
    None
}

/// From where a resource can be reached, and the line that says so.
fn exposure_of(kind: &str, values: &Node) -> Option<(Exposure, u32)> {
    let line = |keys: &[&str]| get(values, keys).map_or(values.line, |node| node.line);
    let open = |yes: bool| if yes { Exposure::Internet } else { Exposure::Internal };
    let flag = |keys: &[&str]| text(values, keys).map(|word| word == "true");
    let found = match kind {
        "aws_lb" | "aws_alb" | "aws_elb" => (open(flag(&["internal"]) != Some(true)), line(&["internal"])),
        "aws_instance" => {
            let public =
                text(values, &["public_ip"]).is_some_and(|ip| !ip.is_empty()) || flag(&["associate_public_ip_address"]) == Some(true);
            (open(public), line(&["public_ip"]))
        }
        "aws_db_instance" | "aws_rds_cluster_instance" | "aws_redshift_cluster" | "aws_dms_replication_instance" => {
            (open(flag(&["publicly_accessible"])?), line(&["publicly_accessible"]))
        }
        "aws_api_gateway_rest_api" => {
            let types = get(values, &["endpoint_configuration", "types"]).map_or(&[][..], Node::items);
            (open(!types.iter().any(|word| word.text() == Some("PRIVATE"))), line(&["endpoint_configuration"]))
        }
        "aws_apigatewayv2_api" | "aws_cloudfront_distribution" | "aws_s3_bucket_website_configuration" | "aws_apigatewayv2_domain_name" => {
            (Exposure::Internet, values.line)
        }
        "aws_apprunner_service" => {
            let public = flag(&["network_configuration", "ingress_configuration", "is_publicly_accessible"]);
            (open(public != Some(false)), line(&["network_configuration"]))
        }
        "aws_lambda_function_url" => (Exposure::Internet, line(&["authorization_type"])),
        "aws_ecs_service" => (open(flag(&["network_configuration", "assign_public_ip"])?), line(&["network_configuration"])),
        "google_compute_forwarding_rule" | "google_compute_global_forwarding_rule" => {
            let scheme = text(values, &["load_balancing_scheme"]).unwrap_or("EXTERNAL");
            (open(scheme.starts_with("EXTERNAL")), line(&["load_balancing_scheme"]))
        }
        "google_cloud_run_v2_service" | "google_cloud_run_service" => {
            let ingress = text(values, &["ingress"])
                .or_else(|| text(values, &["metadata", "annotations", "run.googleapis.com/ingress"]))
                .unwrap_or("INGRESS_TRAFFIC_ALL");
            (open(matches!(ingress, "INGRESS_TRAFFIC_ALL" | "all")), line(&["ingress"]))
        }
        "google_compute_instance" => {
            let public = get(values, &["network_interface", "access_config"]).is_some_and(|list| !list.items().is_empty());
            (open(public), line(&["network_interface"]))
        }
        "azurerm_linux_web_app"
        | "azurerm_windows_web_app"
        | "azurerm_app_service"
        | "azurerm_linux_function_app"
        | "azurerm_windows_function_app" => {
            let key = ["public_network_access_enabled"];
            (open(flag(&key) != Some(false)), line(&key))
        }
        "azurerm_container_app" => (open(flag(&["ingress", "external_enabled"])?), line(&["ingress"])),
        "azurerm_container_group" => (open(text(values, &["ip_address_type"]) == Some("Public")), line(&["ip_address_type"])),
        "azurerm_lb" => {
            let public = text(values, &["frontend_ip_configuration", "public_ip_address_id"]).is_some_and(|id| !id.is_empty());
            (open(public), line(&["frontend_ip_configuration"]))
        }
        "kubernetes_service" | "kubernetes_service_v1" => {
            let keys = ["spec", "type"];
            (open(text(values, &keys) == Some("LoadBalancer")), line(&keys))
        }
        "kubernetes_ingress" | "kubernetes_ingress_v1" => (Exposure::Internet, values.line),
        _ => return None,
    };
    Some(found)
}

/// Image repositories that a resource runs: wherever it says `image` or `image_uri`, and in the containers of an ECS task.
fn images_of(values: &Node) -> Vec<String> {
    let mut images = BTreeSet::new();
    let mut stack = vec![(values, 0)];
    let mut left = 20_000;
    while let Some((node, depth)) = stack.pop() {
        left -= 1;
        if left == 0 {
            break;
        }
        for (key, value) in node.entries() {
            match (key.text.as_str(), value.text()) {
                ("image" | "image_uri", Some(text)) => images.extend(image_repository(text)),
                ("container_definitions", Some(text)) => {
                    for document in yaml::documents(text).unwrap_or_default() {
                        images.extend(document.items().iter().filter_map(|one| image_repository(one.get("image")?.text()?)));
                    }
                }
                _ if depth < 16 => stack.push((value, depth + 1)),
                _ => {}
            }
        }
        if depth < 16 {
            stack.extend(node.items().iter().map(|item| (item, depth + 1)));
        }
    }
    images.into_iter().take(50).collect()
}

/// Addresses under which a resource answers.
fn urls_of(kind: &str, values: &Node, exposure: Exposure) -> Vec<String> {
    if exposure == Exposure::Unknown {
        return Vec::new();
    }
    let mut hosts: Vec<&str> = Vec::new();
    for keys in [&["aliases"][..], &["custom_domains"], &["spec", "rule"]] {
        for item in get(values, keys).map_or(&[][..], Node::items) {
            hosts.extend(item.text().or_else(|| item.get("host").and_then(Node::text)));
        }
    }
    let mut own =
        vec![&["api_endpoint"][..], &["function_url"], &["service_url"], &["uri"], &["default_hostname"], &["latest_revision_fqdn"]];
    if matches!(kind, "aws_lb" | "aws_alb" | "aws_elb") {
        own.push(&["dns_name"]);
    }
    hosts.extend(own.into_iter().filter_map(|keys| text(values, keys)));
    let whole = |host: &str| if host.contains("://") { host.to_owned() } else { format!("https://{host}") };
    let mut urls: Vec<String> = hosts.into_iter().filter(|host| !host.is_empty() && !host.contains('*')).map(whole).collect();
    urls.retain(|url| url_place(url).is_some());
    urls.sort();
    urls.dedup();
    urls
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Vec<Observation> {
        assert!(recognise(text));
        let (declared, problems) = read(FileId { repository: String::new(), path: "terraform.tfstate".into() }, text);
        assert_eq!(problems, []);
        declared.observations
    }

    #[test]
    fn a_state() {
        let found = seen(
            r#"{
  "version": 4,
  "terraform_version": "1.9.0",
  "resources": [
    {"mode": "managed", "type": "aws_lb", "name": "edge", "module": "module.web", "instances": [{"attributes": {
      "internal": false,
      "arn": "arn:aws:elasticloadbalancing:eu-1:1:loadbalancer/app/edge/5",
      "dns_name": "edge-5.elb.example.com",
      "tags": {"Service": "shop-web", "secret": "x"}}}]},
    {"mode": "managed", "type": "aws_db_instance", "name": "orders_db", "instances": [{"attributes": {"publicly_accessible": false, "password": "hunter2"}}]},
    {"mode": "managed", "type": "aws_ecs_task_definition", "name": "api", "instances": [{"attributes":
      {"container_definitions": "[{\"name\": \"api\", \"image\": \"r.example/acme/api:3\"}]"}}]},
    {"mode": "data", "type": "aws_lb", "name": "other", "instances": [{"attributes": {"internal": false}}]},
    {"mode": "managed", "type": "aws_iam_role", "name": "x", "instances": [{"attributes": {"name": "x"}}]}
  ]
}"#,
        );
        let shown: Vec<_> = found.iter().map(|one| (one.workload.as_str(), one.exposure, one.at.line)).collect();
        assert_eq!(
            shown,
            [("shop-web", Exposure::Internet, 6), ("orders-db", Exposure::Internal, 10), ("api", Exposure::Unknown, found[2].at.line)]
        );
        assert_eq!(found[0].urls, ["https://edge-5.elb.example.com"]);
        assert_eq!(found[0].resources, ["arn:aws:elasticloadbalancing:eu-1:1:loadbalancer/app/edge/5", "module.web.aws_lb.edge"]);
        assert_eq!(found[2].images, ["r.example/acme/api"]);
        assert!(!format!("{found:?}").contains("hunter2"), "no value of a state is kept");
    }

    #[test]
    fn the_address_of_a_function_is_its_services() {
        let plan = seen(
            r#"{"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {"root_module": {"child_modules": [{"address": "module.worker", "resources": [
  {"address": "module.worker.aws_lambda_function.this[0]", "mode": "managed", "type": "aws_lambda_function", "name": "this", "values":
    {"function_name": "checkout-worker", "image_uri": "r.example/acme/worker:3", "tags": {"team": "x"}}},
  {"address": "module.worker.aws_lambda_function_url.this[0]", "mode": "managed", "type": "aws_lambda_function_url", "name": "this", "values":
    {"authorization_type": "NONE", "qualifier": null}}]}]}},
 "configuration": {"root_module": {"module_calls": {"worker": {"module": {"resources": [
  {"address": "aws_lambda_function_url.this", "type": "aws_lambda_function_url", "name": "this", "expressions":
    {"function_name": {"references": ["aws_lambda_function.this[0].function_name", "aws_lambda_function.this[0]", "aws_lambda_function.this"]}}}]}}}}}}"#,
        );
        let url = plan.iter().find(|one| one.exposure == Exposure::Internet).unwrap();
        assert_eq!((url.workload.as_str(), url.images.as_slice()), ("checkout-worker", &["r.example/acme/worker".to_owned()][..]));
        let state = seen(
            r#"{"version": 4, "terraform_version": "1.9.0", "resources": [
  {"mode": "managed", "type": "aws_lambda_function", "name": "fn", "instances": [{"attributes":
    {"function_name": "acme-prod-mailer", "arn": "arn:aws:lambda:eu-1:1:function:acme-prod-mailer", "tags": {"service": "mailer"}}}]},
  {"mode": "managed", "type": "aws_lambda_function_url", "name": "fn", "instances": [{"attributes":
    {"function_name": "arn:aws:lambda:eu-1:1:function:acme-prod-mailer", "function_url": "https://abc.lambda-url.eu-1.on.aws/"}}]},
  {"mode": "managed", "type": "aws_lambda_function_url", "name": "other", "instances": [{"attributes": {"function_name": "elsewhere"}}]}]}"#,
        );
        let urls: Vec<_> = state.iter().filter(|one| one.exposure == Exposure::Internet).collect();
        assert_eq!(
            (urls[0].workload.as_str(), urls[1].workload.as_str()),
            ("mailer", "elsewhere"),
            "a function of another state by its name"
        );
        assert_eq!(urls[0].urls, ["https://abc.lambda-url.eu-1.on.aws/"]);
        assert!(urls[0].resources.contains(&"arn:aws:lambda:eu-1:1:function:acme-prod-mailer".to_owned()), "{:?}", urls[0].resources);
    }

    #[test]
    fn a_plan_with_modules() {
        let found = seen(
            r#"{"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {"root_module": {
  "resources": [{"address": "google_cloud_run_v2_service.api", "mode": "managed", "type": "google_cloud_run_v2_service", "name": "api",
    "values": {"ingress": "INGRESS_TRAFFIC_INTERNAL_ONLY", "template": [{"containers": [{"image": "r.example/acme/api@sha256:1"}]}]}}],
  "child_modules": [{"resources": [{"address": "module.x.aws_lb.y", "mode": "managed", "type": "aws_lb", "name": "y", "values": {"internal": true}}]}]}}}"#,
        );
        let shown: Vec<_> = found.iter().map(|one| (one.workload.as_str(), one.exposure)).collect();
        assert_eq!(shown, [("api", Exposure::Internal), ("y", Exposure::Internal)]);
        assert!(!recognise("{\"format_version\": 1}") && !recognise("terraform_version: 1"));
    }
}
