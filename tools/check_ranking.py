#!/usr/bin/env python3
"""Computes every score, tier and deadline of an export again, from the model and the facts in it, and says where they differ.

    muster export --all FILE
    python3 tools/check_ranking.py FILE

Exit 0: all are right. 1: some differ, each with what was said and what comes out. 2: the file is no export.

It shares nothing with Muster but the file: Python's standard library, and the rules as docs/ranking.md states them. Points are tenths of a
deciban (100 * log10 of odds), always integers. Taken from the file: CVSS scores (FIRST's formulas) and for which issues the condition of an
own signal holds.
"""
import json
import math
import re
import sys
from datetime import datetime, timedelta, timezone

SCALES = [["no", "yes"], ["low", "medium", "high", "critical"], ["none", "poc", "active"]]
SCALES += [["small", "controlled", "open"], ["low", "medium", "high", "very high"]]
DAYS = {"next": None}  # and what tables name
KINDS = "sast dast iast sca container iac secret api cloud pipeline config license malware runtime pentest".split()
PACKAGE, CODE = {"sca", "container"}, {"sast", "dast", "iast", "api", "runtime", "pentest"}
INFRASTRUCTURE, PROOFS = {"iac", "cloud", "pipeline", "config"}, ["not_live", "pentest", "iast", "dast", "live_secret"]
STAND_IN = {"critical": 9.5, "high": 8.0, "medium": 5.5, "low": 2.0, "info": 0.5}  # for a CVSS score that is not known
CVE = re.compile(r"CVE-(1999|20\d\d)-\d{4,19}", re.ASCII)


def time(text):
    """An instant, to the millisecond that Muster keeps."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc)


def days(outcome):
    return DAYS[outcome] if outcome in DAYS else int(outcome.removesuffix("-triage").removesuffix("d"))


def half_away(value):
    """To the nearest integer, halves away from zero."""
    whole = math.floor(abs(value))
    return int(math.copysign(whole + (abs(value) - whole >= 0.5), value))


class Facts:
    """What is known of one issue at the time of the file: who says so first, what has grown old, which side of a contradiction counts."""

    def __init__(self, head, known, given):
        self.model, self.now, self.given = head["model"], time(head["at"]), given
        self.kinds = given.get("kinds") or []
        self.said = {said["fact"]: said["value"] for said in given.get("said") or []}
        self.cves = sorted({x.strip().upper() for x in given.get("identifiers") or [] if CVE.fullmatch(x.strip().upper())})
        intel = [known[cve] for cve in self.cves if cve in known]
        listed = [x["kev"] for x in intel if x.get("kev") and time(x["kev"]["added"]) <= self.now]
        self.kev = min(listed, key=lambda kev: time(kev["added"])) if listed else None
        self.kev_known = head["has_kev"] or self.kev is not None
        self.epss = max((x["epss"]["score"] for x in intel if x.get("epss")), default=None)
        self.vendor_entries = max((x["vendor"]["entries"] for x in intel if x.get("vendor")), default=0)
        self.exploit = self.exploitation(head, intel)
        lists = [x.get("cvss") or [] for x in intel] + [given.get("cvss") or []]
        self.cvss = self.best_cvss(lists)
        stated = [x["ssvc"] for x in intel if x.get("ssvc")]
        derived = [words for scores in lists for words in map(derived_ssvc, (x.get("vector") for x in scores)) if words]
        self.ssvc = {}
        for place, name in enumerate(("automatable", "total_impact")):
            words = [ssvc[name] for ssvc in stated if ssvc.get(name) is not None]
            self.ssvc[name] = self.said.get(name, max(words) if words else any(word[place] for word in derived) if derived else None)
        self.runtime = self.fresh_runtime()
        self.reach = self.reach_that_counts()
        self.exposure = self.fresh_exposure()
        production = given["production"]["value"]
        self.production = self.said.get("production", {"yes": True, "no": False}.get(production))
        self.package = any(kind in PACKAGE for kind in self.kinds)

    def exploitation(self, head, intel):
        if any(time(x["since"]) <= self.now if x.get("since") else True for y in intel for x in y.get("exploits") or []):
            return "listed"
        words = [x["ssvc"]["exploitation"] for x in intel if x.get("ssvc") and x["ssvc"].get("exploitation")]
        return max(words, key=SCALES[2].index, default="none" if head["has_exploits"] else None)

    @staticmethod
    def best_cvss(lists):
        """The highest score of version 3 or 4, else of version 2, of each list; then the highest."""
        rated = [[(x.get("version") != "2.0", x["score"]) for x in scores if x.get("score") is not None] for scores in lists]
        return max((max(scores)[1] for scores in rated if scores), default=None)

    def fresh_runtime(self):
        """The riskiest observation that has not grown old."""
        oldest = self.now - timedelta(days=self.model["runtime"]["expires_days"])
        order = ["not_loaded", "loaded", "executed"]
        seen = [x["state"] for x in self.given.get("runtime") or [] if oldest <= time(x["at"]) <= self.now]
        return max(seen, key=order.index, default=None)

    def reach_that_counts(self):
        """Static analysis, unless what was seen running contradicts it."""
        words = [x["value"] for x in self.given.get("reachability") or []]
        reach = {True: "reachable", False: "unreachable"}.get(self.said.get("reachable"))
        reach = reach or ("reachable" if "reachable" in words else "unreachable" if words else None)
        return None if (reach, self.runtime) in (("reachable", "not_loaded"), ("unreachable", "executed")) else reach

    def fresh_exposure(self):
        if "exposed" in self.said:
            return "internet" if self.said["exposed"] else "internal"
        stated, oldest = self.given["exposure"], self.now - timedelta(days=self.model["exposure"]["expires_days"])
        return "unknown" if stated.get("at") and time(stated["at"]) < oldest else stated["value"]


def derived_ssvc(vector):
    """(automatable, total impact) read off a vector, where it has the metrics that decide."""
    if not vector or len(vector.strip().strip("()")) > 512:
        return None
    parts = vector.strip().strip("()").split("/")
    version = parts[0][5:] if parts[0].startswith("CVSS:") else "2.0"
    if version not in ("2.0", "3.0", "3.1", "4.0"):
        return None
    # Of a metric that stands there twice the first counts.
    metrics = {name: value for name, colon, value in (part.partition(":") for part in reversed(parts)) if colon}
    ways = {"2.0": ("Au", "", "C", "C", "I"), "4.0": ("AT PR UI", "N", "H", "VC", "VI")}
    free, _, high, first, second = ways.get(version, ("PR UI", "N", "H", "C", "I"))
    if any(name not in metrics for name in ["AV", "AC", first, second] + free.split()):
        return None
    automatable = metrics["AV"] == "N" and metrics["AC"] == "L" and all(metrics[name] == "N" for name in free.split())
    if version == "4.0":
        automatable = metrics.get("AU") == "Y" or (automatable and metrics.get("AU") != "N")
    return automatable, metrics[first] == high and metrics[second] == high


def base(head, facts):
    """Exactly one: EPSS, or the median of the CVE's year, or the prior of the class."""
    weights, prior = facts.model["epss"], ("class_prior", class_prior(facts))
    if not facts.cves:
        return prior
    score, name = facts.epss, "epss"
    if score is None:
        name, year = "epss_median", max(int(cve[4:8]) for cve in facts.cves)
        age = min(max(facts.now.year - year, 0), len(weights["medians"]) - 1)
        score = head["epss_medians"].get(str(year), weights["medians"][age])
    score = min(max(score, weights["lowest"]), weights["highest"])
    points = half_away(weights["percent"] * math.log10(score / (1.0 - score)))
    return prior if not facts.package and prior[1] > points else (name, points)


def class_prior(facts):
    prior, given = facts.model["class_prior"], facts.given
    kinds = facts.kinds or ["sast"]
    # Of equal kinds the first in the model's order of kinds counts; it matters only for whether severity counts.
    kind = max(kinds, key=lambda kind: (prior["kinds"][kind], -KINDS.index(kind)))
    texts = [text.lower() for text in [given.get("title", "")] + list(given.get("rules") or [])]

    def belongs(family):
        said = any(word and word.lower() in text for word in family.get("words") or [] for text in texts)
        return set(family["kinds"]) & set(kinds) and (said or set(family.get("cwes") or []) & set(given.get("cwes") or []))

    families = [family["points"] for family in prior["families"] if belongs(family)]
    severity = "medium" if given["severity"] == "unknown" else given["severity"]
    counts = 0 if kind in prior.get("without_severity", []) else prior["severity"][severity]
    return prior["kinds"][kind] + counts + max(families + [0])


def terms(head, facts):
    """All terms: signal and points, the base first. What is not known and what weighs nothing is no term."""
    model, given = facts.model, facts.given
    out = [base(head, facts)]
    if facts.kev:
        kev = model["kev"]
        out.append(("kev", max(kev["points"], kev["floor"] - out[0][1]) + (kev["ransomware"] if facts.kev["ransomware"] else 0)))
    else:
        weight = {"listed": "listed", "active": "listed", "poc": "proof_of_concept"}.get(facts.exploit)
        out.append(("exploit", model["exploit"].get(weight, 0)))
    if facts.cves:
        cvss = facts.cvss if facts.cvss is not None else STAND_IN.get(given["severity"])
        out.append(("cvss", 0 if cvss is None else half_away(model["cvss"]["per_point"] * (cvss - model["cvss"]["neutral"]))))
        for name in ("automatable", "total_impact"):
            out.append((name, model[name] if facts.ssvc[name] else 0))
        out.append(("vendor_history", half_away(model["vendor_history"]["per_doubling"] * math.log2(1 + facts.vendor_entries))))
    proofs = [x["value"] for x in given.get("verified") or []]
    out.append(("verified", max((model["verified"][proof] for proof in proofs), default=0)))
    out.append(("reachable", {"reachable": model["reachable"]["yes"], "unreachable": model["reachable"]["no"]}.get(facts.reach, 0)))
    out.append(("loaded", model["runtime"][facts.runtime] if facts.runtime else 0))
    if not facts.kinds or facts.cves or any(kind in PACKAGE | CODE for kind in facts.kinds):
        out.append(("exposed", 0 if facts.exposure == "unknown" else model["exposure"][facts.exposure]))
    out.append(("production", {True: model["production"]["yes"], False: model["production"]["no"], None: 0}[facts.production]))
    data = (given.get("data") or {}).get("value") or []
    out.append(("data", max((model["data"]["classes"].get(name, model["data"]["other"]) for name in data), default=0)))
    criticality = given["criticality"]["value"]
    out.append(("criticality", 0 if criticality == "unknown" else model["criticality"]["low" if criticality == "info" else criticality]))
    out.append(("compliance", model["compliance"] if given["compliance"]["value"] else 0))
    return [out[0]] + [term for term in out[1:] if term[1]]


def read_table(text):
    """(inputs with their scales, outcomes by row)."""
    own = [line.removeprefix("#outcome ").split(",") for line in text.splitlines() if line.startswith("#outcome ")]
    DAYS.update({cells[0].strip().lower(): int(cells[1]) if cells[1].strip() else None for cells in own})
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    rows = [[cell.strip().lower() for cell in line.split(",")] for line in lines[1:]]
    names = [name.strip() for name in lines[0].split(",")][:-1]
    scales = [next(scale for scale in SCALES if all(row[i] in scale for row in rows)) for i in range(len(names))]
    return list(zip(names, scales)), {tuple(row[:-1]): row[-1] for row in rows}


def choice(facts):
    kinds = set(facts.kinds)
    package = {"vulnerability"} if facts.cves or facts.package else set()
    chain = [("malware", kinds & {"malware"}), ("vulnerability", package), ("secret", kinds & {"secret"})]
    chain += [("web", kinds & {"dast", "api"}), ("code", kinds & CODE), ("infrastructure", kinds & INFRASTRUCTURE), ("license", kinds & {"license"})]
    return facts.model["tables"].get(next((name for name, holds in chain if holds), "code"), facts.model["tables"]["code"])


def inputs(facts, with_kev):
    """The inputs of the tables; None: not known."""
    kev, severity = facts.kev if with_kev else None, facts.given["severity"]
    word = {True: "yes", False: "no", None: None}
    proofs = [x["value"] for x in facts.given.get("verified") or []]
    exploitation = {"listed": "poc"}.get(facts.exploit, facts.exploit)
    level = {"unknown": None, "info": "low"}.get(facts.given["criticality"]["value"], facts.given["criticality"]["value"])
    return {
        "kev": "yes" if kev else "no" if not facts.cves or facts.kev_known else None,
        "exposed": None if facts.exposure == "unknown" else word[facts.exposure == "internet"],
        "automatable": word[facts.ssvc["automatable"]],
        "total_impact": word[facts.ssvc["total_impact"]],
        "production": word[facts.production],
        "proven": word[any(proof != "not_live" for proof in proofs)],
        "live": word[max(proofs, key=PROOFS.index) != "not_live"] if proofs else None,
        "severity": None if severity == "unknown" else "low" if severity == "info" else severity,
        "exploitation": "active" if kev else exploitation,
        "system_exposure": {"none": "small", "internal": "controlled", "internet": "open"}.get(facts.exposure),
        "criticality": level,
        "human_impact": "very high" if level == "critical" else level,
    }


def tier(tables, facts, with_kev=True):
    """(outcome that counts, range of tiers or None)."""
    chosen, known = choice(facts), inputs(facts, with_kev)
    columns, outcomes = tables[chosen["table"]]
    ends = []
    for unknown in (0, -1):
        values = [known.get(name) if known.get(name) in scale else None for name, scale in columns]
        ends.append(outcomes[tuple(scale[unknown] if value is None else value for value, (_, scale) in zip(values, columns))])
    mild, strict = ends
    counts = strict if (facts.kev and with_kev) or chosen.get("unknown", "mild") == "strict" else mild
    ends = [outcome.removesuffix("-triage") for outcome in (strict, mild)]
    return counts, ends if ends[0] != ends[1] else None


def due(tables, facts):
    """End of the day, UTC, so many days after the clock's start; an entry into KEV after that moves it only forward."""
    def after(start, outcome):
        count = days(outcome)
        return count and (start + timedelta(days=count)).replace(hour=23, minute=59, second=59, microsecond=999000)

    first = time(facts.given["first_seen"])
    now = tier(tables, facts)[0]
    if not facts.kev or time(facts.kev["added"]) <= first:
        return after(first, now)
    ways = [after(first, tier(tables, facts, with_kev=False)[0]), after(time(facts.kev["added"]), now)]
    return min((way for way in ways if way), default=None)


def check(export):
    """Sentences on what differs."""
    head, wrong = export["head"], []
    own = {signal["signal"]: signal["points"] for signal in head["model"].get("signals") or []}
    tables = {name: read_table(text) for name, text in head["tables"].items()}
    known = {x["cve"]: x for x in export["vulnerabilities"]}
    for issue in export["issues"]:
        facts = Facts(head, known, issue["input"])
        made, said = terms(head, facts), [(term["signal"], term["points"]) for term in issue["terms"] if term["points"]]
        made += [(name, own[name]) for name, _ in said if name in own]
        outcome, ends = tier(tables, facts)
        answers = {
            "score": (issue["score"], sum(points for _, points in made)),
            "terms": (said, [term for term in made if term[1]]),
            "tier": ([issue["tier"], issue.get("days"), issue.get("range")], [outcome.removesuffix("-triage"), days(outcome), ends]),
            "due": (issue.get("due") and time(issue["due"]), due(tables, facts)),
        }
        wrong += [f"{issue['id']}: {what}: the file says {a}, the facts give {b}" for what, (a, b) in answers.items() if a != b]
    return wrong


def main():
    try:
        with open(sys.argv[1], encoding="utf-8") as file:
            export = json.load(file)
        if export["head"]["version"] != 1:
            raise ValueError(f"version {export['head']['version']} is not known")
        wrong = check(export)
    except (OSError, ValueError, LookupError, TypeError, StopIteration) as error:
        print(f"not an export that this checker knows: {error!r}", __doc__, sep="\n", file=sys.stderr)
        sys.exit(2)
    for line in wrong[:100]:
        print(line)
    count = len(export["issues"])
    print(f"{count} issues, {count * 3} answers computed again (score, tier, due), {len(wrong)} differ")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
