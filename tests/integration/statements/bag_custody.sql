-- name: bag_custody        rows: one
-- set:  admin
-- in:   $1 plate text
-- out:  custody text, custodian text, timeout_at timestamptz, version integer
SELECT b.custody, b.custodian, b.timeout_at, b.version FROM bag b WHERE b.plate = $1
