// Who is here, in rooms without pictures.
import { useCall, useCallState } from '@/app/call-binding';
import { AloneCard } from './AloneCard';
import { SelfView } from './SelfView';
import { Tile } from './Tile';

const width = 132;
const height = 92;
const gap = 8;

export function PeopleStrip() {
  const call = useCall();
  const others = useCallState(call.room, (state) => state.order.filter((id) => id !== state.me));
  const code = useCallState(call.room, (state) => state.room?.code ?? '');
  const knocked = useCallState(call.room, (state) => state.waiting.length > 0);
  const at = (index: number) => ({ x: index * (width + gap), y: 0, width, height });
  return (
    <div className="relative h-24 shrink-0">
      <div className="relative h-full overflow-x-auto overflow-y-hidden" tabIndex={0}>
        <SelfView box={at(0)} small floating={false} />
        {others.map((id, index) => (
          <Tile key={id} id={id} box={at(index + 1)} small />
        ))}
      </div>
      {others.length === 0 && !knocked && <AloneCard code={code} beside />}
    </div>
  );
}
