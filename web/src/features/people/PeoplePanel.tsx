// Who is here, who waits, and what a host can do about it.
import { UserPlus } from 'lucide-react';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import type { Participant } from '@/call';
import { useCall, useCallState } from '@/app/call-binding';
import { useAccount } from '@/app/session/use-session';
import { useText } from '@/i18n';
import { Button } from '@/ui/Button';
import { Loading } from '@/ui/Empty';
import type { Question } from './ConfirmDialog';
import { PersonRow } from './PersonRow';
import { sortPeople } from './sort-people';

const ConfirmDialog = lazy(() => import('./ConfirmDialog').then((module) => ({ default: module.ConfirmDialog })));
const PeopleSearch = lazy(() => import('@/app/directory/PeopleSearch').then((module) => ({ default: module.PeopleSearch })));

export function PeoplePanel({ waitingList }: { waitingList: ReactNode }) {
  const t = useText();
  const call = useCall();
  const account = useAccount();
  const [ringing, setRinging] = useState(false);
  const [question, setQuestion] = useState<Question | null>(null);
  const people = useCallState(call.room, (state) =>
    sortPeople(state.order.map((id) => state.participants[id]).filter(isPresent), state.hands),
  );
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-4">
      {waitingList}
      {account && (
        <div className="mt-2 mb-3">
          {ringing ? (
            <Suspense fallback={<Loading label={t('app.loading')} />}>
              <PeopleSearch inRoom />
            </Suspense>
          ) : (
            <Button size="small" icon={<UserPlus size={16} />} onClick={() => setRinging(true)} className="w-full">
              {t('people.invite')}
            </Button>
          )}
        </div>
      )}
      <h3 className="mt-3 mb-1 flex items-baseline gap-2 text-xs font-medium text-soft">
        {t('people.inRoom')} <span className="tabular">{people.length}</span>
      </h3>
      <ul aria-label={t('people.inRoom')} className="flex flex-col">
        {people.map((person) => (
          <PersonRow key={person.id} person={person} onAsk={setQuestion} />
        ))}
      </ul>
      {question && (
        <Suspense fallback={null}>
          <ConfirmDialog question={question} onClose={() => setQuestion(null)} />
        </Suspense>
      )}
    </div>
  );
}

const isPresent = (person: Participant | undefined): person is Participant => person !== undefined;
