// The order of the list: oneself, raised hands by their turn, hosts, then everybody by name.
import type { Participant } from '@/call';

const rank = { host: 0, cohost: 1, participant: 2 };

export function sortPeople(people: readonly Participant[], hands: readonly string[]): Participant[] {
  const turn = (person: Participant) => {
    const at = hands.indexOf(person.id);
    return at < 0 ? Number.MAX_SAFE_INTEGER : at;
  };
  return [...people].sort(
    (a, b) => Number(b.isMe) - Number(a.isMe) || turn(a) - turn(b) || rank[a.role] - rank[b.role] || a.name.localeCompare(b.name),
  );
}
