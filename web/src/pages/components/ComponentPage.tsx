import { useQuery } from "@tanstack/react-query";
import type { ComponentView } from "../../api/components";
import { componentQuery } from "../../api/queries";
import { useKeys } from "../../app/keys";
import { back, Link, queueAddress, useAddress } from "../../app/router";
import { useTitle } from "../../app/title";
import { count } from "../../format/number";
import { Icon } from "../../parts/Icon";
import { Numbers } from "../../parts/Numbers";
import { NoFixWillCome } from "../../parts/EndOfLife";
import { momentOf, PastBand } from "../../parts/past";
import { Asked } from "../../parts/State";
import { componentAddress } from "./ComponentsPage";
import { packageName, packageType } from "./question";
import { Uses } from "./Uses";
import "./components.css";

function Body({ view }: { view: ComponentView }) {
  const services = new Set(view.uses.flatMap((use) => use.services));
  const versions = [...new Set(view.uses.map((use) => use.version))];
  const licences = [...new Set(view.uses.flatMap((use) => use.licenses ?? []))];
  const running = view.uses.filter((use) => use.deployments.length > 0 || use.production === "yes");
  return (
    <>
      <header className="page-head">
        <h1>{packageName(view.package)}</h1>
        <span className="pill">{packageType(view.package)}</span>
        <Link to={queueAddress({ q: `purl:${view.package}` })} className="btn end">
          Its issues
        </Link>
      </header>
      <p className="muted">
        <code>{view.package}</code>
      </p>
      <NoFixWillCome of={view.end_of_life} className="note" />
      <Numbers
        label="Who has it"
        of={[
          { value: count(services.size), label: services.size === 1 ? "service has it" : "services have it" },
          { value: count(new Set(running.flatMap((use) => use.services)).size), label: "in production" },
          {
            value: count(versions.length),
            label: versions.length === 1 ? "version" : "versions",
            note: versions.slice(0, 4).join(", "),
          },
          { value: count(licences.length), label: "licences", note: licences.join(", ") || "none stated" },
        ]}
      />
      <Uses uses={view.uses} label="Where it is" order="greatest version first, then by target" />
    </>
  );
}

/** One package with every place that has it. */
export default function ComponentPage({ purl }: { purl: string }) {
  useTitle(packageName(purl));
  useKeys({ Escape: () => back("/components") });
  const { search } = useAddress();
  const at = momentOf(search.get("at"));
  const query = useQuery(componentQuery(purl, at));
  return (
    <div className="page stack">
      <nav className="crumb" aria-label="Path">
        <Link to="/components">Components</Link>
        <Icon name="right" small />
        <span>{packageName(purl)}</span>
      </nav>
      {at && <PastBand at={at} now={componentAddress(purl, "")} />}
      <Asked query={query} what="The component could not be read">
        {(view) => <Body view={view} />}
      </Asked>
    </div>
  );
}
