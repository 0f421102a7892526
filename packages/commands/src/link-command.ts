import type { Command } from './command.ts';

export const linkCommand: Command = {
  name: 'link',
  aliases: [],
  summary: 'Makes a code by which you talk to the assistant on Telegram too',
  async run({ client, say }) {
    const { code, url } = await client.createChannelLink({});
    const way =
      url === null
        ? `Send \`/link ${code}\` to the bot on Telegram`
        : `Open ${url} on your phone, or send \`/link ${code}\` to the bot on Telegram`;
    say(`${way}. The code counts once, for 15 minutes.`);
  },
};
