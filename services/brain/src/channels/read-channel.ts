import { ChannelName } from '@bakerst/contracts/channels';
import { AppError } from '@bakerst/kit';
import type { RouteCall } from '../http/route.ts';

/** The channel in the path. Throws AppError NOT_FOUND for one that there is not. */
export function readChannel({ request }: Pick<RouteCall, 'request'>): ChannelName {
  const channel = ChannelName.safeParse(request.params['channel']);
  if (channel.success) return channel.data;
  throw new AppError('NOT_FOUND', 'there is no such channel', { reason: 'CHANNEL_NOT_FOUND' });
}

/** The same for a gateway: a service that belongs to no org. Throws AppError AUTHORIZATION_ERROR for anybody else. */
export function readServedChannel(call: Pick<RouteCall, 'request' | 'principal'>): ChannelName {
  const { principal } = call;
  const isGateway =
    principal.kind === 'super' || (principal.kind === 'service' && principal.org === undefined);
  if (isGateway) return readChannel(call);
  throw new AppError('AUTHORIZATION_ERROR', 'this is for gateways of channels', {
    reason: 'FORBIDDEN',
  });
}
