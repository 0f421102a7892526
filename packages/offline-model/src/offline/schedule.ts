import type { OfferedTool } from '../api/messages-request.ts';
import { isRecord, type JsonObject } from '../api/narrow.ts';
import { call, type OfflineRule, quote, say } from './rule.ts';

const TOOL = 'schedule_create';
const EVERY =
  /^(?:please,? )?every (day|weekday) at (\d{1,2})(?:[:.](\d{2}))?(?: ?(am|pm)\b)?(?: o'clock)?[,:]? (\S[\s\S]*)$/i;
const NAME_CHARS = 60;

interface Schedule {
  readonly cron: string;
  readonly message: string;
}

export const schedule: OfflineRule = {
  tool: TOOL,
  example: 'every day at 8 tell me the date',
  ability: 'make schedules',
  answer(ask) {
    const wanted = readSchedule(ask.text);
    if (wanted === undefined) return undefined;
    const answered = ask.rounds.at(-1)?.[0];
    if (answered?.isError) return say(`I could not schedule that: ${quote(answered.text)}`);
    if (answered !== undefined) return say(`Scheduled (${wanted.cron}): ${quote(wanted.message)}`);
    return call({ name: TOOL, input: toInput(wanted, ask.tools.get(TOOL)) });
  },
};

function readSchedule(text: string): Schedule | undefined {
  const [, days = '', hours = '', minutes = '0', half, message] = EVERY.exec(text) ?? [];
  const hour = toHour(Number(hours), half?.toLowerCase());
  const minute = Number(minutes);
  if (message === undefined || hour === undefined || minute >= 60) return undefined;
  const weekdays = days.toLowerCase() === 'weekday' ? '1-5' : '*';
  return { cron: `${minute} ${hour} * * ${weekdays}`, message };
}

/** The hour from 0 to 23; undefined for one that no clock shows. */
function toHour(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour < 24 ? hour : undefined;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half === 'pm' ? 12 : 0);
}

/** The shape of `POST /api/v1/schedules`, or a flat message where the tool's schema has one instead. */
function toInput({ cron, message }: Schedule, tool: OfferedTool | undefined): JsonObject {
  const { properties } = tool?.inputSchema ?? {};
  const isFlat = isRecord(properties) && 'message' in properties && !('action' in properties);
  const name = message.slice(0, NAME_CHARS).toWellFormed();
  return { name, cron, ...(isFlat ? { message } : { action: { type: 'run', message } }) };
}
