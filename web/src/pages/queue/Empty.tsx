import { useInfiniteQuery, useQueries } from "@tanstack/react-query";
import { facetsQuery, importsQuery } from "../../api/queries";
import { useNow } from "../../app/clock";
import { Link, queueAddress } from "../../app/router";
import { parse, QUEUE_STATES, splitState, without } from "../../filter/parse";
import { plural } from "../../format/number";
import { Icon } from "../../parts/Icon";
import { When } from "../../parts/When";
import { VIEWS } from "./views";

function LastReport() {
  const now = useNow();
  const { data } = useInfiniteQuery(importsQuery);
  const newest = data?.pages[0]?.items[0];
  if (!newest) return null;
  return (
    <p className="muted">
      The last report came <When at={newest.recorded} now={now} as="ago" />. A clean list is only as good as the scans
      behind it.{" "}
      <Link to="/imports" className="link">
        See imports
      </Link>
    </p>
  );
}

/** A view with nothing left in it. */
function Done({ sentence, all }: { sentence: string; all: number }) {
  return (
    <div className="empty">
      <span className="pill ok">
        <Icon name="check" small /> Done
      </span>
      <h2>{sentence}</h2>
      <LastReport />
      {all > 0 && (
        <Link to="/queue" className="btn">
          Show all {plural(all, "open issue", "open issues")}
        </Link>
      )}
    </div>
  );
}

/** A filter that nothing matches, with the term that removes most. */
function NoMatch({ text }: { text: string }) {
  const terms = parse(text).slice(0, 8);
  const rests = terms.map((term) => without(text, term));
  const counts = useQueries({
    queries: rests.map((rest) => {
      const { q, state } = splitState(rest);
      return facetsQuery(q, state);
    }),
  });
  let best: { at: number; total: number } | undefined;
  counts.forEach(({ data }, at) => {
    if (data && data.total > (best?.total ?? 0)) best = { at, total: data.total };
  });
  const worst = best ? terms[best.at] : undefined;
  return (
    <div className="empty">
      <h2>No issue matches</h2>
      <p>
        <code>{text}</code>
      </p>
      {best && worst && (
        <p className="muted">
          Without <code>{worst.text}</code> there {best.total === 1 ? "is" : "are"}{" "}
          {plural(best.total, "issue", "issues")}.
        </p>
      )}
      <div className="row">
        {best && worst && (
          <Link to={queueAddress({ q: rests[best.at] ?? "" })} className="btn primary">
            Remove {worst.text}
          </Link>
        )}
        <Link to="/queue" className="btn">
          Clear the filter
        </Link>
      </div>
    </div>
  );
}

/** Says which sort of empty it is: all done, or nothing matches. (Nothing yet is the first run.) */
export function Empty({ text, all }: { text: string; all: number }) {
  const view = VIEWS.find((each) => each.q === text);
  if (view && splitState(text).state === QUEUE_STATES)
    return <Done sentence={view.done} all={view.id === "all" ? 0 : all} />;
  return <NoMatch text={text} />;
}
