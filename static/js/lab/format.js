/** Virtual milliseconds as m:ss, or h:mm:ss from one hour on. */
export function clockText(ms) {
  const total = Math.max(0, Math.floor(ms / 1000));
  const seconds = String(total % 60).padStart(2, "0");
  const minutes = Math.floor(total / 60);
  if (minutes < 60) return `${minutes}:${seconds}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${seconds}`;
}

/** A share in 0..1 as per cent: whole from 10 % on, one place below it, never 0 % when it is not. */
export function percentText(share) {
  const percent = share * 100;
  if (percent === 0 || percent >= 10) return `${Math.round(percent)} %`;
  return percent < 0.1 ? "< 0.1 %" : `${percent.toFixed(1)} %`;
}

/** `count` with its noun: 1 pod, 2 pods. */
export const countText = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** What a reconcile compared, entries (what, want, have), as one line. */
export const comparedText = (entries) => (entries ?? []).map(([what, want, have]) => `${what}: want ${want}, have ${have}`).join("; ");
