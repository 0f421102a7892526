import { SandboxLimits } from '@bakerst/contracts';
import fc from 'fast-check';

/** What a program does: calls, one after the other, all at once, or until the first has its answer. */
export type Program =
  | { readonly kind: 'call'; readonly tool: 'safe' | 'never' | 'failing' }
  | { readonly kind: 'sequence' | 'all' | 'race'; readonly parts: readonly Program[] };

const { callsPerExecution } = SandboxLimits;

/** Programs that make between one call and as many as an execution may make. */
export const anyProgram: fc.Arbitrary<Program> = fc
  .letrec<{ program: Program; call: Program; group: Program }>((tie) => ({
    program: fc.oneof({ maxDepth: 3, withCrossShrink: true }, tie('call'), tie('group')),
    call: fc.record({
      kind: fc.constant('call' as const),
      tool: fc.constantFrom('safe' as const, 'safe' as const, 'never' as const, 'failing' as const),
    }),
    group: fc.record({
      kind: fc.constantFrom('sequence' as const, 'all' as const, 'race' as const),
      parts: fc.array(tie('program'), { minLength: 1, maxLength: 4 }),
    }),
  }))
  .program.filter((program) => countCalls(program) <= callsPerExecution);

function countCalls(program: Program): number {
  if (program.kind === 'call') return 1;
  return program.parts.reduce((sum, part) => sum + countCalls(part), 0);
}

/**
 * The program as code. Each call carries its number and what the code knows of time and chance; the value is all
 * answers, in the order in which they came.
 */
export function toCode(program: Program): string {
  let calls = 0;
  const write = (part: Program): string => {
    if (part.kind === 'call') return `call('${part.tool}', ${calls++})`;
    const parts = part.parts.map(write);
    if (part.kind === 'sequence')
      return `(async () => { ${parts.map((each) => `await ${each};`).join(' ')} })()`;
    return `Promise.${part.kind}([${parts.join(', ')}])`;
  };
  return `
    const came = [];
    const call = async (tool, n) => {
      const args = { n, time: Date.now(), chance: Math.random() };
      try { came.push([n, await tools.shop[tool](args), Date.now()]) }
      catch (e) { came.push([n, e.code, Date.now()]) }
    };
    await ${write(program)};
    return came;`;
}
