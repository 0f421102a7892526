export {
  type Argument,
  type Choice,
  type Command,
  type CommandClient,
  type CommandContext,
  type Place,
  type SavedFile,
  toUsage,
  type Value,
} from './command.ts';
export { CHANNEL_COMMANDS, COMMANDS } from './commands.ts';
export { type Completion, completeCommand } from './complete-command.ts';
export { type Parsed, parseCommand } from './parse-command.ts';
export { type CommandOutcome, runCommand } from './run-command.ts';
