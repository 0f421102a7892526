import type { ChannelName, LinkView } from '@bakerst/contracts/channels';
import { Button } from '../components/button.tsx';
import { CopyButton } from '../components/copy-button.tsx';
import { formatShortTime, formatTime } from '../components/format.ts';
import { Failure } from '../components/states.tsx';
import { texts } from '../texts/index.ts';
import { useLink } from './use-channels.ts';

const words = texts.channels;

interface LinkPhoneProps {
  readonly channel: ChannelName;
}

/** Makes a code by which whoever looks at the page talks to Baker on the channel. */
export function LinkPhone({ channel }: LinkPhoneProps) {
  const link = useLink(channel);
  return (
    <div className="mt-3">
      <Button disabled={link.isPending} onClick={() => link.mutate()}>
        {words.link}
      </Button>
      <div aria-live="polite">
        {link.data !== undefined && <Code channel={channel} link={link.data} />}
      </div>
      {link.isError && <Failure error={link.error} />}
    </div>
  );
}

interface CodeProps extends LinkPhoneProps {
  readonly link: LinkView;
}

function Code({ channel, link: { code, url, expires_at: until } }: CodeProps) {
  return (
    <div className="mt-3 grid justify-items-center gap-2 rounded-xl bg-sunken p-4 text-center text-sm">
      <p className="text-soft">{words.code}</p>
      <p className="font-mono text-3xl tracking-widest select-all">{code}</p>
      <div className="flex flex-wrap items-center justify-center gap-x-3">
        <CopyButton text={code} />
        {url !== null && (
          <a href={url} target="_blank" rel="noreferrer" className="text-accent underline">
            {words.open[channel]}
          </a>
        )}
      </div>
      <p>{words.send(code, url !== null)}</p>
      <p className="text-soft">
        {words.validUntil}{' '}
        <time dateTime={until} title={formatTime(until)}>
          {formatShortTime(until)}
        </time>
      </p>
    </div>
  );
}
