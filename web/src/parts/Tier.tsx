import type { Tier as TierData } from "../api/types";

/** Class of colour by days to fix, so that tiers of another table than the shipped one find theirs. */
export function tierClass(tier: TierData): "t3" | "t14" | "t60" | "tnext" {
  if (tier.days === undefined) return "tnext";
  if (tier.days <= 3) return "t3";
  return tier.days <= 14 ? "t14" : "t60";
}

const BARS = { t3: 4, t14: 3, t60: 2, tnext: 1 } as const;
const PLACES = [1, 2, 3, 4] as const;

export function TierBars({ tier }: { tier: TierData }) {
  const filled = BARS[tierClass(tier)];
  return (
    <span className="bars" aria-hidden="true">
      {PLACES.map((place) => (
        <i key={place} className={place <= filled ? "f" : ""} />
      ))}
    </span>
  );
}

/** What a tier is called in a column headed "Fix within". */
export function tierShort(tier: TierData): string {
  if (tier.days === undefined) return "next upgrade";
  return tier.days === 1 ? "1 day" : `${tier.days} days`;
}

export function TierMark({ tier }: { tier: TierData }) {
  return (
    <span className={`tier ${tierClass(tier)}`}>
      <TierBars tier={tier} />
      {tierShort(tier)}
      {tier.range && (
        <span className="tier-open" title={`Unknown facts leave it open: ${tier.range[0]} to ${tier.range[1]}`}>
          ?
        </span>
      )}
    </span>
  );
}

/** The tier as the page's big mark, in the words of the decision table. */
export function TierPill({ tier }: { tier: TierData }) {
  return (
    <span className={`pill tier ${tierClass(tier)}`}>
      <TierBars tier={tier} />
      {tier.label}
    </span>
  );
}
