//! Readers of KEV, EPSS, CVSS, CWE, SSVC and alias feeds, and the tables that they fill. Pure.
