/** Exit codes of `npm run audit`: no known hole, some, and "could not be asked" (sysexits EX_UNAVAILABLE). */
export const AuditExit = { clean: 0, holes: 1, unavailable: 69 } as const;

interface AuditVerdict {
  readonly exitCode: number;
  readonly sentence: string;
}

const UNREACHABLE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|SOCKET_TIMEOUT|FETCH_FAIL|fetch failed/;
const NO_ENDPOINT = /ERR_PNPM_AUDIT_|audit endpoint/i;

/** What the end of `pnpm audit` means; its output holds addresses and is shown only when there is something to report. */
export function explainAudit(exitCode: number | null, output: string): AuditVerdict {
  if (exitCode === 0)
    return { exitCode: AuditExit.clean, sentence: 'no known holes in what bakerst runs on' };
  if (UNREACHABLE.test(output))
    return {
      exitCode: AuditExit.unavailable,
      sentence: 'the package registry cannot be reached, so nothing is known about holes',
    };
  if (NO_ENDPOINT.test(output))
    return {
      exitCode: AuditExit.unavailable,
      sentence: 'the package registry that npm is set to does not answer questions about holes',
    };
  return { exitCode: AuditExit.holes, sentence: 'there are known holes, see above' };
}
