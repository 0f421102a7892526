import { expect, test } from 'vitest';
import { searchTools } from './search-tools.ts';

const TOOLS = [
  ['mail', 'sendMessage', 'Sends a letter to somebody.'],
  ['mail', 'list-messages', 'Lists the letters in a folder.'],
  ['calendar', 'create_event', 'Adds an appointment; may send an invitation by mail.'],
  ['weather', 'forecast', 'Tells the weather of the next days in Zürich and elsewhere.'],
].map(([server = '', name = '', description = '']) => ({ server, name, description }));

test.each([
  ['send message', ['sendMessage', 'list-messages', 'create_event']],
  ['messages', ['list-messages', 'sendMessage']],
  ['SEND', ['sendMessage', 'create_event']],
  ['zurich', ['forecast']],
  ['appointments', ['create_event']],
  ['nothing like that', []],
  ['!?', []],
])('by "%s" these are found, the best first', (query, names) => {
  expect(searchTools(TOOLS, query, 3).map(({ name }) => name)).toEqual(names);
});
