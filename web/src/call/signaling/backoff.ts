// How long to wait before the next try: exponential with jitter, short for as long as a room may still remember us.

const firstCapMs = 2_500;
const laterCapMs = 15_000;
const patientAfter = 20;

/** `attempt` counts from 1; the first retry is nearly at once. `random` is uniform in [0, 1). */
export function backoffMs(attempt: number, random: number): number {
  const cap = attempt > patientAfter ? laterCapMs : firstCapMs;
  const ceiling = Math.min(cap, 250 * 2 ** Math.min(attempt - 1, 10));
  return Math.round(ceiling * (0.5 + random * 0.5));
}
