-- name: transfer_purge      rows: count
-- set:  duties
-- in:   $1 before timestamptz      index: transfer_list_received
-- out:  none
DELETE FROM transfer_list WHERE received_at < $1;
