/** What people call the tools of ours; others keep the name that their server gives them. */
const names: Readonly<Record<string, string>> = {
  execute_code: 'Run code',
  memory_store: 'Remember',
  memory_search: 'Search the memory',
  memory_correct: 'Correct the memory',
  memory_delete: 'Forget',
  read_memory: 'Read the notebook',
  update_memory: 'Write into the notebook',
  dispatch_job: 'Start a job',
  get_job_status: 'Look at a job',
  list_jobs: 'List jobs',
  call_tool: 'Call a tool',
  get_tool_definitions: 'Look at tools',
  search_tools: 'Search tools',
  schedule_create: 'Make a schedule',
  schedule_list: 'List schedules',
  schedule_delete: 'Delete a schedule',
};

export const tools = {
  label: (name: string) => `Tool: ${name}`,
  running: 'Running',
  done: 'Done',
  failed: 'Failed',
  notFinished: 'Not finished',
  input: 'Input',
  result: 'Result',
  noResult: 'Nothing came back.',
  nameOf: (tool: string): string => names[tool] ?? tool,
} as const;
