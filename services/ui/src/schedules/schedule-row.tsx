import { type ReactNode, useState } from 'react';
import { describeAction } from '../actions/describe-action.ts';
import { FiringList } from '../actions/firing-list.tsx';
import { Button } from '../components/button.tsx';
import { formatTime } from '../components/format.ts';
import { useNotice } from '../components/notice.tsx';
import { Failure, Loading } from '../components/states.tsx';
import { texts } from '../texts/index.ts';
import { writeDuration } from './duration.ts';
import { ChangeSchedule } from './schedule-form.tsx';
import { type Schedule, useScheduleActions, useScheduleHistory } from './use-schedules.ts';

type Open = 'edit' | 'history' | undefined;

export function ScheduleRow({ schedule }: { readonly schedule: Schedule }) {
  const [open, setOpen] = useState<Open>();
  const toggle = (what: Open): void => setOpen(open === what ? undefined : what);
  const isOwn = schedule.source !== 'file';
  return (
    <li className="py-3">
      <div className="flex flex-wrap items-baseline gap-x-2">
        <h2 dir="auto" className="font-medium wrap-anywhere">
          {schedule.name}
        </h2>
        <span className="font-mono text-sm text-soft">{toTiming(schedule)}</span>
        <span className="text-xs text-soft">{schedule.time_zone}</span>
        {schedule.paused && <span className="text-xs text-warn">{texts.schedules.paused}</span>}
        {!isOwn && <span className="text-xs text-soft">{texts.schedules.fromFile}</span>}
      </div>
      <p dir="auto" className="line-clamp-2 text-sm text-soft wrap-anywhere">
        {texts.schedules.does(describeAction(schedule.action))}
      </p>
      <Actions schedule={schedule}>
        <Button look="quiet" aria-expanded={open === 'history'} onClick={() => toggle('history')}>
          {texts.firing.history}
        </Button>
        {isOwn && (
          <Button look="quiet" aria-expanded={open === 'edit'} onClick={() => toggle('edit')}>
            {texts.schedules.edit}
          </Button>
        )}
      </Actions>
      {open === 'edit' && <ChangeSchedule schedule={schedule} onDone={() => setOpen(undefined)} />}
      {open === 'history' && <History id={schedule.id} />}
    </li>
  );
}

function toTiming({ cron, every_ms: everyMs, at }: Schedule): string {
  if (cron !== null) return cron;
  if (everyMs !== null) return texts.schedules.every(writeDuration(everyMs));
  return texts.schedules.once(formatTime(at ?? ''));
}

interface ActionsProps {
  readonly schedule: Schedule;
  /** What opens more of it. */
  readonly children: ReactNode;
}

function Actions({ schedule, children }: ActionsProps) {
  const { id, name, paused } = schedule;
  const { change, run, remove } = useScheduleActions();
  const notify = useNotice();
  const failed = [change, run, remove].find(({ isError }) => isError);
  return (
    <div className="mt-1 flex flex-wrap gap-1">
      <Button
        disabled={run.isPending}
        onClick={() => run.mutate(id, { onSuccess: () => notify({ text: texts.schedules.ran }) })}
      >
        {texts.schedules.runNow}
      </Button>
      <Button
        disabled={change.isPending}
        onClick={() => change.mutate({ id, patch: { paused: !paused } })}
      >
        {paused ? texts.schedules.resume : texts.schedules.pause}
      </Button>
      {children}
      {schedule.source !== 'file' && (
        <Button
          look="bad"
          disabled={remove.isPending}
          onClick={() =>
            remove.mutate(id, { onSuccess: () => notify({ text: texts.schedules.deleted(name) }) })
          }
        >
          {texts.delete}
        </Button>
      )}
      {failed !== undefined && <Failure error={failed.error} />}
    </div>
  );
}

function History({ id }: { readonly id: string }) {
  const detail = useScheduleHistory(id);
  if (detail.isPending) return <Loading />;
  if (detail.isError) return <Failure error={detail.error} />;
  const { next_times: times, history } = detail.data;
  return (
    <>
      <h3 className="mt-2 text-sm font-medium text-soft">{texts.schedules.next}</h3>
      {times.length === 0 && <p className="text-sm text-soft">{texts.schedules.noNext}</p>}
      <ul className="text-sm">
        {times.map((time) => (
          <li key={time}>
            <time dateTime={time}>{formatTime(time)}</time>
          </li>
        ))}
      </ul>
      <h3 className="mt-2 text-sm font-medium text-soft">{texts.firing.history}</h3>
      <FiringList firings={history} />
    </>
  );
}
