-- name: tamper_version   rows: count
-- set:  admin
-- in:   none
-- out:  none
DELETE FROM event WHERE event_id = 'v-seen-2'
