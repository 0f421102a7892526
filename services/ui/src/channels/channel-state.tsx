import { texts } from '../texts/index.ts';
import { LinkPhone } from './link-phone.tsx';
import { isSetUp } from './people.ts';
import type { Channel } from './use-channels.ts';

const words = texts.channels;

/** How a channel stands, and a way onto it. */
export function ChannelState({ channel }: { readonly channel: Channel }) {
  const name = words.name[channel.channel];
  return (
    <section aria-label={name} className="mb-3 rounded-xl border border-line bg-raised p-4">
      <div className="flex flex-wrap items-center gap-x-2">
        <h2 className="font-semibold">{name}</h2>
        {isSetUp(channel) && <Bot {...channel} />}
      </div>
      {isSetUp(channel) ? (
        <>
          <p className="mt-1 text-sm text-soft">{words.accessIs[channel.access]}</p>
          <p className="text-sm text-soft">{words.waiting(channel.open)}</p>
          <LinkPhone channel={channel.channel} />
        </>
      ) : (
        <p className="mt-1 text-sm text-soft">{words.notSetUp[channel.channel]}</p>
      )}
    </section>
  );
}

function Bot({ bot, is_connected: isConnected }: Pick<Channel, 'bot' | 'is_connected'>) {
  return (
    <>
      {bot !== null && <span className="grow text-sm text-soft wrap-anywhere">@{bot}</span>}
      <span
        className={`ms-auto shrink-0 rounded-full border border-line px-2 py-0.5 text-xs ${isConnected ? 'text-good' : 'bg-warn-soft text-warn'}`}
      >
        {isConnected ? words.connected : words.notConnected}
      </span>
    </>
  );
}
