import { useQuery } from "@tanstack/react-query";
import type { Affected, AffectedAnswer } from "../../api/components";
import { affectedQuery } from "../../api/queries";
import { useNow } from "../../app/clock";
import { issueAddress, Link, queueAddress, vulnerabilityAddress } from "../../app/router";
import { count } from "../../format/number";
import { Icon } from "../../parts/Icon";
import { Numbers } from "../../parts/Numbers";
import { Asked } from "../../parts/State";
import { When } from "../../parts/When";
import { csv, packageName } from "./question";
import { Uses } from "./Uses";

const HEAD = [
  "package",
  "version",
  "service",
  "application",
  "owner",
  "target",
  "ref",
  "exposure",
  "production",
  "because",
  "fixed",
  "issues",
];

/** The answer as a table for a spreadsheet. */
function save(answer: AffectedAnswer) {
  const rows = answer.items.map((item) => [
    item.package,
    item.version,
    item.services.join(" "),
    item.application ?? "",
    item.owner ?? "",
    item.target,
    item.ref,
    item.exposure,
    item.production,
    item.because.map(({ fact }) => fact).join("; "),
    (item.fixed ?? []).join(" "),
    (item.issues ?? []).join(" "),
  ]);
  const url = URL.createObjectURL(new Blob([csv([HEAD, ...rows])], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "affected.csv";
  link.click();
  URL.revokeObjectURL(url);
}

const services = (items: Affected[]): number => new Set(items.flatMap((item) => item.services)).size;

/** Of a question that names no vulnerability the queue knows the issues, by package. */
const inQueue = (item: Affected) => queueAddress({ q: `purl:${item.package}@${item.version}` });

const columns = (named: boolean) => [
  {
    head: "Why",
    cell: (item: Affected) => (
      <>
        <code>{packageName(item.package)}</code>
        {item.because.map((step) => (
          <span key={`${step.fact} ${step.source}`} className="use-target" title={step.source}>
            {step.fact}
          </span>
        ))}
      </>
    ),
  },
  { head: "Fixed in", cell: (item: Affected) => <code>{(item.fixed ?? []).join(", ") || "–"}</code> },
  {
    head: "Issues",
    cell: (item: Affected) =>
      !named ? (
        <Link to={inQueue(item)} className="link">
          of the package
        </Link>
      ) : (item.issues ?? []).length === 0 ? (
        <span className="dim">none raised</span>
      ) : (
        (item.issues ?? []).map((id) => (
          <Link key={id} to={issueAddress(id)} className="link use-issue">
            {id}
          </Link>
        ))
      ),
  },
];

function Answer({ answer, asked }: { answer: AffectedAnswer; asked: string }) {
  const now = useNow();
  const { items } = answer;
  const named = answer.names.length > 0;
  const production = items.filter((item) => item.deployments.length > 0 || item.production === "yes");
  return (
    <>
      <p className="muted">
        {answer.question}
        {answer.names.length > 0 && (
          <>
            {": "}
            {answer.names.map((name, at) => (
              <span key={name}>
                {at > 0 && ", "}
                <Link to={vulnerabilityAddress(name)} className="link">
                  {name}
                </Link>
              </span>
            ))}
          </>
        )}
        {answer.known_exploited_since && (
          <b className="stop-t">
            {" "}
            Known exploited since <When at={answer.known_exploited_since} now={now} as="date" />.
          </b>
        )}
      </p>
      {(answer.warnings ?? []).map((warning) => (
        <p key={warning} className="imp-note">
          {warning}
        </p>
      ))}
      <Numbers
        label="Who has it"
        of={[
          {
            value: count(services(items)),
            label: services(items) === 1 ? "service has it" : "services have it",
            note: `${count(items.length)} places`,
          },
          { value: count(services(production)), label: "in production", bad: production.length > 0 },
          {
            value: count(services(items.filter((item) => item.exposure === "internet"))),
            label: "exposed to the internet",
          },
          named
            ? {
                value: count(services(items.filter((item) => (item.issues ?? []).length > 0))),
                label: "with an issue raised",
              }
            : { value: count(services(items.filter((item) => item.direct))), label: "directly" },
        ]}
      />
      {items.length === 0 ? (
        <div className="empty">
          <h2>Nothing here has it</h2>
          <p className="muted">
            As far as reports and bills of materials say at <When at={answer.at} now={now} />. Which services have none
            stands on{" "}
            <Link to="/coverage" className="link">
              coverage
            </Link>
            .
          </p>
        </div>
      ) : (
        <>
          <p>
            <button type="button" className="btn sm" onClick={() => save(answer)}>
              <Icon name="imports" small />
              CSV
            </button>
          </p>
          <Uses
            uses={items}
            label={`Who is affected by ${asked}`}
            order="what is deployed first, then by package, version and target"
            more={columns(named)}
          />
        </>
      )}
    </>
  );
}

/** Who has what is vulnerable? */
export function AffectedList({ q, at }: { q: string; at: string }) {
  const query = useQuery(affectedQuery(q, at));
  return (
    <Asked query={query} what="It could not be looked up">
      {(answer) => <Answer answer={answer} asked={q} />}
    </Asked>
  );
}
