import type { Tool } from '@bakerst/agent';

type Definition = Tool['definition'];

const text = { type: 'string' };

export const SCHEDULE_CREATE: Definition = {
  name: 'schedule_create',
  description:
    'Has you say or do something for this person at times to come, by one of: cron (5 fields: minute hour day month weekday, "30 7 * * 1-5"), every_ms (60000 or more) or at (ISO time with offset, once). `message` is what you will be told then, as if the person said it at that moment: write it so that it can be understood alone. The answers come in a conversation of their own, and in the chat app where the person asked for it.',
  inputSchema: {
    type: 'object',
    properties: {
      name: { ...text, description: 'a few words by which the person knows it' },
      cron: text,
      every_ms: { type: 'integer', minimum: 60_000 },
      at: text,
      time_zone: { ...text, description: 'such as Europe/Berlin; the usual one without it' },
      message: text,
    },
    required: ['name', 'message'],
    additionalProperties: false,
  },
};

export const SCHEDULE_LIST: Definition = {
  name: 'schedule_list',
  description: "Lists this person's schedules with their next times.",
  inputSchema: { type: 'object', properties: {}, additionalProperties: false },
};

export const SCHEDULE_DELETE: Definition = {
  name: 'schedule_delete',
  description: 'Deletes a schedule of this person by its id, when they want that.',
  inputSchema: {
    type: 'object',
    properties: { id: text },
    required: ['id'],
    additionalProperties: false,
  },
};

/** What the model is told of the tools by which it plans. */
export const SCHEDULE_DEFINITIONS: readonly Definition[] = [
  SCHEDULE_CREATE,
  SCHEDULE_LIST,
  SCHEDULE_DELETE,
];
