-- name: disruption_put     rows: count
-- set:  writer
-- in:   $1 disruption_id uuid, $2 version integer, $3 station text, $4 carriers text[], $5 cause text, $6 state text, $7 bags integer,
--       $8 told_at timestamptz, $9 told_by text, $10 from_at timestamptz, $11 until_at timestamptz, $12 asked_until timestamptz,
--       $13 asked_by text, $14 confirmed_by text, $15 ended_at timestamptz, $16 ended_why text
-- out:  none
INSERT INTO disruption AS d (disruption_id, version, station, carriers, cause, state, bags, told_at, told_by, from_at, until_at,
                             asked_until, asked_by, confirmed_by, ended_at, ended_why)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT (disruption_id) DO UPDATE
SET version = excluded.version, carriers = excluded.carriers, cause = excluded.cause, state = excluded.state, told_at = excluded.told_at,
    told_by = excluded.told_by, from_at = excluded.from_at, until_at = excluded.until_at, asked_until = excluded.asked_until,
    asked_by = excluded.asked_by, confirmed_by = excluded.confirmed_by, ended_at = excluded.ended_at, ended_why = excluded.ended_why
