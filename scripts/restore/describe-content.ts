import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { DATABASE } from '@bakerst/kit/backups';

/** Lines about single runs and jobs. */
const MOST_LISTED = 100;

/** Spelt as the brain does: what has no outcome yet. */
const OPEN_RUN = `status IN ('queued', 'running', 'waiting')`;
const OPEN_JOB = `status IN ('queued', 'dispatched', 'received', 'running')`;

/** What a backup holds, and which runs and jobs it holds unfinished, in lines for a person. Reads no message. */
export function describeContent(backupDir: string): readonly string[] {
  const url = pathToFileURL(join(backupDir, DATABASE));
  url.searchParams.set('immutable', '1');
  using db = new DatabaseSync(url, { readOnly: true });
  const count = (from: string): number =>
    Number(db.prepare(`SELECT count(*) AS n FROM ${from}`).get()?.['n']);
  const runs = count(`run WHERE ${OPEN_RUN}`);
  const jobs = count(`job WHERE ${OPEN_JOB}`);
  return [
    `${count('user')} users, ${count('conversation')} conversations, ${count('message')} messages, ${count('run')} runs, ${count('job')} jobs`,
    ...(runs + jobs === 0
      ? ['nothing was unfinished when the backup was made']
      : [
          `unfinished when the backup was made: ${runs} runs, ${jobs} jobs. They are ended and not executed again:`,
          ...listOpen(db, 'run', OPEN_RUN),
          ...listOpen(db, 'job', OPEN_JOB),
        ]),
  ];
}

function listOpen(db: DatabaseSync, kind: 'run' | 'job', isOpen: string): readonly string[] {
  const rows = db
    .prepare(
      `SELECT id, org_id || '/' || user_id AS owner, status, created_at FROM ${kind}
       WHERE ${isOpen} ORDER BY seq LIMIT ${MOST_LISTED + 1}`,
    )
    .all();
  const lines = rows.map(({ id, owner, status, created_at }) => {
    const since = new Date(Number(created_at)).toISOString();
    return `  ${kind} ${id} of ${owner}, ${status}, since ${since}`;
  });
  return lines.length > MOST_LISTED
    ? [...lines.slice(0, MOST_LISTED), `  … and more; the brain's log has the number`]
    : lines;
}
