import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { textReply } from '@bakerst/offline-model';
import { acceptedJobs, checkJobs, lostJobs, unfinishedJobs } from '../checkers/jobs.ts';
import { acceptedRuns, checkRuns, lostRuns, unfinishedRuns } from '../checkers/runs.ts';
import type { FaultClient } from '../harness/client.ts';
import { makeImage, mountImage, whyNoImages } from '../harness/disk.ts';
import { type Play, type Scenario, toProblems } from '../harness/scenario.ts';
import type { Stage } from '../harness/stage.ts';
import { until } from '../harness/until.ts';

const IMAGE_BYTES = 256 * 1024 * 1024;
const LANES = 8;

/**
 * Data and streams lie on a disk of their own (ext4 in a file). In the middle of the load the file is copied: what had
 * not reached the disk by then is missing in the copy, as after a power cut. The system starts again on that.
 */
export const p01PowerCut: Scenario = {
  name: 'P1-power-cut',
  promise: 'A message answered 2xx is never lost, not by a power cut either.',
  missing: whyNoImages,
  mutants: ['no-sync'],
  async play(play) {
    const cuts = play.count({ smoke: 1, normal: 3, full: 20 });
    const problems: string[] = [];
    const sum = { acknowledged: 0, lost: 0 };
    for (let cut = 0; cut < cuts; cut++) {
      const from = play.history.events.length;
      const image = await loadAndCut(play, cut);
      const events = play.history.events.slice(from);
      await using disk = mountImage(image, join(play.dir, `after-${cut}`));
      await using opened = await play.open({
        script: () => textReply('after'),
        ...onDisk(disk.path),
      });
      const { stage } = opened;
      await until(
        () =>
          unfinishedRuns(stage.unfinished()).length + unfinishedJobs(stage.unfinished()).length ===
          0,
        30_000,
      );
      const dump = stage.dump();
      sum.acknowledged += acceptedRuns(events).size + acceptedJobs(events).size;
      sum.lost += lostRuns(events, dump).length + lostJobs(events, dump).length;
      problems.push(...toProblems({ ...checkRuns(events, dump), ...checkJobs(events, dump) }));
    }
    return {
      counts: { ...sum, cuts },
      problems,
      isVoid: sum.acknowledged === 0 ? 'nothing was accepted before a cut' : undefined,
    };
  },
};

/** Gives the image as it was at the moment of the cut. */
async function loadAndCut(play: Play, cut: number): Promise<string> {
  const { dir, history, random, open } = play;
  const image = makeImage(join(dir, `before-${cut}.img`), IMAGE_BYTES);
  const copy = join(dir, `cut-${cut}.img`);
  await using disk = mountImage(image, join(dir, `before-${cut}`));
  await using opened = await open({ script: () => textReply('before'), ...onDisk(disk.path) });
  const { stage, client } = opened;
  const stop = new AbortController();
  const load = Array.from({ length: LANES }, (_, lane) =>
    sayOn(client, `${cut}.${lane}`, stop.signal),
  );
  await delay(random.between(1_500, 3_000));
  history.add({ type: 'fault', at: Date.now(), fault: 'power cut', target: 'disk' });
  await standStill(stage, async () => {
    stop.abort();
    await delay(100);
    execFileSync('cp', ['--sparse=always', image, copy]);
  });
  await Promise.all(load);
  return copy;
}

/** One message and one job after the other. */
async function sayOn(client: FaultClient, name: string, signal: AbortSignal): Promise<void> {
  const user = `user-${name}`;
  const timeoutMs = 2_000;
  for (let i = 0; !signal.aborted; i++) {
    const message = { message: `${name}.${i}`, on_busy: 'queue' };
    const chat = { request: `chat ${name}.${i}`, path: '/api/v1/chat', body: message };
    await client.ask({ ...chat, user, timeoutMs });
    const code = { type: 'code', code: `return "${name}"` };
    const job = { request: `job ${name}.${i}`, path: '/api/v1/jobs', body: code };
    await client.ask({ ...job, user, timeoutMs });
  }
}

/** Nothing is acknowledged while the disk is copied, and nobody lives on after it. */
async function standStill(stage: Stage, work: () => Promise<void>): Promise<void> {
  const members = [...stage.brains, ...stage.workers];
  for (const { pid } of [...members, stage.nats]) process.kill(pid, 'SIGSTOP');
  await work();
  process.kill(stage.nats.pid, 'SIGCONT');
  for (const member of members) member.kill('SIGKILL after the cut');
}

function onDisk(path: string): { readonly dataDir: string; readonly storeDir: string } {
  return { dataDir: join(path, 'data'), storeDir: join(path, 'nats') };
}
