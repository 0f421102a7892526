import type { ChannelName } from '@bakerst/contracts/channels';
import { Button } from '../components/button.tsx';
import { MoreButton } from '../components/paged-list.tsx';
import { Failure } from '../components/states.tsx';
import { texts } from '../texts/index.ts';
import { PeopleSection, PersonHead } from './people-section.tsx';
import { type AccessRequest, useAccessRequests, useDecision } from './use-channels.ts';

const words = texts.channels;

/** Strangers who are not heard, however often they write. */
export function BlockedPeople({ channel }: { readonly channel: ChannelName }) {
  const { blocked } = useAccessRequests(channel);
  if (blocked.all.length === 0) return null;
  return (
    <PeopleSection title={words.blocked}>
      <ul className="divide-y divide-line">
        {blocked.all.map((request) => (
          <Row key={request.code} request={request} />
        ))}
      </ul>
      <MoreButton list={blocked} />
    </PeopleSection>
  );
}

function Row({ request }: { readonly request: AccessRequest }) {
  const { decide, isPending, error } = useDecision(request);
  return (
    <li className="py-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <div className="grow">
          <PersonHead person={request} />
        </div>
        <Button disabled={isPending} onClick={() => decide({ decision: 'dismiss' })}>
          {words.forget}
        </Button>
      </div>
      {error !== null && <Failure error={error} />}
    </li>
  );
}
