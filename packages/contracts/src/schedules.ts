export { Action, ActionView, FiringStatus, FiringView } from './action.ts';
export {
  CompatSchedule,
  CompatScheduleBody,
  FiringPage,
  NewScheduleBody,
  OnMissed,
  Overlap,
  ScheduleDetail,
  SchedulePage,
  SchedulePatch,
  ScheduleView,
} from './schedule.ts';
