import type { McpTool, ReplayClass, ToolPolicy } from '@bakerst/contracts';

/** What a server says of a tool, apart from its name. */
export interface ToolDefinition {
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
  readonly annotations: Readonly<Record<string, boolean>>;
}

/** A tool as administrators see it. */
export interface ToolRecord extends ToolDefinition {
  readonly name: string;
  readonly hash: string;
  readonly isListed: boolean;
  /** The server's entry lets it be seen. */
  readonly isAllowed: boolean;
  readonly policy: ToolPolicy;
  readonly replay: ReplayClass;
  /** The present definition is not the one that was accepted, or none was. */
  readonly isChanged: boolean;
  /** The definition that was accepted, where the present one is another and that one is still known. */
  readonly accepted: ToolDefinition | undefined;
}

/** A tool that says that it changes nothing, or nothing more when it is called again, may be called again. */
export function replayOf({ annotations }: Pick<McpTool, 'annotations'>): 'safe' | 'never' {
  const { readOnlyHint, idempotentHint } = annotations;
  return readOnlyHint === true || idempotentHint === true ? 'safe' : 'never';
}
