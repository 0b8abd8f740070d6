/** Registration at control planes, checks of flows there, provision requests, and the last messages with each. */
export const connectorsSchema: readonly string[] = [
  'ALTER TABLE control_planes ADD COLUMN "registered_at" bigint',
  'ALTER TABLE control_planes ADD COLUMN "registration_problem" text',
  'ALTER TABLE flows ADD COLUMN "checked_at" bigint',
  'ALTER TABLE flows ADD COLUMN "absent_since" bigint',
  'ALTER TABLE flows ADD COLUMN "absences" bigint NOT NULL DEFAULT 0',
  'ALTER TABLE workspaces ADD COLUMN "agreement_ends_at" bigint',
  `CREATE TABLE provision_requests (
    "id" text NOT NULL,
    "control_plane_id" text NOT NULL,
    "process_id" text NOT NULL,
    "resource_id" text NOT NULL,
    "generation" text NOT NULL,
    "asset_id" text,
    "callback_address" text NOT NULL,
    "state" text NOT NULL,
    "flow_id" text,
    "callback_taken_at" bigint,
    "received_at" bigint NOT NULL,
    "ended_at" bigint,
    PRIMARY KEY ("id")
  )`,
  `CREATE UNIQUE INDEX provision_requests_by_process
    ON provision_requests ("control_plane_id", "process_id", "resource_id")`,
  `CREATE TABLE exchanges (
    "id" text NOT NULL,
    "control_plane_id" text NOT NULL,
    "at" bigint NOT NULL,
    "direction" text NOT NULL,
    "method" text NOT NULL,
    "path" text NOT NULL,
    "status" bigint,
    "duration_ms" bigint NOT NULL,
    "process_id" text,
    "request" text,
    "response" text,
    PRIMARY KEY ("id")
  )`,
  'CREATE INDEX exchanges_by_control_plane ON exchanges ("control_plane_id", "at")',
]
