import { runService, silentLogger } from '@bakerst/kit';
import { getQuickJS, type QuickJSWASMModule } from 'quickjs-emscripten';
import { serveTimings } from '../serve-timings.ts';

// The sandbox that others use: an interpreter in WebAssembly, a context for each execution.

await runService(silentLogger, async () => {
  const quickJs = await getQuickJS();
  serveTimings(async (code) => runInNewContext(quickJs, code));
});

function runInNewContext(quickJs: QuickJSWASMModule, code: string): unknown {
  using context = quickJs.newContext();
  using result = context.unwrapResult(context.evalCode(code));
  return context.dump(result);
}
