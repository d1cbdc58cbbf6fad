import { useInfiniteQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { componentsQuery } from "../../api/queries";
import { useKeys } from "../../app/keys";
import { Link, navigate, serviceAddress, useAddress } from "../../app/router";
import { useTitle } from "../../app/title";
import { count, plural } from "../../format/number";
import { Problem } from "../../parts/Problem";
import { momentOf, PastBand } from "../../parts/past";
import { AffectedList } from "./AffectedList";
import { asksAffected, packageName, packageType } from "./question";
import "./components.css";

function address(q: string, at: string, service = ""): string {
  const search = new URLSearchParams();
  if (q) search.set("q", q);
  if (at) search.set("at", at);
  if (service) search.set("service", service);
  return search.size > 0 ? `/components?${search}` : "/components";
}

/** The packages of a service. */
export const packagesAddress = (service: string, day: string): string => address("", day, service);

export const componentAddress = (purl: string, at: string): string =>
  `/components/${encodeURIComponent(purl)}${at ? `?at=${encodeURIComponent(at)}` : ""}`;

/** Packages whose name holds the text, of everything or of one service. */
function Names({ q, at, day, service }: { q: string; at: string; day: string; service: string }) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    componentsQuery({ q, service, as_of: at }),
  );
  const total = data?.pages[0]?.total;
  const rows = data?.pages.flatMap((page) => page.items) ?? [];
  if (error && rows.length === 0)
    return <Problem what="The components could not be read" error={error} retry={() => void refetch()} />;
  if (!data) {
    return (
      <div className="greys" aria-busy="true">
        <span className="grey" />
        <span className="grey" />
      </div>
    );
  }
  if (rows.length === 0) {
    return (
      <div className="empty">
        <h2>
          {q ? "Nothing here has a package of that name" : `No package ${service ? `of ${service} ` : ""}is known yet`}
        </h2>
        <p className="muted">
          Packages come from bills of materials (CycloneDX, SPDX) and from reports of dependencies and images.{" "}
          <Link to="/imports/new" className="link">
            Import files
          </Link>
        </p>
      </div>
    );
  }
  return (
    <>
      <section className="panel" aria-label="Packages, by package URL">
        <header>
          <h2>{total === undefined ? "Packages" : plural(total, "package", "packages")}</h2>
          <span className="end">by package URL</span>
        </header>
        <div className="scroll-x">
          <table className="list">
            <thead>
              <tr>
                <th scope="col">Package</th>
                <th scope="col">Type</th>
                <th scope="col">Versions</th>
                {["Places", "Direct", "Transitive", "Not said"].map((head) => (
                  <th key={head} scope="col" className="r">
                    {head}
                  </th>
                ))}
                <th scope="col">Licences</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.package}>
                  <th scope="row">
                    <Link to={componentAddress(row.package, day)} className="plain-link">
                      {packageName(row.package)}
                    </Link>
                  </th>
                  <td data-label="Type" className="muted">
                    {packageType(row.package)}
                  </td>
                  <td data-label="Versions">
                    <code>
                      {row.versions.slice(-4).join(", ")}
                      {row.versions.length > 4 && ` and ${row.versions.length - 4} older`}
                    </code>
                  </td>
                  <td data-label="Places" className="r n">
                    {count(row.targets)}
                  </td>
                  <td data-label="Direct" className="r n muted">
                    {count(row.direct)}
                  </td>
                  <td data-label="Transitive" className="r n muted">
                    {count(row.transitive)}
                  </td>
                  <td data-label="Not said" className="r n muted">
                    {count(Math.max(0, row.targets - row.direct - row.transitive))}
                  </td>
                  <td data-label="Licences" className="muted">
                    {(row.licenses ?? []).join(", ") || "–"}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      {hasNextPage && (
        <p>
          <button type="button" className="btn" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show more
          </button>
        </p>
      )}
    </>
  );
}

/** Who has X, where does it run? `?q=` is a name, an identifier or a range; `?at=` another day than today; `?service=` one service's packages. */
export default function ComponentsPage() {
  useTitle("Components");
  const { search } = useAddress();
  const q = search.get("q") ?? "";
  const day = search.get("at") ?? "";
  const service = search.get("service") ?? "";
  const at = momentOf(day);
  const [text, setText] = useState(q);
  useEffect(() => setText(q), [q]);
  const input = useRef<HTMLInputElement>(null);
  useKeys({
    "/": (event) => {
      event.preventDefault();
      input.current?.focus();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    navigate(address(text.trim(), day, service));
  };
  return (
    <div className="page stack">
      <header className="page-head">
        <h1>Components</h1>
        {service ? (
          <span className="row">
            <span>
              of{" "}
              <Link to={serviceAddress(service)} className="link">
                {service}
              </Link>
            </span>
            <Link to={address(q, day)} className="link">
              All services
            </Link>
          </span>
        ) : (
          <span className="muted">Who has it?</span>
        )}
        <span className="row end">
          <Link to="/components/notices" className="btn">
            Who has to be told
          </Link>
          <Link to="/components/licences" className="btn">
            Licences
          </Link>
        </span>
      </header>
      <form className="cmp-search" onSubmit={submit}>
        <label className="field cmp-q">
          <span>Name, package URL, identifier or range</span>
          <input
            ref={input}
            className="input"
            type="search"
            value={text}
            placeholder="log4j-core < 2.17.1, CVE-2021-44228, webpack"
            spellCheck={false}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        <label className="field">
          <span>On the day</span>
          <input
            className="input"
            type="date"
            value={day.slice(0, 10)}
            onChange={(event) => navigate(address(q, event.target.value, service), { replace: true })}
          />
        </label>
        <button type="submit" className="btn primary">
          Search
        </button>
      </form>
      {at && <PastBand at={at} now={address(q, "", service)} />}
      {asksAffected(q) ? <AffectedList q={q} at={at} /> : <Names q={q} at={at} day={day} service={service} />}
    </div>
  );
}
