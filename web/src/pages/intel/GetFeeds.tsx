import { useMutation } from "@tanstack/react-query";
import { type FeedAnswer, type FetchAnswer, fetchFeeds, loadFeeds } from "../../api/intel";
import { client } from "../../api/queries";
import { announce } from "../../app/live";
import { notice } from "../../app/toasts";
import { plural } from "../../format/number";
import { Problem } from "../../parts/Problem";

const READ_ANEW = [
  "feeds",
  "vulnerability",
  "issues",
  "issue",
  "facets",
  "fixes",
  "since",
  "applications",
  "services",
  "teams",
];

function readAnew() {
  for (const key of READ_ANEW) void client.invalidateQueries({ queryKey: [key] });
}

function told(loaded: FeedAnswer[]): string {
  const ranked = loaded.reduce((sum, feed) => sum + feed.issues_ranked, 0);
  return `${plural(loaded.length, "file", "files")} loaded, ${plural(ranked, "issue", "issues")} ranked again`;
}

/** One line a publisher: what came, that nothing is newer, or why nothing came. */
function Fetched({ answers }: { answers: FetchAnswer[] }) {
  return (
    <ul className="intel-lines">
      {answers.map(({ name, loaded, unchanged, left_out, error }) => (
        <li key={name} className={error ? "intel-old" : "muted"}>
          <b className="m">{name}</b>{" "}
          {error ??
            left_out ??
            (loaded
              ? `${plural(loaded.rows, "row", "rows")} loaded`
              : unchanged
                ? "nothing newer"
                : "the same as before")}
        </li>
      ))}
    </ul>
  );
}

/** Newer feeds: from their publishers, or from files at hand. */
export function GetFeeds() {
  const load = useMutation({
    mutationFn: loadFeeds,
    onSuccess: (loaded) => {
      notice(told(loaded));
      readAnew();
    },
  });
  const fetch = useMutation({
    mutationFn: fetchFeeds,
    onSuccess: (answers) => {
      const failed = answers.filter(({ error }) => error).length;
      announce(failed ? `${plural(failed, "feed", "feeds")} could not be fetched` : "All feeds were asked for");
      readAnew();
    },
  });
  const busy = load.isPending || fetch.isPending;
  return (
    <div className="stack">
      <div className="row">
        <button type="button" className="btn" disabled={busy} onClick={() => fetch.mutate()}>
          {fetch.isPending ? "Asking the publishers…" : "Fetch from the publishers"}
        </button>
        <label className="btn" aria-disabled={busy}>
          {load.isPending ? "Loading…" : "Load files"}
          <input
            type="file"
            className="vh"
            multiple
            disabled={busy}
            onChange={(event) => {
              const files = [...(event.target.files ?? [])];
              event.target.value = "";
              if (files.length > 0) load.mutate(files);
            }}
          />
        </label>
      </div>
      {load.error && <Problem what="Nothing was loaded" error={load.error} />}
      {fetch.error && <Problem what="Nothing was fetched" error={fetch.error} />}
      {fetch.data && <Fetched answers={fetch.data} />}
    </div>
  );
}
