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
export {
  DeliveryAccepted,
  DeliveryPage,
  DeliveryView,
  NewTriggerBody,
  TriggerCondition,
  TriggerPage,
  TriggerPatch,
  TriggerPreset,
  TriggerSettings,
  TriggerTestBody,
  TriggerTestView,
  TriggerView,
  TriggerWithSecret,
  TriggerWrite,
} from './trigger.ts';
