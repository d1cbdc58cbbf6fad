import type { QueueCounts } from "../api/estate";

/** Tiers whose issues are urgent: a deadline of 14 days or less. The queue's view counts the same. */
const URGENT = ["3d", "14d"];
export const URGENT_TERM = "tier:3d,14d";

export const urgentOf = (counts: QueueCounts): number =>
  URGENT.reduce((sum, tier) => sum + (counts.tiers[tier] ?? 0), 0);

/** Most urgent first, then late, then open, then by name. */
export function worstFirst<T>(list: T[], counts: (of: T) => QueueCounts, name: (of: T) => string): T[] {
  return [...list].sort((a, b) => {
    const [x, y] = [counts(a), counts(b)];
    return (
      urgentOf(y) - urgentOf(x) || y.overdue - x.overdue || y.open - x.open || name(a).localeCompare(name(b), "en")
    );
  });
}
