/** The first words of every key under which answers of the brain are kept. */
export const keys = {
  runs: ['runs'],
  jobs: ['jobs'],
  conversations: ['conversations'],
  facts: ['facts'],
  notebook: ['notebook'],
  model: ['model'],
  schedules: ['schedules'],
  triggers: ['triggers'],
  channels: ['channels'],
} as const;
