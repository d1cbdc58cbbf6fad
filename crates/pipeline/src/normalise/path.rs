//! File paths: relative to the scanned root, with forward slashes, whichever machine the scan ran on.

/// Places where build services put a checkout. `*` stands for one segment.
const CHECKOUTS: [&str; 16] = [
    "/home/runner/work/*/*",
    "/Users/runner/work/*/*",
    "/github/workspace",
    "/__w/*/*",
    "/builds/*/*",
    "/home/circleci/project",
    "/home/circleci/*",
    "/home/vsts/work/*/s",
    "/agent/_work/*/s",
    "/bitrise/src",
    "/opt/atlassian/pipelines/agent/build",
    "/var/jenkins_home/workspace/*",
    "/home/jenkins/workspace/*",
    "/home/jenkins/agent/workspace/*",
    "/codebuild/output/*/src/*",
    "/drone/src",
];

/// Folders of a container into which a checkout is mounted; they count only where every absolute path of the run lies there.
const MOUNTS: [&str; 9] = ["/src", "/app", "/workspace", "/code", "/project", "/repo", "/usr/src", "/data", "/mnt"];

/// First folders of a repository: the root that paths have in common ends before them, so that it does not depend on which files happen to
/// have findings.
const TOP_FOLDERS: [&str; 28] = [
    "src",
    "app",
    "apps",
    "lib",
    "libs",
    "test",
    "tests",
    "spec",
    "pkg",
    "cmd",
    "internal",
    "crates",
    "packages",
    "services",
    "modules",
    "config",
    "scripts",
    "terraform",
    "deploy",
    "docs",
    "examples",
    ".github",
    ".gitlab",
    "charts",
    "k8s",
    "main",
    "public",
    "web",
];

/// How the paths of one run become relative.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paths {
    /// Absolute folder that is taken off, without a slash at its end.
    root: Option<String>,
    /// Folder that is put before what was relative or became so.
    prefix: Option<String>,
}

impl Paths {
    /// Paths as they are, but for spelling: absolute ones lose only their first slash. Right for the inside of images.
    #[must_use]
    pub fn untouched() -> Self {
        Self::default()
    }

    /// The rule for one run, from all its paths as the report gives them. The root to take off is a known checkout folder of a build
    /// service, else a container's mount folder, else the folder that all absolute paths share; always one that *all* absolute paths of the
    /// run lie in, so that two paths never become one.
    #[must_use]
    pub fn of_run<'a>(paths: impl IntoIterator<Item = &'a str>) -> Self {
        let mut shared = SharedFolder::default();
        paths.into_iter().for_each(|path| shared.add(path));
        shared.paths()
    }

    /// The rule for a run whose absolute paths all lie in that folder.
    fn below(shared: Option<Vec<String>>) -> Self {
        let Some(shared) = shared.filter(|shared| !shared.is_empty()) else { return Self::default() };
        let known = CHECKOUTS.iter().chain(&MOUNTS).find_map(|shape| matching_root(shape, &shared));
        let root = known.unwrap_or_else(|| {
            // Never before the second folder: `/src/…` and `/app/…` are known above, `/home/app` is a person.
            let end = shared
                .iter()
                .enumerate()
                .skip(2)
                .find(|(_, folder)| TOP_FOLDERS.contains(&folder.as_str()))
                .map_or(shared.len(), |(at, _)| at);
            format!("/{}", shared.get(..end).unwrap_or_default().join("/"))
        });
        Self { root: Some(root), prefix: None }
    }

    /// The same with the folder of `--prefix` put before every path.
    #[must_use]
    pub fn with_prefix(mut self, prefix: Option<&str>) -> Self {
        self.prefix = prefix.map(|prefix| relative(&spell(prefix))).filter(|prefix| !prefix.is_empty());
        self
    }

    /// True where [`Self::clean`] changes nothing when applied to its own answer.
    #[must_use]
    pub fn is_idempotent(&self) -> bool {
        self.prefix.is_none()
    }

    /// The path relative to the scanned root.
    #[must_use]
    pub fn clean(&self, raw: &str) -> String {
        let spelled = spell(raw);
        let below = self.root.as_deref().and_then(|root| spelled.strip_prefix(root)).and_then(|rest| rest.strip_prefix('/'));
        let relative = relative(below.filter(|rest| !rest.is_empty()).unwrap_or(&spelled));
        match &self.prefix {
            Some(prefix) if !relative.is_empty() => format!("{prefix}/{relative}"),
            Some(prefix) => prefix.clone(),
            None => relative,
        }
    }
}

/// The root that a shape (`/builds/*/*`) gives for paths below these folders.
fn matching_root(shape: &str, folders: &[String]) -> Option<String> {
    let wanted: Vec<&str> = shape.split('/').skip(1).collect();
    if wanted.len() > folders.len() {
        return None;
    }
    let fits = wanted.iter().zip(folders).all(|(wanted, folder)| *wanted == "*" || wanted == folder);
    fits.then(|| format!("/{}", folders.get(..wanted.len()).unwrap_or_default().join("/")))
}

/// Forward slashes, no `file:` head (whose percent escapes are decoded), no drive, no `.` and empty segments, `..` resolved without
/// climbing out. Absolute stays absolute. Another scheme's address stays as it is.
fn spell(raw: &str) -> String {
    let raw = raw.trim();
    let is_file = raw.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("file:"));
    let decoded;
    let path = if is_file {
        let rest = raw.get(5..).unwrap_or_default();
        let rest = rest.strip_prefix("//").map_or(rest, |rest| rest.strip_prefix("localhost").unwrap_or(rest));
        decoded = percent_decoded(rest);
        decoded.as_str()
    } else {
        if raw.contains("://") {
            return raw.to_owned();
        }
        raw
    };
    let slashes = path.replace('\\', "/");
    let mut path = slashes.as_str();
    // `/C:/x` (in a file address), `C:/x`.
    let inner = path.strip_prefix('/').unwrap_or(path);
    if let [drive, b':', rest @ ..] = inner.as_bytes()
        && drive.is_ascii_alphabetic()
        && (rest.is_empty() || rest.first() == Some(&b'/'))
    {
        path = inner.get(2..).unwrap_or_default();
    }
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            _ => segments.push(segment),
        }
    }
    let joined = segments.join("/");
    if path.starts_with('/') { format!("/{joined}") } else { joined }
}

/// Without the first slash. What then looks like a head that [`spell`] takes off (`/c:/x`) is taken off too, so that twice is once.
fn relative(path: &str) -> String {
    let mut path = path.trim_start_matches('/').to_owned();
    for _ in 0..8 {
        let again = spell(&path).trim_start_matches('/').to_owned();
        if again == path {
            break;
        }
        path = again;
    }
    path
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = match tail {
            [high, low, ..] if *first == b'%' => hex_digit(*high).zip(hex_digit(*low)),
            _ => None,
        };
        match code {
            Some((high, low)) => {
                bytes.push(high * 16 + low);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// The folder that all absolute paths of a run share, found a path at a time: [`Paths::of_run`] for runs that are not held in memory.
#[derive(Clone, Debug, Default)]
pub struct SharedFolder(Option<Vec<String>>);

impl SharedFolder {
    /// Takes one more path, as the report gives it.
    pub fn add(&mut self, path: &str) {
        let spelled = spell(path);
        if !spelled.starts_with('/') {
            return;
        }
        let mut folders: Vec<&str> = spelled.split('/').skip(1).collect();
        folders.pop();
        match &mut self.0 {
            None => self.0 = Some(folders.iter().map(|folder| (*folder).to_owned()).collect()),
            Some(shared) => {
                let same = shared.iter().zip(&folders).take_while(|(a, b)| a == b).count();
                shared.truncate(same);
            }
        }
    }

    /// The rule for the run.
    #[must_use]
    pub fn paths(&self) -> Paths {
        Paths::below(self.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cleaned(paths: &[&str]) -> Vec<String> {
        let rule = Paths::of_run(paths.iter().copied());
        paths.iter().map(|path| rule.clean(path)).collect()
    }

    #[test]
    fn spelling() {
        for path in ["src/a b.py", "./src/a b.py", "file:src/a%20b.py", r"src\a b.py", "src//x/../a b.py", "../src/a b.py", " src/a b.py "]
        {
            assert_eq!(cleaned(&[path]), ["src/a b.py"], "{path}");
        }
        assert_eq!(cleaned(&["100%25.py"]), ["100%25.py"]);
        assert_eq!(cleaned(&["https://example.com/a.js"]), ["https://example.com/a.js"]);
    }

    #[test]
    fn checkouts_of_build_services() {
        for root in [
            "/home/runner/work/shop/shop/",
            "/github/workspace/",
            "/builds/acme/shop/",
            "file:///builds/acme/shop/",
            "/src/",
            "/app/",
            r"C:\a\b\..\..\src\",
        ] {
            let paths = [format!("{root}src/a.py"), format!("{root}src/b.py")];
            assert_eq!(cleaned(&[&paths[0], &paths[1]]), ["src/a.py", "src/b.py"], "{root}");
        }
    }

    #[test]
    fn one_file_gives_the_same_path_as_many() {
        assert_eq!(cleaned(&["/home/jo/shop/src/deep/er/a.py"]), ["src/deep/er/a.py"]);
        assert_eq!(cleaned(&["/home/jo/shop/src/deep/er/a.py", "/home/jo/shop/Dockerfile"]), ["src/deep/er/a.py", "Dockerfile"]);
        assert_eq!(cleaned(&["/tmp/x1/shop/a.py", "/tmp/x1/shop/b/c.py"]), ["a.py", "b/c.py"]);
    }

    #[test]
    fn mounts_count_only_for_all() {
        assert_eq!(cleaned(&["/app/a.py", "/src/a.py"]), ["app/a.py", "src/a.py"]);
        assert_eq!(cleaned(&["/app/a.py", "b/a.py"]), ["a.py", "b/a.py"]);
    }

    #[test]
    fn the_inside_of_an_image_stays() {
        let rule = Paths::untouched();
        assert_eq!(rule.clean("/app/package-lock.json"), "app/package-lock.json");
        assert_eq!(rule.clean("app/package-lock.json"), "app/package-lock.json");
    }

    #[test]
    fn prefix() {
        let rule = Paths::of_run([]).with_prefix(Some("./services/api/"));
        assert_eq!(rule.clean("package-lock.json"), "services/api/package-lock.json");
        assert_eq!(Paths::of_run([]).with_prefix(Some(".")).clean("a"), "a");
    }

    proptest! {
        #[test]
        fn twice_is_once_and_two_stay_two(paths in proptest::collection::vec("(/|/app/|/src/|/builds/a/b/|/home/u/p/)([a-c]{1,2}/){0,3}[a-c]{1,2}\\.py", 1..6)) {
            let rule = Paths::of_run(paths.iter().map(String::as_str));
            let mut seen = std::collections::BTreeMap::new();
            for path in &paths {
                let once = rule.clean(path);
                prop_assert_eq!(rule.clean(&once), once.clone());
                prop_assert_eq!(seen.entry(once).or_insert(path), &path);
            }
        }

        #[test]
        fn anything_can_be_cleaned(path in "\\PC{0,40}") {
            let rule = Paths::of_run([path.as_str()]);
            let once = rule.clean(&path);
            prop_assert_eq!(Paths::untouched().clean(&once), once);
        }
    }
}
