import { VARIABLES } from './variables.ts';

/** The text of `npm start -- --help`. */
export function startUsage(): string {
  const width = Math.max(...VARIABLES.map(({ name }) => name.length)) + 2;
  const lines = VARIABLES.map(({ name, meaning }) => `  ${name.padEnd(width)}${meaning}`);
  return `npm start: brings up all of bakerst on this machine and keeps it running; Ctrl-C stops it.

Variables, from the environment or as KEY=VALUE lines of .env-secrets (the environment wins):
${lines.join('\n')}

npm test         checks and tests
npm run backup   makes a backup of the data, also while the system runs
npm run restore  brings a backup back
npm run reset    deletes the data
npm run check    types, lint, dead code
npm run audit    known holes in dependencies`;
}
