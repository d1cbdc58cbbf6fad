/** What feeds are called and what they say. One that is not named here is shown by its own name. */
export const FEEDS: Record<string, { label: string; what: string }> = {
  kev: { label: "KEV", what: "what is known to be exploited" },
  epss: { label: "EPSS", what: "how likely exploitation is in the next 30 days" },
  vulnrichment: { label: "Vulnrichment", what: "SSVC inputs, CVSS and weaknesses" },
  exploits: { label: "Exploit lists", what: "for what exploit code is public" },
  advisories: { label: "Advisories", what: "which versions are affected, or malicious" },
  end_of_life: { label: "End of life", what: "releases for which no fix will come" },
  aliases: { label: "Aliases", what: "names of the same vulnerability" },
  cwe: { label: "CWE", what: "classes of weakness" },
  cwe_mappings: { label: "CWE mappings", what: "how classes relate to other lists" },
  decision_table: { label: "Decision table", what: "a table that gives deadlines" },
};
