-- name: sim_bags          rows: many
-- set:  admin
-- in:   none
-- out:  bag_id uuid, version integer, place text, station text, custody text, custodian text, case_state text, watched boolean, last_seen_at timestamptz, last_news_at timestamptz, timeout_at timestamptz, joined_into uuid
SELECT b.bag_id, b.version, b.place, b.station, b.custody, b.custodian, b.case_state, b.watched, b.last_seen_at, b.last_news_at,
       b.timeout_at, b.joined_into
FROM bag b
ORDER BY b.bag_id
