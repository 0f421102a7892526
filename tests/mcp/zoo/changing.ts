import { plainTool, send, speak, text } from './speak.ts';

// Every call adds a tool and says three times that there is something new.
const names = ['go'];

speak({
  tools: () => names.map(plainTool),
  call: () => {
    names.push(`go-${names.length}`);
    for (let time = 0; time < 3; time++) send({ method: 'notifications/tools/list_changed' });
    return text('changed');
  },
});
