import { CollectionPage } from '../components/collection-page.tsx';
import { texts } from '../texts/index.ts';
import { NewSchedule } from './schedule-form.tsx';
import { ScheduleRow } from './schedule-row.tsx';
import { useSchedules } from './use-schedules.ts';

/** `/schedules`: what Baker does at times. */
export function SchedulesPage() {
  const { title, create, none } = texts.schedules;
  return (
    <CollectionPage
      title={title}
      create={create}
      none={none}
      list={useSchedules()}
      form={(close) => <NewSchedule onDone={close} />}
    >
      {(schedule) => <ScheduleRow key={schedule.id} schedule={schedule} />}
    </CollectionPage>
  );
}
