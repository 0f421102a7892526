import type { Choice, CommandClient, CommandContext, Place, SavedFile } from './command.ts';
import { COMMANDS } from './commands.ts';
import { completeCommand } from './complete-command.ts';
import { runCommand } from './run-command.ts';

/** A chat in which commands are given; `answers` stand for the brain's. */
export function openChat(answers: Readonly<Record<string, unknown>> = {}, conversationId?: string) {
  const calls: unknown[][] = [];
  const said: string[] = [];
  const opened: Place[] = [];
  const choices: Choice[] = [];
  const files: SavedFile[] = [];
  const client: unknown = new Proxy(
    {},
    {
      get:
        (_, name) =>
        async (...args: unknown[]) => {
          calls.push([String(name), ...args]);
          const answer = answers[String(name)];
          if (answer instanceof Error) throw answer;
          return typeof answer === 'function' ? answer(...args) : answer;
        },
    },
  );
  if (!isClient(client)) throw new Error('no client');
  const context: CommandContext = {
    client,
    conversationId,
    say: (text) => void said.push(text),
    open: (place) => void opened.push(place),
    choose: async (choice) => void choices.push(choice),
    save: (file) => void files.push(file),
    wait: async () => undefined,
  };
  return {
    calls,
    said,
    opened,
    choices,
    files,
    give: (line: string, commands = COMMANDS, more: Partial<CommandContext> = {}) =>
      runCommand({ ...context, ...more }, line, commands),
    complete: (line: string) => completeCommand(context, line, COMMANDS),
  };
}

/** It answers to every name. */
function isClient(value: unknown): value is CommandClient {
  return typeof value === 'object';
}
