import { formatShortTime, formatTime } from '../components/format.ts';
import { PagedList } from '../components/paged-list.tsx';
import { texts } from '../texts/index.ts';
import { DecisionForm } from './decision-form.tsx';
import { PeopleSection, PersonHead } from './people-section.tsx';
import { type AccessRequest, type Channel, useAccessRequests } from './use-channels.ts';

const words = texts.channels;

/** Strangers who ask to be let in, where they can. */
export function AskingPeople({ channel, access }: Pick<Channel, 'channel' | 'access'>) {
  const { asking } = useAccessRequests(channel);
  if (access !== 'card' && asking.all.length === 0) return null;
  return (
    <PeopleSection title={words.asking}>
      <PagedList list={asking} none={words.nobodyAsks}>
        {(request) => <Row key={request.code} request={request} />}
      </PagedList>
    </PeopleSection>
  );
}

function Row({ request }: { readonly request: AccessRequest }) {
  const { code, expires_at: until } = request;
  return (
    <li className="py-3">
      <PersonHead person={request} />
      <p className="flex flex-wrap items-baseline gap-x-2 text-sm">
        <span className="font-mono font-medium select-all">{code}</span>
        {until !== null && (
          <span className="text-soft">
            {words.asksUntil}{' '}
            <time dateTime={until} title={formatTime(until)}>
              {formatShortTime(until)}
            </time>
          </span>
        )}
      </p>
      <DecisionForm request={request} />
    </li>
  );
}
