-- name: tamper_bag_back   rows: count
-- set:  admin
-- in:   none
-- out:  none
UPDATE bag SET place = 'AT' WHERE plate = '0125000001'
