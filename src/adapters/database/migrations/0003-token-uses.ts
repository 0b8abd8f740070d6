/** Which tokens of control planes were used, and for what. */
export const tokenUsesSchema: readonly string[] = [
  `CREATE TABLE token_uses (
    "control_plane_id" text NOT NULL,
    "token_sha256" text NOT NULL,
    "use_sha256" text NOT NULL,
    "until" bigint NOT NULL,
    PRIMARY KEY ("control_plane_id", "token_sha256")
  )`,
  'CREATE INDEX token_uses_by_until ON token_uses ("until")',
]
