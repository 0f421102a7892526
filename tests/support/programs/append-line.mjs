import { appendFileSync, existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

// append-line.mjs <file> <line> [<ms>]: a command with an effect. It appends the line, works for so long or until there
// is a <file>.enough, and says so.
const [, , file = '', line = '', ms = '0'] = process.argv;
appendFileSync(file, `${line}\n`);
const end = performance.now() + Number(ms);
while (performance.now() < end && !existsSync(`${file}.enough`)) await delay(20);
process.stdout.write(`appended ${line}\n`);
