-- name: tamper_event_back   rows: count
-- set:  admin
-- in:   none
-- out:  none
UPDATE event SET station = 'LHR' WHERE event_id = 'v-seen-2'
