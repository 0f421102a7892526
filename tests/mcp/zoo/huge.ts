import { speak, text } from './speak.ts';

// Answers with as many bytes as it is asked for, or nested as deep.
speak({
  call: ({ params }) => {
    const { bytes, levels } = params?.arguments ?? {};
    if (typeof levels !== 'number') return text('x'.repeat(Number(bytes)));
    process.stdout.write('');
    return { content: [], structuredContent: JSON.parse(nest(levels)) };
  },
});

function nest(levels: number): string {
  return `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
}
