import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** The page while it is built beside the rest of the start. */
interface PageBuild extends Disposable {
  /** Of the process that builds it; undefined once that has ended. */
  readPid(): number | undefined;
  /** False when there is no new page. Never rejects. */
  readonly done: Promise<boolean>;
}

export type StartPageBuild = (root: string) => PageBuild;

/** Builds the page if its sources have changed; the process says itself how far it is, and what is wrong. */
export const startPageBuild: StartPageBuild = (root) => {
  const child = spawn(process.execPath, [join(root, 'scripts', 'bootstrap.mjs'), '--page'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let isOver = false;
  const end = (isBuilt: boolean): void => {
    isOver = true;
    resolve(isBuilt);
  };
  child.once('error', () => end(false));
  child.once('exit', (code) => end(code === 0));
  return {
    readPid: () => (isOver ? undefined : child.pid),
    done: promise,
    [Symbol.dispose]: () => void child.kill('SIGTERM'),
  };
};
