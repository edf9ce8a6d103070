-- name: scalar   rows: one
-- set:  query
-- in:   $1 question text
-- out:  value text
SELECT ((xpath('//row/*[1]/text()', query_to_xml($1, false, false, '')))[1])::text AS value
