import { call, type OfflineRule, quote, say } from './rule.ts';

const TOOL = 'dispatch_job';
const RUN = /^(?:please\s+)?run\s+(?:the command\s+)?(?:`([^`\n]+)`|([^`\n]+?))(?:(?<=\w)[.!])?$/i;

export const command: OfflineRule = {
  tool: TOOL,
  example: 'run uptime',
  ability: 'run commands',
  answer(ask) {
    const [, quoted, plain] = RUN.exec(ask.text) ?? [];
    const line = quoted ?? plain;
    if (line === undefined) return undefined;
    const answered = ask.rounds.at(-1)?.[0];
    if (answered === undefined)
      return call({ name: TOOL, input: { type: 'command', command: line } });
    const opening = answered.isError ? 'That was refused' : `The job for \`${line}\` answered`;
    return say(`${opening}: ${quote(answered.text)}`);
  },
};
