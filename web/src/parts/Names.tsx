import { applicationAddress, Link, serviceAddress, teamAddress } from "../app/router";

/** A team's name as a link, or that there is none. */
export function TeamName({ name }: { name: string | undefined }) {
  if (!name) return <span className="warn-t">no owner</span>;
  return (
    <Link to={teamAddress(name)} className="plain-link">
      {name}
    </Link>
  );
}

export function ServiceName({ name }: { name: string }) {
  return (
    <Link to={serviceAddress(name)} className="plain-link">
      {name}
    </Link>
  );
}

export function ApplicationName({ name }: { name: string }) {
  return (
    <Link to={applicationAddress(name)} className="plain-link">
      {name}
    </Link>
  );
}

/** A word of the inventory, or that it is not known; the two look different. */
export function Known({ word }: { word: string | undefined }) {
  if (!word || word === "unknown") {
    return (
      <span className="known-not">
        <span className="fact u" aria-hidden="true">
          ?
        </span>{" "}
        not known
      </span>
    );
  }
  return <>{word}</>;
}
