-- name: case_link_insert   rows: count
-- set:  writer, query, admin
-- in:   $1 token_hash bytea, $2 bucket smallint, $3 case_id uuid, $4 kind text, $5 language text, $6 now timestamptz
-- out:  none
INSERT INTO case_link (token_hash, case_bucket, case_id, kind, language, made_at, ends_at, revoked_at)
VALUES ($1, $2, $3, $4, $5, $6, NULL, NULL);
