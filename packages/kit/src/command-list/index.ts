export {
  type AllowedCommand,
  ArgumentPattern,
  type CommandList,
  loadCommandList,
} from './command-list.ts';
