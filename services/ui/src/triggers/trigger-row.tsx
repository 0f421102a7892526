import { type ReactNode, useState } from 'react';
import { describeAction } from '../actions/describe-action.ts';
import { FiringList } from '../actions/firing-list.tsx';
import { AskFirst } from '../components/ask-first.tsx';
import { Button } from '../components/button.tsx';
import { useNotice } from '../components/notice.tsx';
import { Failure, Loading } from '../components/states.tsx';
import { texts } from '../texts/index.ts';
import { SecretOnce } from './secret-once.tsx';
import { ChangeTrigger } from './trigger-form.tsx';
import { TryDelivery } from './try-delivery.tsx';
import { type Trigger, useDeliveries, useDelivery, useTriggerActions } from './use-triggers.ts';

type Open = 'try' | 'deliveries' | 'edit' | undefined;

const words = texts.triggers;

export function TriggerRow({ trigger }: { readonly trigger: Trigger }) {
  const [open, setOpen] = useState<Open>();
  const toggle = (what: Open): void => setOpen(open === what ? undefined : what);
  return (
    <li className="py-3">
      <div className="flex flex-wrap items-baseline gap-x-2">
        <h2 className="font-medium">{trigger.name}</h2>
        <span className="text-sm text-soft">{words.presetIs[trigger.preset]}</span>
        {trigger.paused && <span className="text-xs text-warn">{words.paused}</span>}
        {trigger.source === 'file' && <span className="text-xs text-soft">{words.fromFile}</span>}
      </div>
      <p dir="auto" className="line-clamp-2 text-sm text-soft wrap-anywhere">
        {words.does(describeAction(trigger.action))}
      </p>
      <p className="font-mono text-xs break-all text-soft">{trigger.deliver_path}</p>
      <Actions trigger={trigger}>
        <Button
          look="quiet"
          aria-expanded={open === 'deliveries'}
          onClick={() => toggle('deliveries')}
        >
          {words.deliveries}
        </Button>
        <Button look="quiet" aria-expanded={open === 'try'} onClick={() => toggle('try')}>
          {words.test}
        </Button>
        {trigger.source !== 'file' && (
          <Button look="quiet" aria-expanded={open === 'edit'} onClick={() => toggle('edit')}>
            {words.edit}
          </Button>
        )}
      </Actions>
      {open === 'edit' && <ChangeTrigger trigger={trigger} onDone={() => setOpen(undefined)} />}
      {open === 'try' && <TryDelivery name={trigger.name} />}
      {open === 'deliveries' && <Deliveries name={trigger.name} />}
    </li>
  );
}

interface ActionsProps {
  readonly trigger: Trigger;
  /** What opens more of it. */
  readonly children: ReactNode;
}

function Actions({ trigger, children }: ActionsProps) {
  const { change, rotate, remove } = useTriggerActions();
  const { name, paused } = trigger;
  const failed = [change, rotate, remove].find(({ isError }) => isError);
  return (
    <div className="mt-1">
      <div className="flex flex-wrap gap-1">
        <Button
          disabled={change.isPending}
          onClick={() => change.mutate({ name, body: { paused: !paused } })}
        >
          {paused ? words.resume : words.pause}
        </Button>
        <Button disabled={rotate.isPending} onClick={() => rotate.mutate(name)}>
          {words.rotate}
        </Button>
        {children}
        {trigger.source !== 'file' && (
          <AskFirst
            name={texts.delete}
            words={words.deletion}
            isPending={remove.isPending}
            onConfirm={() => remove.mutate(name)}
          />
        )}
      </div>
      {rotate.data !== undefined && <SecretOnce trigger={rotate.data} />}
      {failed !== undefined && <Failure error={failed.error} />}
    </div>
  );
}

function Deliveries({ name }: { readonly name: string }) {
  const list = useDeliveries(name);
  const { replay } = useTriggerActions();
  const notify = useNotice();
  if (list.isPending) return <Loading />;
  if (list.isError) return <Failure error={list.error} />;
  return (
    <>
      <FiringList
        firings={list.data.data}
        actions={({ id, has_payload: hasPayload }) =>
          hasPayload && (
            <>
              <Button
                look="quiet"
                disabled={replay.isPending}
                onClick={() =>
                  replay.mutate({ name, id }, { onSuccess: () => notify({ text: words.replayed }) })
                }
              >
                {words.replay}
              </Button>
              <Came name={name} id={id} />
            </>
          )
        }
      />
      {replay.isError && <Failure error={replay.error} />}
    </>
  );
}

interface CameProps {
  readonly name: string;
  readonly id: string;
}

/** What came with a delivery; it may be large, and is read once somebody wants to see it. */
function Came({ name, id }: CameProps) {
  const [isOpen, setIsOpen] = useState(false);
  const delivery = useDelivery(name, id, isOpen);
  return (
    <details
      className="basis-full text-soft"
      onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}
    >
      <summary>{words.came}</summary>
      {isOpen && delivery.isPending && <Loading />}
      {delivery.isError && <Failure error={delivery.error} />}
      {delivery.data !== undefined && (
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
          tabIndex={0}
          className="max-h-60 overflow-auto rounded-lg bg-sunken px-3 py-2 text-xs"
        >
          {JSON.stringify(delivery.data.payload, null, 2)}
        </pre>
      )}
    </details>
  );
}
