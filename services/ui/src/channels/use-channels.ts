import type {
  AccessDecision,
  AccessRequestView,
  ChannelName,
  ChannelView,
  IdentityView,
} from '@bakerst/contracts/channels';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useClient } from '../client.ts';
import { useNotice } from '../components/notice.tsx';
import { useListOfPages } from '../components/use-list-of-pages.ts';
import { keys } from '../live/query-keys.ts';
import { texts } from '../texts/index.ts';
import { toName } from './people.ts';

export type Channel = ChannelView;
export type Identity = IdentityView;
export type AccessRequest = AccessRequestView;

/** No event tells of what happens on channels. */
const EVERY_MS = 5_000;

export function useChannels() {
  const client = useClient();
  return useQuery({
    queryKey: [...keys.channels, 'list'],
    queryFn: () => client.listChannels(),
    refetchInterval: EVERY_MS,
  });
}

export function useIdentities() {
  const client = useClient();
  return useListOfPages({
    key: [...keys.channels, 'identities'],
    everyMs: EVERY_MS,
    read: (query) => client.listChannelIdentities(query),
  });
}

/** For administrators alone: those who ask, and those who may not. */
export function useAccessRequests(channel: ChannelName) {
  const client = useClient();
  const list = useListOfPages({
    key: [...keys.channels, 'requests', channel],
    everyMs: EVERY_MS,
    read: (query) => client.listAccessRequests(channel, query),
  });
  return {
    // Few ask at a time, and for minutes: they stand on the first page.
    asking: { ...list, all: list.all.filter((one) => !one.is_blocked), hasNextPage: false },
    blocked: { ...list, all: list.all.filter((one) => one.is_blocked) },
  };
}

/** A code for whoever looks at the page. */
export function useLink(channel: ChannelName) {
  const client = useClient();
  return useMutation({ mutationFn: () => client.createChannelLink({ channel }) });
}

export function useRemoval({ channel, id }: Identity) {
  const client = useClient();
  const onSuccess = useRefresh();
  return useMutation({ mutationFn: () => client.deleteChannelIdentity(channel, id), onSuccess });
}

/** What an administrator decides about a stranger; says what has come of it. */
export function useDecision(request: AccessRequest) {
  const { channel, code } = request;
  const client = useClient();
  const notify = useNotice();
  const onSuccess = useRefresh();
  const decision = useMutation({
    mutationFn: (body: AccessDecision) => client.decideAccessRequest(channel, code, body),
    onSuccess,
  });
  return {
    ...decision,
    decide: (body: AccessDecision): void =>
      decision.mutate(body, {
        onSuccess: () => notify({ text: texts.channels.decided[body.decision](toName(request)) }),
      }),
  };
}

function useRefresh(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: keys.channels });
}
