-- name: doctor_role        rows: one
-- set:  admin
-- in:   none
-- out:  login text, super boolean, owner boolean
-- What the serving session could do beyond its role.
SELECT session_user::text AS login, r.rolsuper AS super, pg_has_role(session_user, 'bagwatch_owner', 'MEMBER') AS owner
FROM pg_roles r
WHERE r.rolname = session_user
