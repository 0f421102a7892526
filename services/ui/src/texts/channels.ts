export const channels = {
  title: 'Channels',
  name: { telegram: 'Telegram' },
  notSetUp: {
    telegram:
      'To talk to Baker on Telegram, put the token of a bot as TELEGRAM_BOT_TOKEN into .env-secrets and start again; docs/telegram.md tells how to get one.',
  },
  connected: 'Connected',
  notConnected: 'Not connected',
  accessIs: {
    list: 'Only linked people are answered, and chats that the settings name.',
    landlord: 'The first one who writes becomes the owner. Everybody else needs a code.',
    card: 'Linked people are answered. A stranger is shown a code, and asks to be let in with it.',
  },
  waiting: (count: number) => {
    if (count === 0) return 'Nothing waits to be delivered.';
    return count === 1 ? '1 delivery waits.' : `${count} deliveries wait.`;
  },
  link: 'Link my phone',
  code: 'Your code',
  open: { telegram: 'Open Telegram' },
  send: (code: string, hasUrl: boolean) =>
    hasUrl
      ? `Open the link on your phone, or send “/link ${code}” to the bot.`
      : `Send “/link ${code}” to the bot.`,
  validUntil: 'It counts once, until',
  people: 'Linked people',
  nobody: 'Nobody is linked yet.',
  speaksFor: (user: string) => `Speaks for ${user}`,
  linkedBy: {
    code: 'linked by a code',
    landlord: 'the first one who wrote',
    card: 'let in by an administrator',
  },
  since: 'since',
  remove: 'Remove',
  removal: {
    warning: 'Baker hears them there no more, and sends them nothing.',
    confirm: 'Remove them',
    keep: 'Keep them',
  },
  removed: (name: string) => `${name} was removed.`,
  asking: 'People who ask to be let in',
  nobodyAsks: 'Nobody asks at the moment.',
  asksUntil: 'asks until',
  user: 'Speaks for the user',
  letIn: 'Let in',
  block: 'Block',
  forget: 'Forget',
  decided: {
    allow: (name: string) => `${name} is let in.`,
    block: (name: string) => `${name} is blocked.`,
    dismiss: (name: string) => `${name} is forgotten, and may ask again.`,
  },
  blocked: 'Blocked people',
} as const;
