-- name: claim_key          rows: maybe one
-- set:  query, admin
-- in:   $1 bucket smallint, $2 case_id uuid      index: data_key_pkey
-- out:  nonce bytea, wrapped bytea
SELECT nonce, wrapped FROM data_key WHERE bucket = $1 AND key_id = $2 AND kind = 'case'
