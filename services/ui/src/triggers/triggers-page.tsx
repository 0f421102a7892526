import { useState } from 'react';
import { Button } from '../components/button.tsx';
import { PageFrame } from '../components/page-frame.tsx';
import { Empty, Failure, Loading } from '../components/states.tsx';
import { texts } from '../texts/index.ts';
import { TriggerForm } from './trigger-form.tsx';
import { TriggerRow } from './trigger-row.tsx';
import { useTriggers } from './use-triggers.ts';

/** `/triggers`: what Baker does when somebody outside says so. */
export function TriggersPage() {
  const [isOpen, setOpen] = useState(false);
  const list = useTriggers();
  return (
    <PageFrame
      title={texts.triggers.title}
      actions={
        <Button aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {texts.triggers.create}
        </Button>
      }
    >
      <div className="h-full overflow-y-auto">
        <div className="mx-auto max-w-3xl p-4">
          {isOpen && <TriggerForm onDone={() => setOpen(false)} />}
          {list.isPending && <Loading />}
          {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
          {list.isSuccess && list.triggers.length === 0 && <Empty>{texts.triggers.none}</Empty>}
          <ul className="divide-y divide-line">
            {list.triggers.map((trigger) => (
              <TriggerRow key={trigger.id} trigger={trigger} />
            ))}
          </ul>
          {list.hasNextPage && (
            <Button look="quiet" className="w-full" onClick={() => void list.fetchNextPage()}>
              {texts.more}
            </Button>
          )}
        </div>
      </div>
    </PageFrame>
  );
}
