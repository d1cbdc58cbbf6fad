import type { RankMove, Standing, TermChange } from "../api/risk";
import { issueAddress, Link } from "../app/router";
import { count, decibans, signed } from "../format/number";
import { signalWord, STATE_WORDS } from "../format/words";
import "./moves.css";

/** Terms of the score that changed, the weightiest first. */
export function Terms({ terms }: { terms: TermChange[] }) {
  return (
    <ul className="terms">
      {terms.map((term) => (
        <li key={`${term.signal} ${term.fact}`} title={term.source}>
          {signalWord(term.signal)} <b className="n">{signed((term.after ?? 0) - (term.before ?? 0))}</b>{" "}
          <span className="dim">
            {term.after === undefined && "no longer counts: "}
            {term.fact}
          </span>
        </li>
      ))}
    </ul>
  );
}

const place = (standing: Standing): string => (standing.place ? `#${count(standing.place)}` : "not in the queue");

/** From where to where: place, tier, score; what is the same is said once. */
export function FromTo({ from, to }: { from: Standing; to: Standing }) {
  return (
    <span className="n from-to">
      {from.state !== to.state && (
        <span>
          {STATE_WORDS[from.state]} → <b>{STATE_WORDS[to.state]}</b>
        </span>
      )}
      {from.place !== to.place && (
        <span>
          {place(from)} → <b>{place(to)}</b>
        </span>
      )}
      {from.tier !== to.tier && (
        <span>
          {from.tier} → <b>{to.tier}</b>
        </span>
      )}
      {from.score !== to.score && (
        <span className="dim">
          {decibans(from.score)} → {decibans(to.score)}
        </span>
      )}
    </span>
  );
}

/** Issues that move, and why. */
export function MoveList({ moves, label }: { moves: RankMove[]; label: string }) {
  return (
    <ul className="moves" aria-label={label}>
      {moves.map((move) => (
        <li key={move.issue}>
          <p>
            <Link to={issueAddress(move.issue)} className="plain-link m">
              {move.title || move.issue}
            </Link>{" "}
            <span className="dim xs">{[move.team ?? "no owner", move.application].filter(Boolean).join(" · ")}</span>
          </p>
          <FromTo from={move.from} to={move.to} />
          {move.because.length > 0 ? (
            <Terms terms={move.because} />
          ) : (
            <p className="xs dim">Its own score is the same; others moved past it.</p>
          )}
          {(move.tier_because ?? []).map((line) => (
            <p key={line} className="xs muted">
              {line}
            </p>
          ))}
        </li>
      ))}
    </ul>
  );
}
