//! Kubernetes manifests: which images a workload runs, and from where it can be reached.
//!
//! Read: Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob, Pod and `List` of them; Service; Ingress; Gateway and the routes of the
//! Gateway API. A way in leads from an Ingress or route to a Service by name, and from a Service to workloads by labels, all in one
//! namespace of one file. Exposure is what the manifests ask for; a firewall in front is not seen. Sources: kubernetes.io, "Service", "Ingress";
//! gateway-api.sigs.k8s.io; the load-balancer annotations of AWS, Azure and Google Cloud.

use std::collections::{BTreeMap, BTreeSet};

use model::{Exposure, SourceLine};

use super::yaml::{self, Node};
use super::{Declared, FileId, Observation, Problem};
use crate::normalise::image_repository;

/// Most workload–service pairs that are compared; a larger file is cut into namespaces by its author.
const MAX_PAIRS: usize = 4_000_000;

/// Lines that are looked at to know a manifest.
const LOOKED_AT: usize = 5000;

/// True where a text looks like a manifest.
#[must_use]
pub fn recognise(text: &str) -> bool {
    let starts = |word: &str| text.lines().take(LOOKED_AT).any(|line| line.trim_start_matches("- ").trim_start().starts_with(word));
    let json = text.trim_start().starts_with('{') && text.contains("\"apiVersion\"") && text.contains("\"kind\"");
    (json || (starts("apiVersion:") && starts("kind:"))) && !super::backstage::recognise(text)
}

/// Reads manifests. Templates that are not YAML yet (Helm) are a problem, unknown kinds are left out.
#[must_use]
pub fn read(file: FileId, text: &str) -> (Declared, Vec<Problem>) {
    let mut declared = Declared { file, lenient: true, ..Declared::default() };
    let documents = match yaml::documents(text) {
        Ok(documents) => documents,
        Err(error) => {
            let at = SourceLine { file: declared.file.path.clone(), line: error.line };
            let problem = Problem::error(at, error.message);
            let problem = if text.contains("{{") { problem.instead("render the template first: `helm template`") } else { problem };
            return (declared, vec![problem]);
        }
    };
    let mut cluster = Cluster::default();
    for document in &documents {
        if document.get("kind").and_then(Node::text).is_some_and(|kind| kind.ends_with("List")) {
            document.get("items").map_or(&[][..], Node::items).iter().for_each(|item| cluster.add(item));
        } else {
            cluster.add(document);
        }
    }
    declared.observations = cluster.observations(&declared.file.path);
    (declared, Vec::new())
}

/// Namespace and name.
type Id<'n> = (&'n str, &'n str);

struct Workload<'n> {
    id: Id<'n>,
    line: u32,
    labels: Vec<(&'n str, &'n str)>,
    images: Vec<String>,
}

struct Service<'n> {
    id: Id<'n>,
    line: u32,
    selector: Vec<(&'n str, &'n str)>,
    exposure: Exposure,
}

/// A way in: from where, under which addresses, to which service.
struct Door<'n> {
    line: u32,
    exposure: Exposure,
    urls: Vec<String>,
    /// Gateways that a route hangs on; they decide its exposure.
    gateways: Vec<Id<'n>>,
    to: Id<'n>,
}

#[derive(Default)]
struct Cluster<'n> {
    workloads: Vec<Workload<'n>>,
    services: Vec<Service<'n>>,
    doors: Vec<Door<'n>>,
    gateways: BTreeMap<Id<'n>, Exposure>,
}

impl<'n> Cluster<'n> {
    fn add(&mut self, object: &'n Node) {
        let text = |keys: &[&str]| object.at(keys).and_then(Node::text);
        let Some(name) = text(&["metadata", "name"]) else { return };
        let id = (text(&["metadata", "namespace"]).unwrap_or_default(), name);
        let line = object.at(&["metadata", "name"]).map_or(object.line, |node| node.line);
        match text(&["kind"]).unwrap_or_default() {
            "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" => self.workload(id, line, object.at(&["spec", "template"])),
            "CronJob" => self.workload(id, line, object.at(&["spec", "jobTemplate", "spec", "template"])),
            "Pod" => self.workload(id, line, Some(object)),
            "Service" => {
                let selector = pairs(object.at(&["spec", "selector"]));
                self.services.push(Service { id, line, selector, exposure: service_exposure(object) });
            }
            "Ingress" => self.ingress(id, object),
            "Gateway" => {
                let class = text(&["spec", "gatewayClassName"]).unwrap_or_default();
                self.gateways.insert(id, if is_internal(class) || says_internal(object) { Exposure::Internal } else { Exposure::Internet });
            }
            "HTTPRoute" | "GRPCRoute" | "TLSRoute" | "TCPRoute" | "UDPRoute" => self.route(id, object),
            _ => {}
        }
    }

    fn workload(&mut self, id: Id<'n>, line: u32, template: Option<&'n Node>) {
        let Some(template) = template else { return };
        let containers = template.at(&["spec", "containers"]).map_or(&[][..], Node::items);
        let mut images: Vec<String> =
            containers.iter().filter_map(|container| container.get("image").and_then(Node::text)).filter_map(image_repository).collect();
        images.sort();
        images.dedup();
        self.workloads.push(Workload { id, line, labels: pairs(template.at(&["metadata", "labels"])), images });
    }

    fn ingress(&mut self, id: Id<'n>, object: &'n Node) {
        let exposure = ingress_exposure(object);
        let service = |backend: &'n Node| backend.at(&["service", "name"]).or_else(|| backend.get("serviceName")).and_then(Node::text);
        if let Some(backend) = object.at(&["spec", "defaultBackend"]).or_else(|| object.at(&["spec", "backend"]))
            && let Some(name) = service(backend)
        {
            self.doors.push(Door { line: backend.line, exposure, urls: Vec::new(), gateways: Vec::new(), to: (id.0, name) });
        }
        for rule in object.at(&["spec", "rules"]).map_or(&[][..], Node::items) {
            let host = rule.get("host").and_then(Node::text);
            for path in rule.at(&["http", "paths"]).map_or(&[][..], Node::items) {
                let Some(name) = path.get("backend").and_then(service) else { continue };
                let urls = url(host, path.get("path").and_then(Node::text)).into_iter().collect();
                self.doors.push(Door { line: path.line, exposure, urls, gateways: Vec::new(), to: (id.0, name) });
            }
        }
    }

    fn route(&mut self, id: Id<'n>, object: &'n Node) {
        let text = |node: &'n Node, key: &str| node.get(key).and_then(Node::text);
        let parents = object.at(&["spec", "parentRefs"]).map_or(&[][..], Node::items);
        let gateways: Vec<Id<'n>> =
            parents.iter().filter_map(|parent| Some((text(parent, "namespace").unwrap_or(id.0), text(parent, "name")?))).collect();
        let hosts: Vec<&str> = object.at(&["spec", "hostnames"]).map_or(&[][..], Node::items).iter().filter_map(Node::text).collect();
        for rule in object.at(&["spec", "rules"]).map_or(&[][..], Node::items) {
            let matches = rule.get("matches").map_or(&[][..], Node::items);
            let mut paths: Vec<Option<&str>> = matches.iter().map(|one| one.at(&["path", "value"]).and_then(Node::text)).collect();
            if paths.is_empty() {
                paths.push(None);
            }
            let urls: Vec<String> =
                hosts.iter().flat_map(|host| paths.iter().filter_map(move |path| url(Some(*host), *path))).take(1000).collect();
            for backend in rule.get("backendRefs").map_or(&[][..], Node::items) {
                if let Some(name) = text(backend, "name") {
                    let to = (text(backend, "namespace").unwrap_or(id.0), name);
                    let urls = urls.clone();
                    self.doors.push(Door { line: rule.line, exposure: Exposure::Internet, urls, gateways: gateways.clone(), to });
                }
            }
        }
    }

    /// One observation for each workload: its images, and the widest way in with the line that opens it.
    fn observations(&self, file: &str) -> Vec<Observation> {
        let mut by_service: BTreeMap<Id<'_>, Vec<&Door<'_>>> = BTreeMap::new();
        for door in &self.doors {
            by_service.entry(door.to).or_default().push(door);
        }
        let mut left = MAX_PAIRS;
        let mut seen = Vec::new();
        for workload in &self.workloads {
            let mut exposure = (Exposure::Unknown, workload.line);
            let mut urls = BTreeSet::new();
            for service in &self.services {
                left = left.saturating_sub(1);
                let chosen = left > 0
                    && service.id.0 == workload.id.0
                    && !service.selector.is_empty()
                    && service.selector.iter().all(|pair| workload.labels.contains(pair));
                if !chosen {
                    continue;
                }
                exposure = wider(exposure, (service.exposure, service.line));
                for door in by_service.get(&service.id).into_iter().flatten() {
                    exposure = wider(exposure, (self.exposure_of(door), door.line));
                    urls.extend(door.urls.iter().cloned());
                }
            }
            let at = SourceLine { file: file.to_owned(), line: exposure.1 };
            let (images, urls) = (workload.images.clone(), urls.into_iter().collect());
            seen.push(Observation { workload: workload.id.1.to_owned(), images, urls, exposure: exposure.0, at, ..Observation::default() });
        }
        seen
    }

    /// A route is as exposed as its widest gateway; of gateways in other files nothing is known, and they are what the internet comes in by.
    fn exposure_of(&self, door: &Door<'_>) -> Exposure {
        let widest = door.gateways.iter().map(|gateway| self.gateways.get(gateway).copied().unwrap_or(Exposure::Internet)).max();
        widest.unwrap_or(door.exposure)
    }
}

fn wider(a: (Exposure, u32), b: (Exposure, u32)) -> (Exposure, u32) {
    if b.0 > a.0 { b } else { a }
}

/// `LoadBalancer` is the internet unless an annotation keeps it inside; all other types are the cluster's own or its nodes' network.
fn service_exposure(object: &Node) -> Exposure {
    match object.at(&["spec", "type"]).and_then(Node::text) {
        Some("LoadBalancer") if says_internal(object) => Exposure::Internal,
        Some("LoadBalancer") => Exposure::Internet,
        Some("ExternalName") => Exposure::Unknown,
        _ => Exposure::Internal,
    }
}

/// An Ingress is the internet unless its class or an annotation keeps it inside. The AWS controller keeps it inside unless told otherwise.
fn ingress_exposure(object: &Node) -> Exposure {
    let annotation = |name: &str| object.at(&["metadata", "annotations", name]).and_then(Node::text);
    let class = object.at(&["spec", "ingressClassName"]).and_then(Node::text).or_else(|| annotation("kubernetes.io/ingress.class"));
    let scheme = annotation("alb.ingress.kubernetes.io/scheme");
    match (class, scheme) {
        (_, Some("internet-facing")) => Exposure::Internet,
        (Some("alb"), _) | (_, Some("internal")) => Exposure::Internal,
        (Some(class), _) if is_internal(class) => Exposure::Internal,
        _ if says_internal(object) => Exposure::Internal,
        _ => Exposure::Internet,
    }
}

/// Names of classes that stay inside: `nginx-internal`, `private`, Google's `gke-l7-rilb`.
fn is_internal(class: &str) -> bool {
    let class = class.to_ascii_lowercase();
    ["internal", "private", "rilb"].iter().any(|word| class.contains(word))
}

/// Annotations by which the clouds keep a load balancer inside.
fn says_internal(object: &Node) -> bool {
    const INSIDE: [(&str, &[&str]); 8] = [
        ("service.beta.kubernetes.io/aws-load-balancer-internal", &["true", "0.0.0.0/0"]),
        ("service.beta.kubernetes.io/aws-load-balancer-scheme", &["internal"]),
        ("service.beta.kubernetes.io/azure-load-balancer-internal", &["true"]),
        ("appgw.ingress.kubernetes.io/use-private-ip", &["true"]),
        ("networking.gke.io/load-balancer-type", &["internal"]),
        ("cloud.google.com/load-balancer-type", &["internal"]),
        ("service.beta.kubernetes.io/oci-load-balancer-internal", &["true"]),
        ("service.beta.kubernetes.io/openstack-internal-load-balancer", &["true"]),
    ];
    const CALLERS: [&str; 2] = ["nginx.ingress.kubernetes.io/whitelist-source-range", "nginx.ingress.kubernetes.io/allowlist-source-range"];
    let annotation = |name: &str| object.at(&["metadata", "annotations", name]).and_then(Node::text);
    let callers = CALLERS.iter().find_map(|name| annotation(name)).map(|text| text.split(',').collect::<Vec<_>>());
    let ranges = || object.at(&["spec", "loadBalancerSourceRanges"]).map(|node| node.items().iter().filter_map(Node::text).collect());
    INSIDE.iter().any(|(name, words)| annotation(name).is_some_and(|value| words.contains(&value.to_ascii_lowercase().as_str())))
        || callers.or_else(ranges).is_some_and(|ranges| !ranges.is_empty() && ranges.iter().all(|range| is_private(range)))
}

/// Addresses that are not of the internet (RFC 1918, RFC 6598, RFC 4193, loopback).
fn is_private(range: &str) -> bool {
    let (address, bits) = range.trim().split_once('/').unwrap_or((range.trim(), "128"));
    let Ok(bits) = bits.parse::<u8>() else { return false };
    match address.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(at)) => {
            let [a, b, ..] = at.octets();
            (matches!(a, 10 | 127) && bits >= 8)
                || (a == 172 && (16..32).contains(&b) && bits >= 12)
                || (a == 192 && b == 168 && bits >= 16)
                || (a == 100 && (64..128).contains(&b) && bits >= 10)
        }
        Ok(std::net::IpAddr::V6(at)) => at.segments().first().is_some_and(|head| head >> 9 == 0xfc >> 1 && bits >= 7),
        Err(_) => false,
    }
}

fn pairs(node: Option<&Node>) -> Vec<(&str, &str)> {
    node.map_or(&[][..], Node::entries).iter().take(64).filter_map(|(key, value)| Some((key.text.as_str(), value.text()?))).collect()
}

/// The address of a host and path; none for patterns.
fn url(host: Option<&str>, path: Option<&str>) -> Option<String> {
    let host = host.filter(|host| !host.contains('*') && !host.is_empty())?;
    let path = path.unwrap_or("/");
    let plain = !path.contains(['(', '*', '[', '$', '^', '?', '\\', '|']);
    plain.then(|| format!("https://{host}{}", path.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Vec<Observation> {
        let (declared, problems) = read(FileId { repository: String::new(), path: "k8s.yaml".into() }, text);
        assert_eq!(problems, []);
        declared.observations
    }

    const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: shop-api, namespace: prod}
spec:
  template:
    metadata: {labels: {app: shop-api, tier: web}}
    spec:
      containers:
        - {name: api, image: \"registry.acme.example/acme/shop-api:1.4\"}
        - {name: proxy, image: envoyproxy/envoy}
---
";

    #[test]
    fn callers_that_are_all_inside() {
        for (range, inside) in [
            ("10.0.0.0/8", true),
            ("10.0.0.0/4", false),
            ("172.20.0.0/16", true),
            ("172.32.0.0/16", false),
            (" 192.168.1.7 ", true),
            ("fd00::/8", true),
            ("2001:db8::/32", false),
            ("0.0.0.0/0", false),
            ("x", false),
        ] {
            assert_eq!(is_private(range), inside, "{range}");
        }
        let ingress = |ranges: &str| {
            let text = format!(
                "kind: Ingress\nmetadata: {{annotations: {{nginx.ingress.kubernetes.io/whitelist-source-range: \"{ranges}\"}}}}\nspec: {{}}\n"
            );
            ingress_exposure(&yaml::documents(&text).unwrap()[0])
        };
        assert_eq!(ingress("10.0.0.0/8,192.168.0.0/16"), Exposure::Internal);
        assert_eq!(ingress("10.0.0.0/8,203.0.113.0/24"), Exposure::Internet);
    }

    fn service(kind: &str, annotation: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: api, namespace: prod, annotations: {{{annotation}}}}}\nspec: {{type: {kind}, selector: {{app: shop-api}}}}\n---\n"
        )
    }

    #[test]
    fn images_and_load_balancers() {
        for (kind, annotation, exposure) in [
            ("LoadBalancer", "", Exposure::Internet),
            ("LoadBalancer", "service.beta.kubernetes.io/aws-load-balancer-scheme: internal", Exposure::Internal),
            ("LoadBalancer", "networking.gke.io/load-balancer-type: \"Internal\"", Exposure::Internal),
            ("LoadBalancer", "service.beta.kubernetes.io/azure-load-balancer-internal: \"true\"", Exposure::Internal),
            ("NodePort", "", Exposure::Internal),
            ("ClusterIP", "", Exposure::Internal),
        ] {
            let found = seen(&(DEPLOYMENT.to_owned() + &service(kind, annotation)));
            assert_eq!(found[0].exposure, exposure, "{kind} {annotation}");
            assert_eq!(found[0].images, ["docker.io/envoyproxy/envoy", "registry.acme.example/acme/shop-api"]);
            assert_eq!((found[0].workload.as_str(), found[0].at.line), ("shop-api", 14));
        }
        assert_eq!(seen(DEPLOYMENT)[0].exposure, Exposure::Unknown);
        let elsewhere = service("LoadBalancer", "").replace("prod", "test");
        assert_eq!(seen(&(DEPLOYMENT.to_owned() + &elsewhere))[0].exposure, Exposure::Unknown, "another namespace");
    }

    #[test]
    fn ingress_gives_exposure_and_urls() {
        let ingress = |class: &str, annotation: &str| {
            format!(
                "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: in, namespace: prod, annotations: {{{annotation}}}}}\nspec:\n  ingressClassName: {class}\n  rules:\n    - host: shop.acme.example\n      http: {{paths: [{{path: /api/, pathType: Prefix, backend: {{service: {{name: api}}}}}}]}}\n    - host: \"*.acme.example\"\n      http: {{paths: [{{path: /, backend: {{service: {{name: api}}}}}}]}}\n"
            )
        };
        for (class, annotation, exposure) in [
            ("nginx", "", Exposure::Internet),
            ("nginx-internal", "", Exposure::Internal),
            ("alb", "", Exposure::Internal),
            ("alb", "alb.ingress.kubernetes.io/scheme: internet-facing", Exposure::Internet),
        ] {
            let found = seen(&(DEPLOYMENT.to_owned() + &service("ClusterIP", "") + &ingress(class, annotation)));
            assert_eq!(found[0].exposure, exposure, "{class} {annotation}");
            assert_eq!(found[0].urls, ["https://shop.acme.example/api"]);
        }
    }

    #[test]
    fn gateway_routes() {
        let route = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r, namespace: prod}\nspec:\n  parentRefs: [{name: edge, namespace: infra}]\n  hostnames: [shop.acme.example]\n  rules:\n    - matches: [{path: {type: PathPrefix, value: /api}}]\n      backendRefs: [{name: api, port: 80}]\n---\n";
        let gateway = |class: &str| {
            format!(
                "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {{name: edge, namespace: infra}}\nspec: {{gatewayClassName: {class}}}\n"
            )
        };
        let base = DEPLOYMENT.to_owned() + &service("ClusterIP", "") + route;
        for (more, exposure) in [
            (String::new(), Exposure::Internet),
            (gateway("gke-l7-global-external-managed"), Exposure::Internet),
            (gateway("gke-l7-rilb"), Exposure::Internal),
        ] {
            let found = seen(&(base.clone() + &more));
            assert_eq!((found[0].exposure, found[0].urls.as_slice()), (exposure, &["https://shop.acme.example/api".to_owned()][..]));
        }
    }

    #[test]
    fn lists_cron_jobs_and_templates() {
        let list = "apiVersion: v1\nkind: List\nitems:\n  - apiVersion: batch/v1\n    kind: CronJob\n    metadata: {name: nightly}\n    spec: {jobTemplate: {spec: {template: {spec: {containers: [{image: acme/jobs}]}}}}}\n";
        assert_eq!(seen(list)[0].images, ["docker.io/acme/jobs"]);
        assert!(recognise(list) && recognise(DEPLOYMENT) && !recognise("version: 1\n"));
        let (_, problems) = read(FileId::default(), "apiVersion: v1\nkind: Pod\nmetadata: {{ .Values.x }}: [\n");
        assert!(problems[0].instead.as_deref().is_some_and(|text| text.contains("helm template")), "{problems:?}");
    }
}
