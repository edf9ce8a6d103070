-- name: tamper_bag   rows: count
-- set:  admin
-- in:   none
-- out:  none
UPDATE bag SET place = 'DELIVERED' WHERE plate = '0125000001'
