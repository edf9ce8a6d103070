-- SPDX-License-Identifier: Apache-2.0
-- 0010_chase: who can be told what it owes (CLK-16).
-- min-program: 1
CREATE INDEX api_key_organisation ON api_key (organisation);
CREATE INDEX account_organisation ON account (organisation);
