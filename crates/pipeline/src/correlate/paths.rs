//! Longest prefix on segment borders: which of many declared paths holds a given one.

use std::collections::HashMap;

/// Folders above a declared path that are remembered; the reader refuses deeper ones.
const MAX_FOLDERS: usize = 64;

/// Declared paths of one repository or one host. Paths are tidy (no slash at either end); the empty path is the root.
#[derive(Clone, Debug, Default)]
pub(super) struct PathMap<T> {
    exact: HashMap<String, Vec<T>>,
    /// Each folder above a declared path, with what is declared in it.
    folders: HashMap<String, Vec<T>>,
    /// Most segments of a declared path: deeper prefixes need not be looked up, however long a hostile path is.
    depth: usize,
}

impl<T: Copy + Ord> PathMap<T> {
    /// Declares that `item` owns `path`.
    pub(super) fn insert(&mut self, path: &str, item: T) {
        self.depth = self.depth.max(if path.is_empty() { 0 } else { path.split('/').count() });
        self.exact.entry(path.to_owned()).or_default().push(item);
        let folders = path.match_indices('/').map(|(at, _)| at).take(MAX_FOLDERS).filter_map(|end| path.get(..end)).chain([""]);
        for folder in folders {
            let inside = self.folders.entry(folder.to_owned()).or_default();
            if let Err(at) = inside.binary_search(&item) {
                inside.insert(at, item);
            }
        }
    }

    /// The longest declared path that is `path` or a folder above it, with its items.
    pub(super) fn longest<'a>(&'a self, path: &str) -> Option<(&'a str, &'a [T])> {
        let mut ends: Vec<usize> = path.match_indices('/').map(|(at, _)| at).take(self.depth).collect();
        if ends.len() < self.depth {
            ends.push(path.len());
        }
        ends.iter()
            .rev()
            .filter_map(|end| path.get(..*end))
            .chain(std::iter::once(""))
            .find_map(|prefix| self.exact.get_key_value(prefix).map(|(known, items)| (known.as_str(), items.as_slice())))
    }

    /// The nearest folder above the file `path` that has declared paths in it, with their items, sorted. The root holds everything,
    /// so this is `None` only where nothing is declared.
    pub(super) fn nearest_folder<'a>(&'a self, path: &str) -> Option<(&'a str, &'a [T])> {
        let borders: Vec<usize> = path.match_indices('/').map(|(at, _)| at).take(self.depth).collect();
        borders
            .iter()
            .rev()
            .filter_map(|end| path.get(..*end))
            .chain([""])
            .find_map(|folder| self.folders.get_key_value(folder).map(|(known, items)| (known.as_str(), items.as_slice())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// True where `path` is `folder` or below it.
    fn is_inside(path: &str, folder: &str) -> bool {
        folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    fn map(paths: &[&str]) -> PathMap<usize> {
        let mut map = PathMap::default();
        for (item, path) in paths.iter().enumerate() {
            map.insert(path, item);
        }
        map
    }

    #[test]
    fn longest_wins_on_segment_borders() {
        let paths = map(&["services/api", "services/api/admin", "web"]);
        assert_eq!(paths.longest("services/api/x.py"), Some(("services/api", &[0][..])));
        assert_eq!(paths.longest("services/api/admin/x.py"), Some(("services/api/admin", &[1][..])));
        assert_eq!(paths.longest("services/api"), Some(("services/api", &[0][..])));
        assert_eq!(paths.longest("services/api-v2/x.py"), None);
        assert_eq!(paths.longest("package-lock.json"), None);
        assert_eq!(map(&["", "web"]).longest("lib/x"), Some(("", &[0][..])));
    }

    #[test]
    fn the_nearest_folder_that_has_services() {
        let paths = map(&["services/api", "services/web", "tools/cli"]);
        assert_eq!(paths.nearest_folder("services/package-lock.json"), Some(("services", &[0, 1][..])));
        assert_eq!(paths.nearest_folder("package-lock.json"), Some(("", &[0, 1, 2][..])));
        assert_eq!(paths.nearest_folder("services/shared/x.py"), Some(("services", &[0, 1][..])));
        assert_eq!(paths.nearest_folder("libs/x/y.py"), Some(("", &[0, 1, 2][..])));
        assert_eq!(map(&[]).nearest_folder("x"), None);
    }

    proptest! {
        #[test]
        fn longest_equals_the_slow_way(declared in prop::collection::vec("[ab](/[ab]){0,3}", 0..6), path in "[ab](/[ab]){0,5}") {
            let declared: Vec<&str> = declared.iter().map(String::as_str).collect();
            let slow = declared.iter().filter(|known| is_inside(&path, known)).map(|known| known.len()).max();
            prop_assert_eq!(map(&declared).longest(&path).map(|(known, _)| known.len()), slow);
        }
    }
}
