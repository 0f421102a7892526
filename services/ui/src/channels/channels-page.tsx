import { PageColumn, PageFrame } from '../components/page-frame.tsx';
import { Failure, Loading } from '../components/states.tsx';
import { useSession } from '../session/session-gate.tsx';
import { texts } from '../texts/index.ts';
import { AskingPeople } from './asking-people.tsx';
import { BlockedPeople } from './blocked-people.tsx';
import { ChannelState } from './channel-state.tsx';
import { LinkedPeople } from './linked-people.tsx';
import { isSetUp } from './people.ts';
import { useChannels } from './use-channels.ts';

/** `/channels`: where people talk to Baker besides the page, and who may. */
export function ChannelsPage() {
  const { is_owner: isOwner } = useSession();
  const list = useChannels();
  const channels = list.data?.data ?? [];
  const served = channels.filter(isSetUp);
  return (
    <PageFrame title={texts.channels.title}>
      <PageColumn>
        {list.isPending && <Loading />}
        {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
        {channels.map((channel) => (
          <ChannelState key={channel.channel} channel={channel} />
        ))}
        {isOwner && served.map((channel) => <AskingPeople key={channel.channel} {...channel} />)}
        {served.length > 0 && <LinkedPeople />}
        {isOwner && served.map(({ channel }) => <BlockedPeople key={channel} channel={channel} />)}
      </PageColumn>
    </PageFrame>
  );
}
