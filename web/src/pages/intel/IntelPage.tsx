import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { feedsQuery } from "../../api/queries";
import { useNow } from "../../app/clock";
import { navigate, vulnerabilityAddress } from "../../app/router";
import { useTitle } from "../../app/title";
import { count, plural } from "../../format/number";
import { age } from "../../format/time";
import { Icon } from "../../parts/Icon";
import { Asked } from "../../parts/State";
import { When } from "../../parts/When";
import { FEEDS } from "./feeds";
import { GetFeeds } from "./GetFeeds";
import { Trust } from "./Trust";
import "./intel.css";

/** One CVE by its name. */
function Search() {
  const [id, setId] = useState("");
  const go = (event: FormEvent) => {
    event.preventDefault();
    if (id.trim()) navigate(vulnerabilityAddress(id.trim().toUpperCase()));
  };
  return (
    <form className="row intel-search" onSubmit={go}>
      <label className="field">
        <span>One vulnerability</span>
        <input
          className="input"
          value={id}
          placeholder="CVE-2025-55182"
          spellCheck={false}
          onChange={(event) => setId(event.target.value)}
        />
      </label>
      <button type="submit" className="btn">
        Show
      </button>
    </form>
  );
}

/** Which feeds are loaded, and how old is what they say? */
export default function IntelPage() {
  useTitle("Intel");
  const now = useNow();
  const query = useQuery(feedsQuery);
  return (
    <div className="page stack">
      <header className="page-head">
        <h1>Intel</h1>
      </header>
      <Search />
      <GetFeeds />
      <Asked query={query} what="The feeds could not be read">
        {(feeds) =>
          feeds.length === 0 ? (
            <div className="empty">
              <h2>No feed is loaded yet</h2>
              <p className="muted">
                Ranking uses what the reports say until one is. Fetch them, or load published files:{" "}
                <code>muster intel load FILE…</code>
              </p>
            </div>
          ) : (
            <section className="panel" aria-label="Feeds, oldest first">
              <header>
                <h2>{plural(feeds.length, "feed", "feeds")}</h2>
                <span className="end">the oldest first</span>
              </header>
              <div className="scroll-x">
                <table className="list">
                  <thead>
                    <tr>
                      <th scope="col">Feed</th>
                      <th scope="col">Speaks of</th>
                      <th scope="col">Age</th>
                      <th scope="col" className="r">
                        Rows
                      </th>
                      <th scope="col">Version</th>
                      <th scope="col">File</th>
                    </tr>
                  </thead>
                  <tbody>
                    {[...feeds]
                      .sort((a, b) => (a.date ?? "").localeCompare(b.date ?? "") || a.feed.localeCompare(b.feed))
                      .map((feed) => (
                        <tr key={`${feed.feed} ${feed.file}`}>
                          <th scope="row">
                            {FEEDS[feed.feed]?.label ?? feed.feed}
                            {FEEDS[feed.feed] && <span className="intel-what">{FEEDS[feed.feed]?.what}</span>}
                          </th>
                          <td data-label="Speaks of">
                            {feed.date ? <When at={feed.date} now={now} as="date" /> : "not stated"}
                          </td>
                          <td data-label="Age" className="n">
                            {feed.age && feed.age.days > 1 ? `${count(feed.age.days)} d` : feed.date ? age(feed.date, now) : "–"}
                            {feed.age?.stale && feed.age.limit !== undefined && (
                              <span className="intel-old">
                                <Icon name="clock" /> old: more than {plural(feed.age.limit, "day", "days")}
                              </span>
                            )}
                          </td>
                          <td data-label="Rows" className="r n">
                            {count(feed.rows)}
                          </td>
                          <td data-label="Version" className="muted">
                            {feed.version ?? "–"}
                          </td>
                          <td data-label="File">
                            <code>{feed.file}</code>
                          </td>
                        </tr>
                      ))}
                  </tbody>
                </table>
              </div>
            </section>
          )
        }
      </Asked>
      <Trust />
      <p className="note">
        A feed that is old may not know what is exploited since. <code>muster intel load FILE</code> loads its newest
        file, and what that is about is ranked again at once.
      </p>
    </div>
  );
}
