//! Advisories with the packages and versions that they name. Shared by all organisations.

use model::Timestamp;

use crate::{Conn, Result, Row, Value, params};

/// An advisory with its packages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdvisoryRow {
    /// As its source writes it, in upper case.
    pub id: String,
    /// `OSV`, `GitHub`, the publisher of a CSAF document.
    pub source: String,
    pub published: Option<Timestamp>,
    pub modified: Option<Timestamp>,
    pub withdrawn: Option<Timestamp>,
    pub summary: String,
    /// Its id and all other names, upper case.
    pub names: Vec<String>,
    pub packages: Vec<AdvisoryPackage>,
}

/// Versions of a package that an advisory calls affected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdvisoryPackage {
    /// Without version and qualifiers.
    pub purl: String,
    /// `debian-12`; else empty.
    pub distro: String,
    /// A range of versions.
    pub affected: String,
    pub fixed: Vec<String>,
}

/// Adds advisories, each over what it said before.
///
/// # Errors
/// Whatever the database says.
pub fn put(conn: &mut Conn, rows: &[AdvisoryRow]) -> Result<()> {
    let columns = ["id", "source", "published", "modified", "withdrawn", "summary"];
    let heads = rows.iter().map(|a| params![&a.id, &a.source, a.published, a.modified, a.withdrawn, &a.summary].to_vec());
    conn.upsert_many("advisory", &columns, &["id"], heads)?;
    for chunk in rows.chunks(500) {
        let ids = || chunk.iter().map(|row| row.id.as_str());
        conn.execute("DELETE FROM advisory_name WHERE advisory = ANY($1)", &[Value::list(ids())])?;
        conn.execute("DELETE FROM advisory_package WHERE advisory = ANY($1)", &[Value::list(ids())])?;
    }
    let names = rows.iter().flat_map(|a| a.names.iter().map(|name| params![name, &a.id].to_vec()));
    conn.upsert_many("advisory_name", &["name", "advisory"], &["name", "advisory"], names)?;
    let columns = ["advisory", "position", "purl", "distro", "affected", "fixed"];
    let packages = rows.iter().flat_map(|a| {
        (0i64..).zip(&a.packages).map(|(at, p)| params![&a.id, at, &p.purl, &p.distro, &p.affected, p.fixed.join("\n")].to_vec())
    });
    conn.upsert_many("advisory_package", &columns, &["advisory", "position"], packages)?;
    Ok(())
}

/// The advisories that have one of these names (upper case) and were not withdrawn, by id.
///
/// # Errors
/// Whatever the database says.
pub fn of_names(conn: &mut Conn, names: &[String]) -> Result<Vec<AdvisoryRow>> {
    let found = conn.query_in(
        "SELECT DISTINCT advisory FROM advisory_name WHERE name = ANY($1) ORDER BY advisory",
        &[],
        names.iter().map(|name| Value::Text(name.clone())).collect(),
    )?;
    let ids: Vec<String> = found.iter().map(|row| row.text(0)).collect::<Result<_>>()?;
    by_ids(conn, &ids)
}

/// The advisories on one of these packages that were not withdrawn, by id.
///
/// # Errors
/// Whatever the database says.
pub fn of_packages(conn: &mut Conn, purls: &[String]) -> Result<Vec<AdvisoryRow>> {
    let found = conn.query_in(
        "SELECT DISTINCT advisory FROM advisory_package WHERE purl = ANY($1) ORDER BY advisory",
        &[],
        purls.iter().map(|purl| Value::Text(purl.clone())).collect(),
    )?;
    let ids: Vec<String> = found.iter().map(|row| row.text(0)).collect::<Result<_>>()?;
    by_ids(conn, &ids)
}

/// The advisories that call a package malicious which the record has or had, by id: those with a name of the form `MAL-…`. Withdrawn ones are
/// left out.
///
/// # Errors
/// Whatever the database says.
pub fn of_malicious_packages(conn: &mut Conn, org: i64) -> Result<Vec<AdvisoryRow>> {
    let sql = "SELECT DISTINCT p.advisory FROM advisory_name n JOIN advisory_package p ON p.advisory = n.advisory \
               WHERE n.name LIKE 'MAL-%' AND EXISTS (SELECT 1 FROM component_span c WHERE c.org = $1 AND c.purl = p.purl) ORDER BY p.advisory";
    let ids: Vec<String> = conn.query_map(sql, params![org], |row| row.text(0))?;
    by_ids(conn, &ids)
}

/// Of these advisories (ids) those that name a package which the record has now, by id.
///
/// # Errors
/// Whatever the database says.
pub fn of_own_packages(conn: &mut Conn, org: i64, ids: &[String]) -> Result<Vec<String>> {
    let sql = "SELECT DISTINCT p.advisory FROM advisory_package p WHERE p.advisory = ANY($2) AND ( \
               EXISTS (SELECT 1 FROM component_span c WHERE c.org = $1 AND c.purl = p.purl AND c.until IS NULL) OR \
               EXISTS (SELECT 1 FROM component_span c WHERE c.org = $1 AND c.origin = p.purl AND c.origin <> '' AND c.until IS NULL)) ORDER BY p.advisory";
    let rows = conn.query_in(sql, params![org], ids.iter().map(|id| Value::Text(id.clone())).collect())?;
    rows.iter().map(|row| row.text(0)).collect()
}

fn by_ids(conn: &mut Conn, ids: &[String]) -> Result<Vec<AdvisoryRow>> {
    let wanted = || ids.iter().map(|id| Value::Text(id.clone())).collect::<Vec<_>>();
    let sql =
        "SELECT id, source, published, modified, withdrawn, summary FROM advisory WHERE withdrawn IS NULL AND id = ANY($1) ORDER BY id";
    let mut out: Vec<AdvisoryRow> = conn.query_in(sql, &[], wanted())?.iter().map(head).collect::<Result<_>>()?;
    let sql = "SELECT advisory, name FROM advisory_name WHERE advisory = ANY($1) ORDER BY advisory, name";
    for row in conn.query_in(sql, &[], wanted())? {
        let (advisory, name) = (row.text(0)?, row.text(1)?);
        if let Ok(at) = out.binary_search_by(|known| known.id.cmp(&advisory)) {
            out.iter_mut().skip(at).take(1).for_each(|found| found.names.push(name.clone()));
        }
    }
    let sql = "SELECT advisory, purl, distro, affected, fixed FROM advisory_package WHERE advisory = ANY($1) ORDER BY advisory, position";
    for row in conn.query_in(sql, &[], wanted())? {
        let advisory = row.text(0)?;
        let package = AdvisoryPackage {
            purl: row.text(1)?,
            distro: row.text(2)?,
            affected: row.text(3)?,
            fixed: row.text(4)?.split('\n').filter(|part| !part.is_empty()).map(str::to_owned).collect(),
        };
        if let Ok(at) = out.binary_search_by(|known| known.id.cmp(&advisory)) {
            out.iter_mut().skip(at).take(1).for_each(|found| found.packages.push(package.clone()));
        }
    }
    Ok(out)
}

fn head(row: &Row) -> Result<AdvisoryRow> {
    Ok(AdvisoryRow {
        id: row.text(0)?,
        source: row.text(1)?,
        published: row.opt_time(2)?,
        modified: row.opt_time(3)?,
        withdrawn: row.opt_time(4)?,
        summary: row.text(5)?,
        ..AdvisoryRow::default()
    })
}
