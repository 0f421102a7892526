import { AskFirst } from '../components/ask-first.tsx';
import { formatShortTime, formatTime } from '../components/format.ts';
import { useNotice } from '../components/notice.tsx';
import { PagedList } from '../components/paged-list.tsx';
import { Failure } from '../components/states.tsx';
import { texts } from '../texts/index.ts';
import { toName } from './people.ts';
import { PeopleSection, PersonHead } from './people-section.tsx';
import { type Identity, useIdentities, useRemoval } from './use-channels.ts';

const words = texts.channels;

/** Who speaks for whom. */
export function LinkedPeople() {
  return (
    <PeopleSection title={words.people}>
      <PagedList list={useIdentities()} none={words.nobody}>
        {(identity) => <Row key={`${identity.channel}/${identity.id}`} identity={identity} />}
      </PagedList>
    </PeopleSection>
  );
}

function Row({ identity }: { readonly identity: Identity }) {
  const { channel, user_id: user, linked_by: by, created_at: at } = identity;
  const removal = useRemoval(identity);
  const notify = useNotice();
  const remove = (): void =>
    removal.mutate(undefined, {
      onSuccess: () => notify({ text: words.removed(toName(identity)) }),
    });
  return (
    <li className="py-3">
      <PersonHead person={identity} />
      <p className="text-sm wrap-anywhere">{words.speaksFor(user)}</p>
      <p className="text-xs text-soft">
        {words.name[channel]}, {words.linkedBy[by]}, {words.since}{' '}
        <time dateTime={at} title={formatTime(at)}>
          {formatShortTime(at)}
        </time>
      </p>
      <div className="mt-1 flex flex-wrap gap-1">
        <AskFirst
          name={words.remove}
          words={words.removal}
          isPending={removal.isPending}
          onConfirm={remove}
        />
      </div>
      {removal.isError && <Failure error={removal.error} />}
    </li>
  );
}
