-- name: tamper_event   rows: count
-- set:  admin
-- in:   none
-- out:  none
UPDATE event SET station = 'CDG' WHERE event_id = 'v-seen-2'
