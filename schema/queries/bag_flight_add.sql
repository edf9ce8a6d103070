-- name: bag_flight_add     rows: count
-- set:  writer
-- in:   $1 bucket smallint[], $2 bag_id uuid[], $3 flight text[], $4 flight_date date[]
-- out:  none
INSERT INTO bag_flight (bucket, bag_id, flight, flight_date)
SELECT w.bucket, w.bag_id, w.flight, w.flight_date
FROM unnest($1::smallint[], $2::uuid[], $3::text[], $4::date[]) AS w (bucket, bag_id, flight, flight_date)
ON CONFLICT DO NOTHING;
