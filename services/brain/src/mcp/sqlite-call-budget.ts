import { McpLimits, type McpProblem, type RunId } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { CallBudget } from './ports.ts';

const Spent = z.object({ calls: z.int(), units: z.int() });
type Spent = z.infer<typeof Spent>;

/** What a call costs that is under way, or whose server does not tell. */
const CALL_UNITS = 1;

export function createSqliteCallBudget(db: Database): CallBudget {
  const countSpent = prepareCountSpent(db);
  return {
    check(run, more) {
      const { calls, units } = countSpent(run);
      if (calls + more > McpLimits.callsPerRun)
        return exceeded(`a message may lead to ${McpLimits.callsPerRun} tool calls`);
      if (units + more * CALL_UNITS > McpLimits.downstreamPerRun)
        return exceeded(
          `a message may cost ${McpLimits.downstreamPerRun} calls behind its tools, and ${units} are spent`,
        );
      return undefined;
    },
  };
}

/** Prepares what counts the tool calls of a run, whoever made them. */
function prepareCountSpent(db: Database): (run: RunId) => Spent {
  const spent = db.prepare(
    `SELECT count(*) AS calls, coalesce(sum(cost), 0) AS units FROM (
       SELECT max(${CALL_UNITS}, coalesce(downstream, 0)) AS cost
       FROM job WHERE run_id = @run AND type = 'mcp'
       UNION ALL
       SELECT cost FROM tool_call WHERE run_id = @run AND cost > 0)`,
  );
  return (run) => Spent.parse(spent.get({ run }));
}

function exceeded(why: string): McpProblem {
  return { code: 'MCP_BUDGET_EXCEEDED', message: `${why}: answer with what you have` };
}
