-- MCP servers of the orgs, and what they have told of their tools.

CREATE TABLE mcp_server (
  org_id TEXT NOT NULL REFERENCES org (id),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  transport TEXT NOT NULL CHECK (transport IN ('streamable-http', 'stdio')),
  url TEXT,
  program TEXT,
  -- JSON array.
  args TEXT NOT NULL,
  is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
  priority REAL NOT NULL CHECK (priority BETWEEN 0 AND 100),
  -- JSON array; empty: all tools.
  allowed_tools TEXT NOT NULL,
  is_stateless INTEGER NOT NULL CHECK (is_stateless IN (0, 1)),
  -- `file`: follows operating_system/MCP.json at each start.
  origin TEXT NOT NULL CHECK (origin IN ('api', 'file')),
  -- Never given twice, not even to another server.
  revision INTEGER NOT NULL,
  -- JSON object: encrypted, each by what it is for.
  secrets TEXT NOT NULL,
  asked_at INTEGER,
  discovered_at INTEGER,
  -- Nobody asks the server for its tools before that; whoever does asks alone.
  ask_after INTEGER NOT NULL DEFAULT 0,
  error_code TEXT,
  error_message TEXT,
  -- JSON array.
  warnings TEXT NOT NULL DEFAULT '[]',
  server_name TEXT,
  server_version TEXT,
  PRIMARY KEY (org_id, id),
  CHECK ((transport = 'stdio') = (program IS NOT NULL)),
  CHECK ((transport = 'stdio') = (url IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX mcp_server_due ON mcp_server (ask_after) WHERE is_enabled = 1;

-- Servers of the file that were taken away over the API: they do not come back with the next start.
CREATE TABLE mcp_removed_server (
  org_id TEXT NOT NULL REFERENCES org (id),
  id TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE mcp_tool (
  org_id TEXT NOT NULL,
  server_id TEXT NOT NULL,
  name TEXT NOT NULL,
  -- What an administrator has said, and what the file says.
  policy TEXT CHECK (policy IN ('auto', 'approve', 'deny')),
  file_policy TEXT CHECK (file_policy IN ('auto', 'approve', 'deny')),
  -- The server named it when it was last asked.
  is_listed INTEGER NOT NULL DEFAULT 0 CHECK (is_listed IN (0, 1)),
  -- SHA-256 of the present definition, and of the one that may be called; null before there is one. A tool that is not
  -- listed keeps these, and nothing else that its server has said.
  hash TEXT,
  accepted_hash TEXT,
  replay TEXT NOT NULL DEFAULT 'never' CHECK (replay IN ('safe', 'never')),
  description TEXT NOT NULL DEFAULT '',
  -- JSON.
  annotations TEXT NOT NULL DEFAULT '{}',
  input_schema TEXT NOT NULL DEFAULT '{}',
  -- JSON of the definition that was accepted, where the present one is another.
  accepted TEXT,
  PRIMARY KEY (org_id, server_id, name),
  FOREIGN KEY (org_id, server_id) REFERENCES mcp_server (org_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- All that decides whether a tool is shown, without its long texts.
CREATE INDEX mcp_tool_shown ON mcp_tool
  (org_id, server_id, is_listed, name, hash, accepted_hash, policy, file_policy);

-- Calls that a tool's server made behind this one; null before the job has ended.
ALTER TABLE job ADD COLUMN downstream INTEGER;

-- Files that a job has brought back: they stay as long as it does.
CREATE TABLE job_attachment (
  job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  attachment_id TEXT NOT NULL REFERENCES attachment (id),
  PRIMARY KEY (job_id, attachment_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_attachment_of ON job_attachment (attachment_id);
