import { useState } from 'react';
import { Button } from '../components/button.tsx';
import { PageFrame } from '../components/page-frame.tsx';
import { Empty, Failure, Loading } from '../components/states.tsx';
import { texts } from '../texts/index.ts';
import { ScheduleForm } from './schedule-form.tsx';
import { ScheduleRow } from './schedule-row.tsx';
import { useSchedules } from './use-schedules.ts';

/** `/schedules`: what Baker does at times. */
export function SchedulesPage() {
  const [isOpen, setOpen] = useState(false);
  const list = useSchedules();
  return (
    <PageFrame
      title={texts.schedules.title}
      actions={
        <Button aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {texts.schedules.create}
        </Button>
      }
    >
      <div className="h-full overflow-y-auto">
        <div className="mx-auto max-w-3xl p-4">
          {isOpen && <ScheduleForm onDone={() => setOpen(false)} />}
          {list.isPending && <Loading />}
          {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
          {list.isSuccess && list.schedules.length === 0 && <Empty>{texts.schedules.none}</Empty>}
          <ul className="divide-y divide-line">
            {list.schedules.map((schedule) => (
              <ScheduleRow key={schedule.id} schedule={schedule} />
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
