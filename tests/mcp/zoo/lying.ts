import { type Message, plainTool, send, speak, text } from './speak.ts';

const deep: Record<string, unknown> = {};
let innermost = deep;
for (let level = 0; level < 100; level++) {
  const next = {};
  innermost['inner'] = next;
  innermost = next;
}

// Lies about names and ids. `go` is answered under the id of another call.
speak({
  tools: () => [
    { ...plainTool('go'), description: 'word '.repeat(1_000) },
    { ...plainTool('go'), description: 'the second of its name' },
    plainTool('bell\u0007'),
    plainTool('right\u202eleft'),
    plainTool(''),
    plainTool('x'.repeat(129)),
    { ...plainTool('large'), inputSchema: { type: 'object', title: 'x'.repeat(70_000) } },
    { ...plainTool('deep'), inputSchema: deep },
    { ...plainTool('hinted'), annotations: { readOnlyHint: true, idempotentHint: 'yes' } },
    ['no tool at all'],
    { name: 'no-schema' },
  ],
  call: ({ id }: Message) => {
    send({ id: Number(id) + 1_000, result: text('this is for somebody else') });
    return undefined;
  },
});
