//! Generated reports in JSON and XML, the same at every run, as long as real ones and with rows of their size.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use crate::Done;

/// Writes a Trivy report of about that many bytes.
pub(super) fn trivy(file: &Path, bytes: usize) -> Done {
    let head = "{\"SchemaVersion\":2,\"CreatedAt\":\"2026-10-02T08:11:12Z\",\"ArtifactName\":\"services/api\",\"ArtifactType\":\"filesystem\",\
                \"Results\":[{\"Target\":\"package-lock.json\",\"Class\":\"lang-pkgs\",\"Type\":\"npm\",\"Vulnerabilities\":[\n";
    write(file, bytes, head, ",\n", vulnerability, "]}]}")
}

fn vulnerability(number: usize) -> String {
    let (year, name) = (2015 + number % 11, number / 7);
    format!(
        "{{\"VulnerabilityID\":\"CVE-{year}-{number}\",\"PkgID\":\"package-{name}@1.{}.0\",\"PkgName\":\"package-{name}\",\"PkgIdentifier\":{{\"PURL\":\
         \"pkg:npm/package-{name}@1.{}.0\",\"UID\":\"{number:016x}\"}},\"InstalledVersion\":\"1.{}.0\",\"FixedVersion\":\"2.0.{number}\",\"Status\":\
         \"fixed\",\"SeveritySource\":\"ghsa\",\"PrimaryURL\":\"https://avd.aquasec.com/nvd/cve-{year}-{number}\",\"Title\":\"package-{name}: input of \
         kind {number} reaches a call\",\"Description\":\"Versions before 2.0.{number} of package-{name} hand a value of the request to a call that runs \
         it. \\nAn attacker who can choose the value runs code of their own.\",\"Severity\":\"HIGH\",\"CweIDs\":[\"CWE-94\"],\"VendorSeverity\":{{\
         \"ghsa\":3,\"nvd\":3}},\"CVSS\":{{\"ghsa\":{{\"V3Vector\":\"CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H\",\"V3Score\":8.1}}}},\"References\":[\
         \"https://github.com/advisories/GHSA-{number}\",\"https://nvd.nist.gov/vuln/detail/CVE-{year}-{number}\"],\"PublishedDate\":\
         \"2024-07-15T17:15:11.797Z\",\"LastModifiedDate\":\"2026-02-21T04:11:43Z\"}}",
        number % 30,
        number % 30,
        number % 30,
    )
}

/// Writes a Nessus report of about that many bytes.
pub(super) fn nessus(file: &Path, bytes: usize) -> Done {
    let head = "<?xml version=\"1.0\" ?>\n<NessusClientData_v2>\n<Report name=\"network\">\n<ReportHost name=\"shop.example.com\"><HostProperties>\n\
                <tag name=\"host-ip\">192.0.2.17</tag>\n<tag name=\"HOST_END_TIMESTAMP\">1772706522</tag>\n</HostProperties>\n";
    write(file, bytes, head, "", item, "</ReportHost>\n</Report>\n</NessusClientData_v2>\n")
}

fn item(number: usize) -> String {
    let (plugin, port) = (10_000 + number, 1 + number % 60_000);
    format!(
        "<ReportItem port=\"{port}\" svc_name=\"www\" protocol=\"tcp\" severity=\"3\" pluginID=\"{plugin}\" pluginName=\"Server of kind {number} &lt; 5.2 \
         Multiple Vulnerabilities\" pluginFamily=\"CGI abuses\">\n<cpe>cpe:/a:vendor:server:5.1</cpe>\n<cve>CVE-2024-{number}</cve>\n\
         <cvss3_base_score>7.3</cvss3_base_score>\n<cvss3_vector>CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:L</cvss3_vector>\n<cwe>94</cwe>\n\
         <description>According to its banner, the version of the server is older than 5.2. It is, therefore, affected by several flaws of which \
         one lets an attacker run code of their own.</description>\n<risk_factor>High</risk_factor>\n<see_also>https://vendor.example.com/{number}\n\
         https://bugs.example.com/</see_also>\n<solution>Upgrade to version 5.2.{number} or later.</solution>\n<synopsis>The remote web server is \
         affected by multiple flaws.</synopsis>\n<plugin_output>Installed version : 5.1.{number}</plugin_output>\n</ReportItem>\n"
    )
}

fn write(file: &Path, bytes: usize, head: &str, between: &str, row: fn(usize) -> String, tail: &str) -> Done {
    let wrong = |error: std::io::Error| format!("{}: {error}", file.display());
    let mut out = File::create(file).map(BufWriter::new).map_err(wrong)?;
    out.write_all(head.as_bytes()).map_err(wrong)?;
    let (mut written, mut number) = (head.len(), 0);
    while written < bytes {
        let row = if number == 0 { row(number) } else { format!("{between}{}", row(number)) };
        out.write_all(row.as_bytes()).map_err(wrong)?;
        written += row.len();
        number += 1;
    }
    out.write_all(tail.as_bytes()).and_then(|()| out.flush()).map_err(wrong)
}
