import { useState } from "react";
import type { StreamStanding, StreamState } from "../../api/streams";
import { useNow } from "../../app/clock";
import { importAddress, Link } from "../../app/router";
import { plural } from "../../format/number";
import { streamText } from "../../format/words";
import { Icon, type IconName } from "../../parts/Icon";
import { MiddleCut } from "../../parts/MiddleCut";
import { ShowMore } from "../../parts/ShowMore";
import { When } from "../../parts/When";

/** Rows that are drawn at first; the others on request. */
const STEP = 200;

const LOOKS: Record<StreamState, [string, IconName, string]> = {
  failed: ["stop-t", "stop", "scan failed"],
  silent: ["warn-t", "clock", "silent"],
  partial: ["muted", "minus", "partial"],
  regular: ["ok-t", "check", "regular"],
};

function Row({ standing, now }: { standing: StreamStanding; now: Date }) {
  const [look, icon, word] = LOOKS[standing.state];
  const every = standing.every_days;
  return (
    <tr>
      <td className="imp-result">
        <span className={`result ${look}`}>
          <Icon name={icon} small />
          {word}
        </span>
      </td>
      <td className="imp-tool">{standing.stream.tool}</td>
      <td className="imp-file">
        <MiddleCut text={streamText(standing.stream)} />
      </td>
      <td className="imp-when">
        <Link to={importAddress(standing.report)} className="link">
          <When at={standing.last} now={now} as="ago" />
        </Link>
      </td>
      <td className="imp-when">
        {every ? `every ${plural(every, "day", "days")}` : plural(standing.scans, "scan", "scans")}
      </td>
      <td className="imp-why muted">{standing.state === "regular" ? "" : standing.because}</td>
    </tr>
  );
}

/** Streams of reports: what comes regularly from where, and how it stands. */
export function StreamTable({ streams, label }: { streams: StreamStanding[]; label: string }) {
  const now = useNow();
  const [shown, setShown] = useState(STEP);
  return (
    <section className="panel scroll-x" aria-label={label}>
      <table className="imp streams">
        <thead>
          <tr>
            <th scope="col">Standing</th>
            <th scope="col">Tool</th>
            <th scope="col">Scope</th>
            <th scope="col">Last scan</th>
            <th scope="col">Usually</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {streams.slice(0, shown).map((standing) => (
            <Row key={`${standing.stream.tool} ${streamText(standing.stream)}`} standing={standing} now={now} />
          ))}
        </tbody>
      </table>
      <ShowMore of={streams.length} shown={shown} step={STEP} onShow={setShown} />
    </section>
  );
}
