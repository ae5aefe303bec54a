import assert from "node:assert/strict";
import { test } from "node:test";

import { clockOffset, grant } from "../src/exchange.ts";

const answer = {
  user: { username: "alice", display_name: "" },
  app_instance_arn: "arn:aws:chime:us-east-1:111122223333:app-instance/acme",
  app_instance_user_arn: "arn:aws:chime:us-east-1:111122223333:app-instance/acme/user/alice",
  region: "us-east-1",
  endpoints: { messaging: "http://127.0.0.1:8100" },
  credentials: { AccessKeyId: "ASIA", SecretAccessKey: "secret", SessionToken: "token", Expiration: "2026-11-23T13:00:00Z" },
  renew_after: "2026-11-23T12:45:00Z",
};

test("times are put on a device's clock that is two hours slow", () => {
  const now = Date.parse("2026-11-23T10:00:00Z");
  const given = grant(answer, clockOffset("Mon, 23 Nov 2026 12:00:00 GMT", now));
  assert.equal(given.expiresAt - now, 3_600_000);
  assert.equal(given.renewAfter - now, 2_700_000);
});

test("a portal that does not tell the time is taken to agree with the device", () => {
  assert.equal(clockOffset(null, 5), 0);
  assert.equal(clockOffset("yesterday", 5), 0);
});

test("a user without a display name goes by the user name", () => {
  assert.equal(grant(answer, 0).name, "alice");
});
