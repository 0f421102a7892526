export { type AllowedCommand, type CommandList, loadCommandList } from './command-list.ts';
