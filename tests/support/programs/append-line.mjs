import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

// append-line.mjs <file> <line> [<ms>]: a command with an effect. It appends the line, works for so long, and says so.
const [, , file = '', line = '', ms = '0'] = process.argv;
appendFileSync(file, `${line}\n`);
await delay(Number(ms));
process.stdout.write(`appended ${line}\n`);
