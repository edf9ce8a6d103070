-- SPDX-License-Identifier: Apache-2.0
CREATE DATABASE bagwatch OWNER bagwatch_owner
